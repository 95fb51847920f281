// Streaming queries of a session over what there is: windows in append mode to a table, changed groups to a function, rows to files. Argument: folder.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { openSession, sum, window } from "../../packages/sluice/dist/index.js";

const folder = process.argv[2];
const spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "tables") }, threads: 2 });
const events = () =>
  spark.readStream
    .schema("id BIGINT, k STRING, ts TIMESTAMP, v BIGINT")
    .option("maxFilesPerTrigger", 1)
    .json(join(folder, "left"));
const into = (frame, name) =>
  frame.writeStream.option("checkpointLocation", join(folder, "checkpoints", name)).trigger({ availableNow: true });

const windows = events()
  .withWatermark("ts", "5 minutes")
  .groupBy(window("ts", "5 minutes"), "k")
  .agg(sum("v").alias("v"));
const totals = events().groupBy("k").agg(sum("v").alias("v"));
const queries = [
  await into(windows, "windows").toTable("windows"),
  await into(events(), "files").format("json").start(join(folder, "files")),
  await into(totals, "totals")
    .outputMode("update")
    .foreachBatch(async (df, batch) => {
      const rows = (await df.collect()).map(({ k, v }) => `${k}=${v}`).sort();
      appendFileSync(join(folder, "totals.log"), `${batch}: ${rows.join(" ")}\n`);
    })
    .start(),
];
for (const query of queries) await query.awaitTermination();
await spark.stop();
