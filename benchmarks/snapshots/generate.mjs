// Snapshots of customers as Parquet files, each with one row in a hundred changed since the one before: half of these are other, a quarter gone, a quarter new.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Writes `0.parquet` to `<count - 1>.parquet` of about `rows` rows into `folder`; answers their paths in order. */
export async function generateSnapshots(folder, rows, count) {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE now AS SELECT i AS id, 0 AS change FROM range(${rows}) t(i)`);
  const paths = [];
  for (let n = 0; n < count; n++) {
    if (n > 0) await change(connection, rows, n);
    const path = join(folder, `${n}.parquet`);
    await connection.run(`COPY (${customers}) TO '${path}' (FORMAT parquet)`);
    paths.push(path);
  }
  connection.closeSync();
  instance.closeSync();
  return paths;
}

async function change(connection, rows, n) {
  await connection.run(`DELETE FROM now WHERE hash(id, ${n}) % 400 = 0`);
  await connection.run(`UPDATE now SET change = ${n} WHERE hash(id, ${n}) % 200 = 1`);
  const first = rows * (n + 1);
  await connection.run(`INSERT INTO now SELECT i, 0 FROM range(${first}, ${first + Math.floor(rows / 400)}) t(i)`);
}

const customers = `SELECT id, 'name ' || hash(id, change) % 100000 AS name, 'user' || id || '@example.com' AS email, 'city ' || hash(id) % 977 AS city,
  'country ' || hash(id) % 89 AS country, (hash(id, change) % 1000000) / 100.0 AS amount, 'status ' || hash(id, change) % 5 AS status FROM now`;
