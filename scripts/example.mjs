// npm run example [-- orders | retail-sql | campaign-alerts | cdc]: a pipeline of examples/, twice: on a first delivery of raw files and after a second one.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { prepare, root, run } from "./prepare.mjs";

const CITY = "split_part(address, ', ', 2) AS city";

const EXAMPLES = {
  orders: {
    raw: ["data", "raw"],
    first: { orders: 10_000, files: 10, "first-id": 0 },
    second: { orders: 1_000, files: 10, "first-id": 9_990 },
    late: ", one of them late",
    questions: [
      [
        "The best customers",
        "SELECT customer_name, customer_segment, total_orders, lifetime_value FROM LIVE.gold_customer_ltv WHERE customer_name IS NOT NULL ORDER BY lifetime_value DESC LIMIT 5",
      ],
    ],
    sources: "three files of TypeScript",
  },
  "retail-sql": {
    raw: ["data", "landing"],
    first: { orders: 4_000, files: 8, "first-id": 1 },
    second: { orders: 500, files: 4, "first-id": 4_001 },
    late: ", and an export of the customers that moved",
    questions: [
      ["The best sellers of each category", "SELECT * FROM gold_best_sellers WHERE place = 1 ORDER BY revenue DESC"],
    ],
    sources: "three files of SQL",
  },
  "campaign-alerts": {
    raw: ["data", "raw"],
    first: { events: 20_000, files: 6 },
    second: { events: 20_000, files: 6 },
    late: ", the next hour, in which a campaign fails",
    questions: [
      [
        "The alerts",
        "SELECT campaign_id, window_start, metric, round(value, 2) AS value, threshold FROM alerts_log ORDER BY window_start",
      ],
    ],
    sources: "two files of TypeScript",
  },
  cdc: {
    raw: ["data", "raw"],
    first: { customers: 200, files: 4 },
    second: { customers: 200, files: 4 },
    late: ", a quarter later",
    questions: [
      [
        "Who moved: the versions of a customer",
        "SELECT customer_id, name, address, points, __START_AT, __END_AT FROM customers_scd2 WHERE customer_id = 7 ORDER BY __START_AT",
      ],
      [
        "Who lived where on the first of April, from the history: late changes count",
        `SELECT ${CITY}, count(*) AS customers FROM customers_scd2 WHERE __START_AT < '2026-04-01' AND (__END_AT >= '2026-04-01' OR __END_AT IS NULL) GROUP BY ALL ORDER BY city`,
      ],
      [
        "Who lived where on the first of April, as the table said after the first delivery",
        `SELECT ${CITY}, count(*) AS customers FROM customers_scd1 VERSION AS OF 1 GROUP BY ALL ORDER BY city`,
      ],
    ],
    sources: "the same flows in TypeScript and in SQL",
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

/** `10,000 orders in 10 files`. */
function amount({ files, ...amounts }) {
  const [what, count] = Object.entries(amounts)[0];
  return `${count.toLocaleString("en")} ${what} in ${files} files`;
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

for (const [i, [question, query]] of example.questions.entries()) {
  title(`${5 + i}. ${question}`);
  sluice("query", query);
}

const here = relative(process.cwd(), project) || ".";
console.log(`
Where to look next
  ${here}/transformations/     the pipeline, ${example.sources}
  ${here}/.sluice/tables/      the Delta tables: open them with Spark, delta-rs, DuckDB or Polars
  npx sluice --help            explain, events, query and the rest; add --project ${here}
`);
