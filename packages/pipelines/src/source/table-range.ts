import type { CommittedFile, TableFile } from "../engine/engine.ts";
import type { OffsetRange } from "./stream-source.ts";

/** Part of a Delta table, as a micro-batch reads it. */
export type TableRange = Extract<OffsetRange, { kind: "Table" }>;

/** Where a stream of a table stands: within the rows of a version that it began with, or after a commit; `skip` files further on. */
export type TablePosition =
  | { readonly kind: "InSnapshot"; readonly version: number; readonly skip: number }
  | { readonly kind: "AfterCommit"; readonly after: number; readonly skip: number };

/** Where a range ends. */
export function positionAfter({ after, through, take }: TableRange): TablePosition {
  if (take === undefined) return { kind: "AfterCommit", after: through, skip: 0 };
  if (after === null) return { kind: "InSnapshot", version: through, skip: take };
  return { kind: "AfterCommit", after: through - 1, skip: take };
}

/** The range of `count` files of a version, from where the stream stands in it. `all` are those of the version. */
export function snapshotRange(
  id: string,
  { version, skip }: Extract<TablePosition, { kind: "InSnapshot" }>,
  count: number,
  all: number,
): TableRange {
  const end = skip + count;
  return { kind: "Table", id, after: null, through: version, ...skipped(skip), ...(end < all ? { take: end } : {}) };
}

/** The range that ends with the file at `last` of those that commits after a position appended. */
export function appendedRange(
  id: string,
  { after, skip }: Extract<TablePosition, { kind: "AfterCommit" }>,
  files: readonly CommittedFile[],
  last: number,
): TableRange {
  const through = files[last]?.version ?? after;
  const take = files.slice(0, last + 1).filter((file) => file.version === through).length;
  const isWhole = files[last + 1]?.version !== through;
  return { kind: "Table", id, after, through, ...skipped(skip), ...(isWhole ? {} : { take }) };
}

/** Whether a range has only some of the files of its first or last version. */
export function isPartial({ skip, take }: TableRange): boolean {
  return skip !== undefined || take !== undefined;
}

/** Whether a range has nothing. */
export function isEmpty({ after, through, skip, take }: TableRange): boolean {
  return after === through || (take !== undefined && skip === take && (after === null || after === through - 1));
}

/** Of the files that commits appended, oldest first, those of a range. */
export function filesOfRange(
  files: readonly CommittedFile[],
  { through, skip = 0, take = files.length }: TableRange,
): readonly CommittedFile[] {
  const before = files.filter((file) => file.version < through).length;
  return files.slice(skip, before + take);
}

/** The files of a version in the order in which a stream takes them: as they were written. */
export function inOrder(files: readonly TableFile[]): readonly TableFile[] {
  return [...files].sort((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1));
}

function skipped(skip: number): Pick<TableRange, "skip"> {
  return skip === 0 ? {} : { skip };
}
