// Sluice keeping a table in step, in one process: an update for each file.
//
// usage: product.mjs SCD STORAGE RAW FILE..; files are linked into RAW one after the other. Prints seconds and CPU seconds of each update as JSON.
import { linkSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPipeline } from "sluice";

const [scd, storage, raw, ...files] = process.argv.slice(2);
mkdirSync(raw, { recursive: true });
const pipeline = await openPipeline(dirname(fileURLToPath(import.meta.url)), {
  storage,
  configuration: { raw, scd },
});
const laps = [];
for (const file of files) {
  linkSync(file, join(raw, basename(file)));
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await pipeline.run().result;
  if (result.state !== "COMPLETED") throw new Error(`the update is ${result.state}: ${JSON.stringify(result)}`);
  const { user, system } = process.cpuUsage(cpu);
  laps.push({ seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 });
}
await pipeline.close();
console.log(JSON.stringify({ laps, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
