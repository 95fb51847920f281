// The product: one update that writes rows of 137 bytes to a topic of 8 partitions, in batches of five million, or to a table. Prints CPU-seconds as JSON.
//
// usage: sink.mjs BROKER COUNT table|none|gzip|snappy|lz4 PROJECT
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Admin } from "@platformatic/kafka";
import { openPipeline } from "sluice";

const [broker, count, codec, project] = process.argv.slice(2);
for (const folder of ["transformations", "raw"]) mkdirSync(join(project, folder), { recursive: true });
await makeRows(join(project, "raw", "rows.parquet"));
const topic = `sink-${codec}`;
const admin = new Admin({ clientId: "bench", bootstrapBrokers: [broker] });
await admin.createTopics({ topics: [topic], partitions: 8, replicas: 1 });
await admin.close();
const options = { "kafka.bootstrap.servers": broker, topic, "kafka.compression.type": codec };
const target =
  codec === "table"
    ? 'dlt.createStreamingTable({ name: "out" });'
    : `dlt.createSink("out", "kafka", ${JSON.stringify(options)});`;
writeFileSync(join(project, "sluice.yml"), "name: kafka-sink\n");
writeFileSync(
  join(project, "transformations", "p.ts"),
  `import { dlt, spark } from "sluice";
${target}
dlt.appendFlow({ target: "out", name: "f" }, () =>
  spark.readStream.format("parquet").schema("key STRING, value STRING").load("raw"));`,
);
const pipeline = await openPipeline(project, { memoryLimit: "1200MB" });
await pipeline.validate();
const before = process.cpuUsage();
const startedAt = performance.now();
const result = await pipeline.run().result;
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - startedAt) / 1000;
await pipeline.close();
if (result.state !== "COMPLETED") throw result.error ?? result.flows[0].error;
console.log(JSON.stringify({ rows: result.flows[0].rows, cpu: (user + system) / 1e6, seconds }));

async function makeRows(path) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const text = `rpad('{"id":' || i || ',"customer":"customer-' || (i % 1000) || '","note":"', 135, 'x') || '"}'`;
  const rows = `SELECT 'customer-' || (i % 1000) AS key, ${text} AS value FROM range(${count}) t(i)`;
  await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`);
}
