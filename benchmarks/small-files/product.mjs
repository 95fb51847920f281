// The same load as Sluice runs it, in one process: an update for each delivery of files.
//
// usage: product.mjs RAW LATER STORAGE; the files of LATER are moved into RAW after the first update. Prints seconds of both updates as JSON.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openPipeline } from "sluice";
import { moveFiles } from "./move-files.mjs";

const [raw, later, storage] = process.argv.slice(2);
const pipeline = await openPipeline(dirname(fileURLToPath(import.meta.url)), { storage, configuration: { raw } });
const laps = [await lap()];
moveFiles(later, raw);
laps.push(await lap());
await pipeline.close();
console.log(JSON.stringify({ laps, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));

async function lap() {
  const start = performance.now();
  let rows = 0;
  const run = pipeline.run();
  for await (const event of run) rows += Number(event.details?.metrics?.num_output_rows ?? 0);
  const result = await run.result;
  if (result.state !== "COMPLETED") throw new Error(`the update is ${result.state}`);
  return { seconds: (performance.now() - start) / 1000, rows };
}
