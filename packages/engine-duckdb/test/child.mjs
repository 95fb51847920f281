import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { createJiti } = createRequire(import.meta.url)("jiti");
const source = (name) => fileURLToPath(new URL(`../../${name}/src/index.ts`, import.meta.url));
// No cache on disk: several of these processes run at once.
const jiti = createJiti(import.meta.url, {
  fsCache: false,
  alias: {
    "@sluice/query": source("query"),
    "@sluice/delta": source("delta"),
    "@sluice/pipelines": source("pipelines"),
  },
});
const { appendRows } = await jiti.import("./append-rows.ts");
const [location, appId, count, rows] = process.argv.slice(2);
await appendRows(location, appId, Number(count), Number(rows));
