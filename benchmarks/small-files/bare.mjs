// The floor: list the folders, put the new files together, parse them with DuckDB and write one Parquet file. Known files are remembered in memory.
//
// usage: bare.mjs RAW LATER OUT; the files of LATER are moved into RAW after the first load. Prints seconds by step of both loads as JSON.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { moveFiles } from "./move-files.mjs";

const [raw, later, out] = process.argv.slice(2);
const COLUMNS =
  "{event_id: 'BIGINT', customer_id: 'BIGINT', amount: 'DOUBLE', status: 'VARCHAR', region: 'VARCHAR', 'at': 'VARCHAR'}";
const known = new Set();
mkdirSync(out, { recursive: true });
const instance = await DuckDBInstance.create(":memory:", {
  memory_limit: "1200MB",
  preserve_insertion_order: "false",
});
const connection = await instance.connect();

const laps = [await load(0)];
moveFiles(later, raw);
laps.push(await load(1));
console.log(JSON.stringify({ laps }));

async function load(number) {
  const times = [performance.now()];
  const files = newFiles();
  times.push(performance.now());
  const together = concatenate(files, join(out, `${number}.json`));
  times.push(performance.now());
  const rows = `SELECT *, NULL::VARCHAR AS _rescued_data FROM read_json('${together}', columns = ${COLUMNS}, format = 'newline_delimited')`;
  await connection.run(`COPY (${rows}) TO '${join(out, `${number}.parquet`)}' (FORMAT parquet, COMPRESSION snappy)`);
  times.push(performance.now());
  const [list, join_, parse] = times.slice(1).map((time, i) => (time - times[i]) / 1000);
  return { seconds: (times.at(-1) - times[0]) / 1000, steps: { list, concatenate: join_, parse } };
}

function newFiles() {
  const found = [];
  for (const folder of readdirSync(raw)) {
    for (const name of readdirSync(join(raw, folder))) found.push(`${raw}/${folder}/${name}`);
  }
  const files = found.filter((path) => !known.has(path));
  for (const path of files) known.add(path);
  return files;
}

function concatenate(files, path) {
  const handle = openSync(path, "w");
  let parts = [];
  let bytes = 0;
  for (const file of files) {
    const content = readFileSync(file);
    parts.push(content);
    bytes += content.length;
    if (bytes < 4 << 20) continue;
    writeSync(handle, Buffer.concat(parts));
    parts = [];
    bytes = 0;
  }
  writeSync(handle, Buffer.concat(parts));
  closeSync(handle);
  return path;
}
