// npm run example: the orders pipeline of examples/orders, twice: on a first delivery of raw files and after a second one.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { prepare, root, run } from "./prepare.mjs";

const project = join(root, "examples", "orders");
const storage = join(project, ".sluice");
const raw = join(project, "data", "raw");

function title(text) {
  console.log(`\n\u2500\u2500 ${text} ${"\u2500".repeat(Math.max(0, 96 - text.length))}\n`);
}

function sluice(...args) {
  run(process.execPath, [
    join(root, "packages", "sluice", "dist", "bin.js"),
    ...args,
    "--project",
    project,
    "--storage",
    storage,
  ]);
}

function deliver(batch, orders, files, firstId) {
  const options = { into: raw, batch, orders, files, "first-id": firstId };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  run(process.execPath, [join(project, "generate.mjs"), ...flags]);
}

prepare();
rmSync(storage, { recursive: true, force: true });
rmSync(join(project, "data"), { recursive: true, force: true });

title("1. A first delivery: 10,000 orders in 10 files");
deliver(1, 10_000, 10, 0);
sluice("run");

title("2. New files arrive: 1,000 orders in 10 files, one of them late. Only these are read");
deliver(2, 1_000, 10, 9_990);
sluice("run");

title("3. The tables");
sluice("show");

title("4. The quality of the data");
sluice("quality");

title("5. The best customers");
sluice(
  "query",
  "SELECT customer_name, customer_segment, total_orders, lifetime_value FROM LIVE.gold_customer_ltv WHERE customer_name IS NOT NULL ORDER BY lifetime_value DESC LIMIT 5",
);

const here = relative(process.cwd(), project) || ".";
console.log(`
Where to look next
  ${here}/transformations/     the pipeline, three files of TypeScript
  ${here}/.sluice/tables/      the Delta tables: open them with Spark, delta-rs, DuckDB or Polars
  npx sluice --help            explain, events, query and the rest; add --project ${here}
`);
