import { type AddFile, fileKey, type Snapshot } from "@sluice/delta";
import type { StructType } from "@sluice/query";

/** The hidden column of a table's version that names a row's file; opaque, and the same for the version wherever it is read. STRING. */
export const FILE_COLUMN = "_file";
/** The hidden column that gives a row's place in its file, from 0, deleted rows counted. BIGINT. */
export const ROW_COLUMN = "_row";

const known = new WeakMap<Snapshot, ReadonlyMap<AddFile, number>>();

/** The number that stands for each file of a snapshot in `_file`: its place in the order of their keys. */
export function fileNumbers(snapshot: Snapshot): ReadonlyMap<AddFile, number> {
  const found = known.get(snapshot);
  if (found !== undefined) return found;
  const keyed = snapshot.files.map((file) => [fileKey(file), file] as const);
  const sorted = keyed.sort(([left], [right]) => (left < right ? -1 : 1));
  const numbers = new Map(sorted.map(([, file], number) => [file, number]));
  known.set(snapshot, numbers);
  return numbers;
}

/** SQL of a hidden column of a table, where `r` reads `files`; undefined when the name is none of them, or a column of the table has it. */
export function rowAddress(
  name: string,
  schema: StructType,
  snapshot: Snapshot,
  files: readonly AddFile[],
): string | undefined {
  if ((name !== FILE_COLUMN && name !== ROW_COLUMN) || !hasRowAddress(schema)) return undefined;
  if (name === ROW_COLUMN) return "r.file_row_number";
  const numbers = fileNumbers(snapshot);
  const list = files.map((file) => numbers.get(file) ?? -1);
  const isWhole = list.every((number, i) => number === i);
  return isWhole
    ? "CAST(r.file_index AS VARCHAR)"
    : `CAST(([${list.join(", ")}])[CAST(r.file_index AS BIGINT) + 1] AS VARCHAR)`;
}

/** Whether a table's own columns leave room for `_file` and `_row`. */
export function hasRowAddress(schema: StructType): boolean {
  return !schema.fields.some((field) => [FILE_COLUMN, ROW_COLUMN].includes(field.name.toLowerCase()));
}
