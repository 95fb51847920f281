import type { StoredVersion } from "../cdc/snapshot-version.ts";
import type { FileEntry, Session } from "../engine/engine.ts";
import type { ConnectorRange } from "../source/connector.ts";
import type { OffsetRange } from "../source/stream-source.ts";

/**
 * What the side of a query that is read whole was when a batch was planned. Tables by version; `version` absent: no such table yet. With `after` the changes
 * after that version.
 */
export type StaticInput =
  | {
      readonly kind: "Table";
      readonly location: string;
      readonly id?: string;
      readonly version?: number;
      readonly after?: number;
    }
  | { readonly kind: "Files"; readonly files: readonly FileEntry[] }
  | { readonly kind: "Range"; readonly range: ConnectorRange };

/**
 * All that a micro-batch depends on, stored before it runs: running it again gives the same rows.
 */
export interface BatchRecord {
  readonly batch: number;
  readonly session: Session;
  /** One for each streaming scan, in the order of the plan. */
  readonly sources: readonly OffsetRange[];
  /** One for each scan that takes all rows, by scan number. */
  readonly statics: readonly StaticInput[];
  /** The version of each state table before the batch. */
  readonly states: readonly number[];
  /** The watermark before the batch, and that of the batch before, by which rows are late: milliseconds since the epoch. Absent for a query without one. */
  readonly watermark?: { readonly late: number; readonly current: number };
  /** Of a snapshot that has a version of its own. */
  readonly snapshot?: StoredVersion;
  /** Of a refresh of a materialized view: what its definition was. */
  readonly fingerprint?: string;
}

/** The record as JSON; microseconds as text. */
export function encodeBatch(record: BatchRecord): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ ...record, session: { ...record.session, now: String(record.session.now) } }),
  );
}

/** Reads what {@link encodeBatch} wrote. @throws Error naming `file` when it is not a record. */
export function decodeBatch(content: Uint8Array, file: string): BatchRecord {
  try {
    const json = JSON.parse(new TextDecoder().decode(content)) as BatchRecord;
    return { ...json, session: { ...json.session, now: BigInt(json.session.now) } };
  } catch (cause) {
    throw new Error(`The checkpoint file ${file} cannot be read. Restore it, or run a full refresh of the table.`, {
      cause,
    });
  }
}
