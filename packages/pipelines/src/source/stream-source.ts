import type { InputSlice } from "../engine/engine.ts";

/**
 * The part of a source that one micro-batch reads, as kept in the checkpoint: plain JSON. `after` is excluded, `through` included.
 * `Files`: entries of the source's file log, from 0; `after` -1 is the start. `Table`: versions of the table with that id; `after` null reads all rows of
 * version `through`. `skip` files of the first of the versions were read before; of version `through` only files up to number `take` are. `Connector`: what the connector says of its positions; `after` null is the start. `Nothing`: the source has not begun.
 */
export type OffsetRange =
  | { readonly kind: "Nothing" }
  | { readonly kind: "Files"; readonly after: number; readonly through: number }
  | {
      readonly kind: "Table";
      readonly id: string;
      readonly after: number | null;
      readonly through: number;
      readonly skip?: number;
      readonly take?: number;
    }
  | { readonly kind: "Connector"; readonly format: string; readonly after: unknown; readonly through: unknown };

/** What a source holds that no batch has taken yet. */
export interface Backlog {
  readonly files: number;
  readonly bytes: number;
  /** Absent: the source does not count records. */
  readonly records?: number;
}

/** Rows that only grow, handed out in ranges; the same range gives the same rows for ever. */
export interface StreamSource {
  /** For people: `FileStreamSource[/data/orders]`. */
  readonly description: string;
  /**
   * The next range after `last` (undefined before the first), or undefined when nothing is left of what there was at the first call: a run that goes on
   * until then ends. What a range means is stored before it is returned. `batch` is the number of the batch that asks, kept as a fact about the range.
   */
  next(last: OffsetRange | undefined, batch?: number): Promise<OffsetRange | undefined>;
  /** From now on `next` also gives what has come since its first call. */
  renew(): void;
  /** The rows of a range that `next` returned in this process or an earlier one. */
  slice(range: OffsetRange): Promise<InputSlice>;
  /** Told when the batch with this range is committed; may tidy up. */
  settle(range: OffsetRange): Promise<void>;
  /** Told when nothing is left to do, with the range of the last committed batch; may clean up what is committed. */
  finish?(last: OffsetRange | undefined): Promise<void>;
  /** What remains after the last range given out, as far as known. */
  backlog(): Backlog;
}

/** Rows of a source that has none to give. */
export const NO_ROWS: InputSlice = { kind: "Rows", rows: [] };

/** The range that reads nothing and stands where `last` ended. */
export function emptyRangeAfter(last: OffsetRange | undefined): OffsetRange {
  if (last === undefined || last.kind === "Nothing") return { kind: "Nothing" };
  if (last.kind === "Connector") return { ...last, after: last.through };
  if (last.kind === "Files") return { ...last, after: last.through };
  const { kind, id, through, take } = last;
  if (take === undefined) return { kind, id, after: through, through };
  return { kind, id, after: last.after === null ? null : through - 1, through, skip: take, take };
}

/** The backlog of several sources together; records only where one counts them. */
export function sumBacklog(parts: readonly Backlog[]): Backlog {
  const counted = parts.flatMap((part) => (part.records === undefined ? [] : [part.records]));
  return {
    files: parts.reduce((sum, part) => sum + part.files, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    ...(counted.length === 0 ? {} : { records: counted.reduce((sum, records) => sum + records, 0) }),
  };
}
