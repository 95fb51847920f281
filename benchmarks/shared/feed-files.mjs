// A pipeline of these benchmarks, in one process: an update for each file that arrives.
//
// usage: feed-files.mjs PROJECT SCD STORAGE RAW FILE..; files are linked into RAW one after the other. Prints seconds and CPU seconds of each update as JSON.
import { linkSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { openPipeline } from "sluice";
import { lap } from "./lap.mjs";

const [project, scd, storage, raw, ...files] = process.argv.slice(2);
mkdirSync(raw, { recursive: true });
const pipeline = await openPipeline(project, { storage, configuration: { raw, scd } });
const laps = [];
for (const file of files) {
  linkSync(file, join(raw, basename(file)));
  laps.push(await lap(update));
}
await pipeline.close();
console.log(JSON.stringify({ laps, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));

async function update() {
  const result = await pipeline.run().result;
  if (result.state !== "COMPLETED") throw new Error(`the update is ${result.state}: ${JSON.stringify(result)}`);
}
