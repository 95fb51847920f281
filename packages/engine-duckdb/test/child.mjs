import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { createJiti } = createRequire(import.meta.url)("jiti");
const source = (name) => fileURLToPath(new URL(`../../${name}/src/index.ts`, import.meta.url));
const jiti = createJiti(import.meta.url, {
  alias: {
    "@sluice/query": source("query"),
    "@sluice/delta": source("delta"),
    "@sluice/pipelines": source("pipelines"),
  },
});
const { appendRows } = await jiti.import("./append-rows.ts");
const [location, appId, count, rows] = process.argv.slice(2);
await appendRows(location, appId, Number(count), Number(rows));
