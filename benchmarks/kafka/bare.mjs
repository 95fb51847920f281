// The floors, by themselves: staging the ranges of a topic, and DuckDB's insert of the staged rows as the Parquet file of a table. Prints CPU-seconds as JSON.
//
// usage: bare.mjs BROKER TOPIC FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openKafka } from "@sluice/kafka";

const [broker, topic, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const connector = openKafka();
const options = { "kafka.bootstrap.servers": broker, subscribe: topic };
const leaf = { kind: "DataSource", format: "kafka", paths: [], options, streaming: false };
const { source } = connector.resolve(leaf);
const range = await source.observe({});
const [slice, read] = await measured(() => source.rows(range, {}));
const instance = await DuckDBInstance.create(":memory:", { memory_limit: "1200MB", preserve_insertion_order: "false" });
const connection = await instance.connect();
const out = join(folder, "bronze.parquet");
const copy = `COPY (FROM '${slice.files[0].path}') TO '${out}' (FORMAT parquet, COMPRESSION snappy)`;
const [, insert] = await measured(() => connection.run(copy));
const appended = await appendedThroughBindings(connection, slice.files[0].path);
await connector.close();
console.log(JSON.stringify({ read, insert, appended, megabytes: slice.files[0].sizeBytes / 1e6 }));

async function measured(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

/** What it costs to hand the same rows to DuckDB value by value: the way not taken. */
async function appendedThroughBindings(duck, path) {
  const rows = (
    await duck.runAndReadAll(
      `SELECT decode(value) v, partition, "offset", epoch_ms(timestamp) t FROM '${path}' LIMIT 200000`,
    )
  ).getRows();
  await duck.run("CREATE TEMP TABLE appended(v VARCHAR, p INTEGER, o BIGINT, t BIGINT)");
  const [, cpu] = await measured(async () => {
    const appender = await duck.createAppender("appended");
    for (const [value, partition, offset, time] of rows) {
      appender.appendVarchar(value);
      appender.appendInteger(partition);
      appender.appendBigInt(offset);
      appender.appendBigInt(time);
      appender.endRow();
    }
    appender.closeSync();
  });
  return (cpu * 1_000_000) / rows.length;
}
