// A continuous update that gets 1,000 events twice a second, for so many minutes. Prints what its memory was after collecting garbage, and its slope in MB an hour over the second half, as JSON.
//
// usage: product.mjs FOLDER MINUTES
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openPipeline } from "sluice";

const [folder, minutes] = process.argv.slice(2);
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const raw = join(folder, "raw");
mkdirSync(raw, { recursive: true });
const pipeline = await openPipeline(dirname(fileURLToPath(import.meta.url)), {
  storage: join(folder, "storage"),
  configuration: { raw },
  memoryLimit: "500MB",
});
const stop = new AbortController();
const began = Date.now();
const ends = began + Number(minutes) * 60_000;
const memory = [];
let batches = 0;

deliver(0);
const run = pipeline.run({ signal: stop.signal });
const watching = watch();
const sampling = sample().finally(() => stop.abort());
for await (const event of run) if (event.eventType === "stream_progress") batches += 1;
const result = await run.result;
await Promise.all([watching, sampling]);
await pipeline.close();
if (result.state !== "CANCELED") throw new Error(`the update is ${result.state}`);
const late = memory.slice(Math.floor(memory.length / 2));
const slopes = Object.fromEntries(["rss", "heap", "external"].map((what) => [what, slope(late, what)]));
console.log(JSON.stringify({ memory, batches, slopes }));

async function watch() {
  for (let file = 1; Date.now() < ends; file++) {
    await sleep(500);
    deliver(file);
  }
}

function deliver(file) {
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    id: file * 1000 + i - (i % 20 === 0 ? 500 : 0),
    page: i % 50 === 0 ? null : `page ${i % 300}`,
    amount: (i % 90) - 1,
    at: new Date(Date.now() - (i % 7) * 1000).toISOString(),
  }));
  const waiting = join(folder, "waiting.json");
  writeFileSync(waiting, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  renameSync(waiting, join(raw, `${String(file).padStart(6, "0")}.json`));
}

async function sample() {
  while (Date.now() < ends) {
    await sleep(10_000);
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    memory.push({
      seconds: Math.round((Date.now() - began) / 1000),
      batches,
      rss: megabytes(rss),
      heap: megabytes(heapUsed),
      external: megabytes(external),
    });
  }
}

function megabytes(bytes) {
  return Math.round(bytes / 1e5) / 10;
}

/** By least squares, an hour. */
function slope(samples, what) {
  const mean = (of) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [x, y] = [mean((one) => one.seconds), mean((one) => one[what])];
  const up = samples.reduce((sum, one) => sum + (one.seconds - x) * (one[what] - y), 0);
  const across = samples.reduce((sum, one) => sum + (one.seconds - x) ** 2, 0);
  return (up / across) * 3600;
}
