// The pipeline of this folder as one continuous update: a file of orders after the other, the next when all tables hold the one before and the flows have come to rest.
//
// usage: continuous.mjs RAW STORAGE REST_MS, how long to rest before each file, longer than the second between triggers, so that every flow listens for commits when it comes; files wait in RAW/waiting. Prints seconds and CPU-seconds of each micro-batch as JSON: from the file found to the last table written.
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPipeline } from "sluice";
import { lap } from "../shared/lap.mjs";

const FLOWS = [
  ...["bronze_orders", "quarantine_orders", "silver_orders", "silver_orders_enriched"],
  ...["gold_daily_sales", "gold_customer_ltv", "gold_products"],
];

const [raw, storage, restMs] = process.argv.slice(2);
mkdirSync(join(raw, "orders"), { recursive: true });
const stop = new AbortController();
const pipeline = await openPipeline(dirname(fileURLToPath(import.meta.url)), {
  storage,
  continuous: true,
  configuration: { raw, "pipelines.trigger.interval": "1 second" },
});
const waiting = readdirSync(join(raw, "waiting")).sort();
deliver(waiting.shift());
const run = pipeline.run({ signal: stop.signal });
const events = run[Symbol.asyncIterator]();
const laps = [];
for (let next = waiting.shift(); ; next = waiting.shift()) {
  await until((event) => event.eventType === "operation_progress" && flowOf(event) === "bronze_orders");
  laps.push(await lap(allWritten));
  if (next === undefined) break;
  await sleep(Number(restMs));
  deliver(next);
}
stop.abort();
const { state } = await run.result;
if (state !== "CANCELED") throw new Error(`the update is ${state}`);
await pipeline.close();
console.log(JSON.stringify({ laps }));

function deliver(name) {
  renameSync(join(raw, "waiting", name), join(raw, "orders", name));
}

async function allWritten() {
  const left = new Set(FLOWS);
  await until((event) => {
    if (event.eventType === "flow_progress" && event.details.metrics !== undefined) left.delete(flowOf(event));
    return left.size === 0;
  });
}

async function until(isIt) {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error("the update has ended");
    if (isIt(value)) return;
  }
}

function flowOf(event) {
  return event.origin.flow_name?.split(".").at(-1);
}
