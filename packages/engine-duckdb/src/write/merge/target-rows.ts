import { type AddFile, resolveDataPath, type Snapshot, statisticsOf } from "@sluice/delta";
import { type Attribute, LONG, STRING, type StructField } from "@sluice/query";
import { pathList } from "../../read/file-list.ts";
import { FILE_COLUMN, ROW_COLUMN } from "../../read/row-address.ts";
import { fileRows, type TableReading } from "../../read/table-rows.ts";

const FIRST_ATTRIBUTE = -2000;

/** Columns of a table as attributes of a scan. */
export function attributesOf(fields: readonly StructField[]): readonly Attribute[] {
  return fields.map((one, i) => ({ ...one, id: FIRST_ATTRIBUTE - i }));
}

/** A SELECT of rows of some files of a table, with `_file` and `_row` after the columns named. */
export async function targetRows(
  reading: TableReading,
  snapshot: Snapshot,
  files: readonly AddFile[],
  columns: readonly Attribute[],
): Promise<string> {
  const address = [
    { id: FIRST_ATTRIBUTE * 2, name: FILE_COLUMN, dataType: STRING, nullable: false, metadata: {} },
    { id: FIRST_ATTRIBUTE * 2 - 1, name: ROW_COLUMN, dataType: LONG, nullable: false, metadata: {} },
  ];
  return await fileRows(reading, snapshot, files, [...columns, ...address]);
}

/** How many rows each file holds, deleted ones included: by its statistics, else by its footer. */
export async function physicalRows(
  { connection, copies }: TableReading,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<readonly number[]> {
  const counts = files.map((file) => statisticsOf(file).numRecords);
  const asked = files.filter((_, i) => counts[i] === undefined);
  if (asked.length === 0) return counts.map((count) => count ?? 0);
  const wanted = asked.map((file) => ({ path: resolveDataPath(snapshot.root, file.path), sizeBytes: file.size }));
  const local = await copies.tableFiles(wanted);
  const rows = await connection.rows(`SELECT file_name, num_rows FROM parquet_file_metadata(${pathList(local)})`);
  const found = new Map(rows.map((row) => [String(row["file_name"]), Number(row["num_rows"])]));
  const byFile = new Map(asked.map((file, i) => [file, found.get(local[i] ?? "") ?? 0]));
  return files.map((file, i) => counts[i] ?? byFile.get(file) ?? 0);
}
