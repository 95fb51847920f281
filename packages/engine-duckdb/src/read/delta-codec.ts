import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ParquetCodec } from "@sluice/delta";
import type { DataType, StructType } from "@sluice/query";
import { duckType, fromDuckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import type { DuckDb } from "../connection/duck-db.ts";
import { pathList } from "./file-list.ts";

/** Reads and writes Delta's checkpoint files with DuckDB. */
export function deltaCodec(db: DuckDb): ParquetCodec {
  return {
    readCheckpoint: (files) => readCheckpoint(db, files),
    writeCheckpoint: (path, schema, rows) => writeCheckpoint(db, path, schema, rows),
  };
}

async function readCheckpoint(db: DuckDb, files: readonly string[]): Promise<readonly string[]> {
  return await db.use("UTC", undefined, async (connection) => {
    const source = `read_parquet(${pathList(files)}, hive_partitioning = false)`;
    const columns = await connection.rows(`DESCRIBE SELECT * FROM ${source}`);
    const items = columns.map((row) => actionItem(String(row["column_name"]), String(row["column_type"])));
    const result = await connection.read(`SELECT to_json(struct_pack(${items.join(", ")}))::VARCHAR FROM ${source}`);
    return (await result.getColumns())[0]?.map(String) ?? [];
  });
}

/** A column of the checkpoint; `add` with its statistics as text. */
function actionItem(name: string, duck: string): string {
  const column = quoteName(name);
  const type = name === "add" ? fromDuckType(duck) : undefined;
  if (type?.kind !== "struct") return `${column} := ${column}`;
  const parsed = type.fields.find((one) => one.name === "stats_parsed");
  const kept = type.fields.filter((one) => !["stats", "stats_parsed", "partitionValues_parsed"].includes(one.name));
  const text = type.fields.some((one) => one.name === "stats") ? [`${column}."stats"`] : [];
  const struct = parsed === undefined ? [] : [statsText(`${column}."stats_parsed"`, parsed.dataType)];
  const fields = kept.map((one) => `${quoteName(one.name)} := ${column}.${quoteName(one.name)}`);
  const stats = [...text, ...struct];
  const all = stats.length === 0 ? fields : [...fields, `"stats" := coalesce(${stats.join(", ")})`];
  return `${column} := CASE WHEN ${column} IS NOT NULL THEN struct_pack(${all.join(", ")}) END`;
}

function statsText(column: string, type: DataType): string {
  return `CASE WHEN ${column} IS NOT NULL THEN to_json(${isoTimes(column, type)})::VARCHAR END`;
}

function isoTimes(column: string, type: DataType): string {
  if (type.kind === "timestamp") return `strftime(${column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')`;
  if (type.kind === "timestamp_ntz") return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%g')`;
  if (type.kind !== "struct") return column;
  const fields = type.fields.map(
    (one) => `${quoteName(one.name)} := ${isoTimes(`${column}.${quoteName(one.name)}`, one.dataType)}`,
  );
  return `CASE WHEN ${column} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
}

async function writeCheckpoint(db: DuckDb, path: string, schema: StructType, rows: readonly string[]): Promise<void> {
  const lines = join(db.folder, `checkpoint-${crypto.randomUUID()}.json`);
  try {
    writeFileSync(lines, rows.join("\n"));
    const columns = schema.fields.map((one) => `${quoteText(one.name)}: ${quoteText(duckType(one.dataType))}`);
    const longest = rows.reduce((most, row) => Math.max(most, row.length * 3), 1 << 20);
    await db.use("UTC", undefined, (connection) =>
      connection.run(
        `COPY (SELECT * FROM read_json(${pathList([lines])}, format = 'newline_delimited', columns = {${columns.join(", ")}}, maximum_object_size = ${longest})) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION snappy)`,
      ),
    );
  } finally {
    rmSync(lines, { force: true });
  }
}
