import { type StructField, sameType } from "@sluice/query";
import { quoteName } from "../compile/identifier.ts";
import { asWallTimes, fromInt96 } from "../compile/stored-value.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { FileShape, FileShapes } from "./file-shapes.ts";

/** Files whose times are held alike: their places, and the columns that are INT96. */
export interface Int96Group {
  readonly files: readonly number[];
  readonly old: ReadonlySet<string>;
}

/** Files of a table, and where each can be read; `shape` is what they have alike. */
interface TableFiles {
  readonly paths: readonly string[];
  readonly local: readonly string[];
  readonly shape: FileShape | undefined;
}

/**
 * Files of unlike columns by which of their times are INT96; none where it makes no difference: without times, in UTC, and where all hold them as we do. DuckDB would
 * take the wall-clock times in UTC that it reads from INT96 for those of the session's zone.
 */
export async function int96Groups(
  { connection, shapes }: { readonly connection: Connection; readonly shapes: FileShapes },
  { paths, local, shape }: TableFiles,
  columns: readonly StructField[],
): Promise<readonly Int96Group[]> {
  const times = columns.filter((one) => !sameType(one.dataType, asWallTimes(one.dataType)));
  if (shape !== undefined || times.length === 0 || connection.timeZone === "UTC") return [];
  const groups = new Map<string, number[]>();
  for (const [i, names] of (await shapes.int96(connection, paths, local, times)).entries()) {
    const group = groups.get(names);
    if (group === undefined) groups.set(names, [i]);
    else group.push(i);
  }
  const found = [...groups].map(([names, files]) => ({ files, old: new Set<string>(JSON.parse(names)) }));
  return found.every(({ old }) => old.size === 0) ? [] : found;
}

/** SQL of the rows of all files: in one, or each group as its files are, with the places of these among all. `reader` is SQL of the rows of some, with columns in DuckDB's types. */
export function groupedRows(
  groups: readonly Int96Group[],
  columns: readonly StructField[],
  paths: readonly string[],
  reader: (paths: readonly string[], columns: readonly StructField[]) => string,
): string {
  if (groups.length === 0) return reader(paths, columns);
  const parts = groups.map(({ files, old }) => {
    const held = columns.map((one) => (old.has(one.name) ? { ...one, dataType: asWallTimes(one.dataType) } : one));
    const items = columns.map(({ name, dataType }) => {
      const value = `g.${quoteName(name)}`;
      return `${old.has(name) ? fromInt96(value, dataType) : value} AS ${quoteName(name)}`;
    });
    const index = `([${files.join(", ")}])[CAST(g.file_index AS BIGINT) + 1] AS file_index`;
    const rows = reader(
      files.map((i) => paths[i] ?? ""),
      held,
    );
    return `SELECT ${[...items, index, "g.file_row_number"].join(", ")} FROM ${rows} AS g`;
  });
  return `(${parts.join(" UNION ALL ")})`;
}
