// The pipeline of this folder as Sluice runs it, in one process: an update for each delivery of files.
//
// usage: product.mjs RAW STORAGE DELIVERIES; files wait in RAW/waiting and are moved to RAW/orders. Prints seconds by flow of each update as JSON.
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPipeline } from "sluice";

const [raw, storage, taken] = process.argv.slice(2);
mkdirSync(join(raw, "orders"), { recursive: true });
const pipeline = await openPipeline(dirname(fileURLToPath(import.meta.url)), { storage, configuration: { raw } });
const waiting = readdirSync(join(raw, "waiting")).sort();
const laps = [];
for (const count of taken.split(",").map(Number)) {
  for (const name of waiting.splice(0, count)) renameSync(join(raw, "waiting", name), join(raw, "orders", name));
  laps.push(await lap());
}
await pipeline.close();
const usage = process.resourceUsage();
console.log(
  JSON.stringify({ laps, cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6, peakMegabytes: usage.maxRSS / 1024 }),
);

async function lap() {
  const started = new Map();
  const steps = {};
  const start = performance.now();
  const run = pipeline.run();
  for await (const event of run) {
    if (event.eventType !== "flow_progress") continue;
    const flow = event.origin.flow_name.split(".").at(-1);
    if (event.details.status === "STARTING") started.set(flow, performance.now());
    if (event.details.status === "COMPLETED") steps[flow] = (performance.now() - started.get(flow)) / 1000;
  }
  const result = await run.result;
  if (result.state !== "COMPLETED") throw new Error(`the update is ${result.state}`);
  return { seconds: (performance.now() - start) / 1000, steps };
}
