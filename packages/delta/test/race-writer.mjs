import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { createJiti } = createRequire(import.meta.url)("jiti");
const query = fileURLToPath(new URL("../../query/src/index.ts", import.meta.url));
// No cache on disk: several of these processes run at once.
await createJiti(import.meta.url, { fsCache: false, alias: { "@sluice/query": query } }).import("./race-writer.ts");
