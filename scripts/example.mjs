// npm run example [-- orders | retail-sql | campaign-alerts]: a pipeline of examples/, twice: on a first delivery of raw files and after a second one.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { prepare, root, run } from "./prepare.mjs";

const EXAMPLES = {
  orders: {
    raw: ["data", "raw"],
    first: { orders: 10_000, files: 10, "first-id": 0 },
    second: { orders: 1_000, files: 10, "first-id": 9_990 },
    late: ", one of them late",
    question: "The best customers",
    query:
      "SELECT customer_name, customer_segment, total_orders, lifetime_value FROM LIVE.gold_customer_ltv WHERE customer_name IS NOT NULL ORDER BY lifetime_value DESC LIMIT 5",
    sources: "three files of TypeScript",
  },
  "retail-sql": {
    raw: ["data", "landing"],
    first: { orders: 4_000, files: 8, "first-id": 1 },
    second: { orders: 500, files: 4, "first-id": 4_001 },
    late: ", and an export of the customers that moved",
    question: "The best sellers of each category",
    query: "SELECT * FROM gold_best_sellers WHERE place = 1 ORDER BY revenue DESC",
    sources: "three files of SQL",
  },
  "campaign-alerts": {
    raw: ["data", "raw"],
    first: { events: 20_000, files: 6 },
    second: { events: 20_000, files: 6 },
    late: ", the next hour, in which a campaign fails",
    question: "The alerts",
    query:
      "SELECT campaign_id, window_start, metric, round(value, 2) AS value, threshold FROM alerts_log ORDER BY window_start",
    sources: "two files of TypeScript",
  },
};

const name = process.argv[2] ?? "orders";
const example = EXAMPLES[name];
if (example === undefined) {
  console.error(`There is no example "${name}". There are: ${Object.keys(EXAMPLES).join(", ")}.`);
  process.exit(2);
}
const project = join(root, "examples", name);
const storage = join(project, ".sluice");

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

function deliver(batch, amounts) {
  const options = { into: join(project, ...example.raw), batch, ...amounts };
  const flags = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
  run(process.execPath, [join(project, "generate.mjs"), ...flags]);
}

function amount({ orders, events, files }) {
  const what = orders === undefined ? `${events.toLocaleString("en")} events` : `${orders.toLocaleString("en")} orders`;
  return `${what} in ${files} files`;
}

prepare();
rmSync(storage, { recursive: true, force: true });
rmSync(join(project, "data"), { recursive: true, force: true });

title(`1. A first delivery: ${amount(example.first)}`);
deliver(1, example.first);
sluice("run");

title(`2. New files arrive: ${amount(example.second)}${example.late}. Only these are read`);
deliver(2, example.second);
sluice("run");

title("3. The tables");
sluice("show");

title("4. The quality of the data");
sluice("quality");

title(`5. ${example.question}`);
sluice("query", example.query);

const here = relative(process.cwd(), project) || ".";
console.log(`
Where to look next
  ${here}/transformations/     the pipeline, ${example.sources}
  ${here}/.sluice/tables/      the Delta tables: open them with Spark, delta-rs, DuckDB or Polars
  npx sluice --help            explain, events, query and the rest; add --project ${here}
`);
