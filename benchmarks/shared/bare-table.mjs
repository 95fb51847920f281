// What the bare sides of changes and snapshots have in common: a table of Parquet files, with the positions of rows that are gone in memory.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { lap } from "./lap.mjs";

/** Takes files one after the other with `take(connection, n, file)`, beside a table `gone` of `file` and `row`, and prints seconds and CPU seconds of each as JSON. */
export async function timeFiles(work, files, take) {
  mkdirSync(work, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET preserve_insertion_order = false");
  await connection.run("CREATE TABLE gone (file BIGINT, row BIGINT)");
  const laps = [];
  for (const [n, file] of files.entries()) laps.push(await lap(() => take(connection, n, file)));
  connection.closeSync();
  console.log(JSON.stringify({ laps }));
}

/** The file that the `n`th of them adds to the table; in the order of their names. */
export function tableFile(work, n) {
  return join(work, `table-${String(n).padStart(4, "0")}.parquet`);
}
