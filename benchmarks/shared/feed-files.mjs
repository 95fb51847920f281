// A pipeline of these benchmarks, in one process: an update for each file that arrives.
//
// usage: feed-files.mjs PROJECT SCD STORAGE RAW FILE..; files are linked into RAW one after the other. Prints seconds and CPU seconds of each update as JSON, and the seconds of its longest flow from start to end.
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
  let flow = 0;
  const whole = await lap(async () => {
    flow = await update();
  });
  laps.push({ ...whole, flow });
}
await pipeline.close();
console.log(JSON.stringify({ laps, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));

/** Answers the seconds of the longest flow. */
async function update() {
  const [started, seconds] = [new Map(), []];
  const run = pipeline.run();
  for await (const { eventType, origin, details } of run) {
    if (eventType !== "flow_progress") continue;
    if (details.status === "STARTING") started.set(origin.flow_name, performance.now());
    if (details.status === "COMPLETED") seconds.push((performance.now() - started.get(origin.flow_name)) / 1000);
  }
  const result = await run.result;
  if (result.state !== "COMPLETED") throw new Error(`the update is ${result.state}: ${JSON.stringify(result)}`);
  return Math.max(...seconds);
}
