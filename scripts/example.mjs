// npm run example [-- orders | retail-sql | campaign-alerts | cdc | music-streaming | kafka-domains]: a pipeline of examples/, twice: on a first delivery of raw
// data and after a second one. With KAFKA_BROKER=host:port in the environment, examples that read topics send to that broker and read from it; without, topics
// are recorded as files.
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
  "music-streaming": {
    raw: ["data", "topics"],
    topics: true,
    first: { sessions: 600, from: hoursAgo(2) },
    second: { sessions: 600, from: hoursAgo(1) },
    late: ", the hour until now",
    questions: [
      [
        "Who listens now",
        "SELECT userId, firstName, lastName, page_views, session_end FROM gold_active_users ORDER BY session_end DESC, userId LIMIT 5",
      ],
      [
        "What they listen to",
        "SELECT artist, plays, listeners, round(hours, 1) AS hours FROM gold_top_artists ORDER BY plays DESC",
      ],
    ],
    sources: "four files of TypeScript",
  },
  "kafka-domains": {
    raw: ["data", "topics"],
    topics: true,
    first: { messages: 10_000 },
    second: { messages: 10_000 },
    late: ", the next hour, with a fraud and a machine that shakes",
    questions: [
      [
        "Dead letters",
        "SELECT topic, count(*) AS messages, min(value) AS one_of_them FROM dead_letters GROUP BY topic ORDER BY topic",
      ],
      [
        "The alerts",
        "SELECT subject, window_start, metric, round(value, 2) AS value, threshold FROM alerts ORDER BY window_start, subject",
      ],
    ],
    sources: "four files of TypeScript",
  },
};

const broker = process.env.KAFKA_BROKER;

const name = process.argv[2] ?? "orders";
const example = EXAMPLES[name];
if (example === undefined) {
  console.error(`There is no example "${name}". There are: ${Object.keys(EXAMPLES).join(", ")}.`);
  process.exit(2);
}
const readsBroker = example.topics === true && broker !== undefined;
const project = join(root, "examples", name);
const storage = join(project, ".sluice");

function title(text) {
  console.log(`\n\u2500\u2500 ${text} ${"\u2500".repeat(Math.max(0, 96 - text.length))}\n`);
}

function hoursAgo(hours) {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

function sluice(...args) {
  const bin = join(root, "packages", "sluice", "dist", "bin.js");
  const conf = readsBroker ? ["--conf", `bootstrap_servers=${broker}`] : [];
  run(process.execPath, [bin, ...args, ...conf, "--project", project, "--storage", storage]);
}

function deliver(batch, amounts) {
  const place = readsBroker ? { broker } : { into: join(project, ...example.raw) };
  const options = { ...place, batch, ...amounts };
  const flags = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
  run(process.execPath, [join(project, "generate.mjs"), ...flags]);
}

/** `10,000 orders in 10 files`, `600 sessions in recorded topics`. */
function amount({ files, ...amounts }) {
  const [what, count] = Object.entries(amounts)[0];
  const topics = readsBroker ? `topics of ${broker}` : "recorded topics";
  return `${count.toLocaleString("en")} ${what} in ${example.topics ? topics : `${files} files`}`;
}

prepare();
rmSync(storage, { recursive: true, force: true });
rmSync(join(project, "data"), { recursive: true, force: true });

title(`1. A first delivery: ${amount(example.first)}`);
deliver(1, example.first);
sluice("run");

const news = example.topics ? "messages" : "files";
title(`2. New ${news} arrive: ${amount(example.second)}${example.late}. Only these are read`);
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
const [pipeline, tables, help] = [`${here}/transformations/`, `${here}/.sluice/tables/`, "npx sluice --help"];
const width = pipeline.length + 4;
console.log(`
Where to look next
  ${pipeline.padEnd(width)}the pipeline, ${example.sources}
  ${tables.padEnd(width)}the Delta tables: open them with Spark, delta-rs, DuckDB or Polars
  ${help.padEnd(width)}explain, events, query and the rest; add --project ${here}
`);
