// Nexmark's queries as streaming queries of a session, one after the other, each into a Delta table of its own.
//
// usage: product.mjs EVENTS OUT FILES_A_BATCH QUERIES, as q0,q5. Prints seconds and CPU seconds by query as JSON.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSession } from "sluice";
import { lap } from "../shared/lap.mjs";

const [events, out, filesABatch, wanted] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const queries = JSON.parse(readFileSync(join(here, "queries.json"), "utf8"));
const { schema, views, merge } = JSON.parse(readFileSync(join(here, "setting.json"), "utf8"));
const spark = openSession({ warehouse: join(out, "warehouse"), memoryLimit: "4GB" });
const stream = spark.readStream.format("parquet").schema(schema).option("maxFilesPerTrigger", filesABatch).load(events);
for (const [name, { where, columns }] of Object.entries(views))
  await stream
    .where(where)
    .selectExpr(...columns)
    .withWatermark("dateTime", "4 seconds")
    .createOrReplaceTempView(name);

const laps = {};
for (const name of wanted.split(",")) laps[name] = await lap(() => runQuery(name));
await spark.stop();
console.log(JSON.stringify({ laps, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));

async function runQuery(name) {
  const writer = (await spark.sql(queries[name])).writeStream
    .option("checkpointLocation", join(out, "checkpoints", name))
    .trigger({ availableNow: true });
  const query = await (name === "q18" ? merging(writer, name) : writer.start(join(out, name)));
  await query.awaitTermination();
}

async function merging(writer, name) {
  const table = `delta.\`${join(out, name)}\``;
  await spark.sql(
    `CREATE TABLE ${table} (auction BIGINT, bidder BIGINT, price BIGINT, dateTime TIMESTAMP) USING delta`,
  );
  return await writer
    .foreachBatch(async (batch) => {
      await batch.createOrReplaceTempView("batch");
      await batch.sparkSession.sql(merge.replace("{table}", table));
    })
    .start();
}
