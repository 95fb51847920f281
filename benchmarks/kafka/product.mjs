// The product: one update that reads a topic into a bronze table. Prints its rows and CPU-seconds as JSON.
//
// usage: product.mjs BROKER TOPIC PROJECT
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPipeline } from "sluice";

const [broker, topic, project] = process.argv.slice(2);
mkdirSync(join(project, "transformations"), { recursive: true });
writeFileSync(join(project, "sluice.yml"), "name: kafka\n");
writeFileSync(
  join(project, "transformations", "bronze.sql"),
  `CREATE OR REFRESH STREAMING TABLE bronze AS
SELECT * FROM STREAM read_kafka(bootstrapServers => '${broker}', subscribe => '${topic}', startingOffsets => 'earliest')`,
);
const pipeline = await openPipeline(project, { memoryLimit: "1200MB" });
await pipeline.validate();
const before = process.cpuUsage();
const result = await pipeline.run().result;
const { user, system } = process.cpuUsage(before);
await pipeline.close();
if (result.state !== "COMPLETED") throw result.error ?? result.flows[0].error;
console.log(JSON.stringify({ rows: result.flows[0].rows, cpu: (user + system) / 1e6 }));
