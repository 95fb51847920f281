// Changes of customers as Parquet files: a base of inserts, then batches with deletes, events out of order and keys of which some are changed far more than others.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Writes `base.parquet` and a file for each of `batches` (numbers of changes) into `folder`; answers their paths in order. */
export async function generateChanges(folder, base, batches) {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const paths = [];
  const write = async (name, select) => {
    const path = join(folder, name);
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    paths.push(path);
  };
  await write("0-base.parquet", rows(`range(${base}) t(i)`, "i", "i", "'I'"));
  let seq = base;
  for (const [n, count] of batches.entries()) {
    const key = `(${base} * pow(random(), 3))::BIGINT`;
    const late = `CASE WHEN random() < 0.1 THEN (i - 1000000 * random())::BIGINT ELSE i END`;
    const op = "CASE WHEN random() < 0.05 THEN 'D' ELSE 'U' END";
    await write(`${n + 1}-changes.parquet`, rows(`range(${seq}, ${seq + count}) t(i)`, key, late, op));
    seq += count;
  }
  connection.closeSync();
  instance.closeSync();
  return paths;
}

function rows(from, key, sequence, op) {
  return `SELECT ${key} AS id, 'name ' || hash(i) % 100000 AS name, 'user' || i || '@example.com' AS email, 'city ' || hash(i) % 977 AS city,
    'country ' || hash(i) % 89 AS country, (hash(i) % 1000000) / 100.0 AS amount, 'status ' || hash(i) % 5 AS status,
    TIMESTAMPTZ '2026-01-01' + to_seconds(i) AS updated_at, ${op} AS op, ${sequence} AS seq FROM ${from}`;
}
