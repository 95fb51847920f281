// Parses and analyzes the report until it is warm; prints milliseconds of wall and CPU for one query: the median and the least of its runs.
import { readFileSync } from "node:fs";
import { analyze, parseQuery, parseSchema } from "@sluice/query";

const RUNS = 300;
const WARM_UP = 500;
const text = readFileSync(new URL("revenue-report.sql", import.meta.url), "utf8");
const TABLES = Object.entries({
  orders: `order_id BIGINT, customer_id BIGINT, store_id INT, region STRING, order_ts TIMESTAMP, updated_at TIMESTAMP, status STRING,
    discount DECIMAL(10,2), payment STRUCT<method: STRING, installments: INT>`,
  order_items:
    "order_id BIGINT, line_number INT, product_id BIGINT, quantity INT, unit_price DECIMAL(10,2), discount_rate DECIMAL(4,3)",
  products: `product_id BIGINT, category STRING, brand STRING, unit_cost DECIMAL(10,2), list_price DECIMAL(10,2), tags ARRAY<STRING>,
    valid_to DATE`,
  customers:
    "customer_id BIGINT, segment STRING, country STRING, first_name STRING, last_name STRING, signup_date DATE, email STRING",
  stores: "store_id INT, store_name STRING, channel STRING, city STRING, opened DATE",
}).map(([name, columns]) => [
  name,
  { kind: "Table", schema: parseSchema(columns), hidden: parseSchema("_file STRING") },
]);
const tables = new Map(TABLES);
const options = { ansi: true, timeZone: "UTC", resolveLeaf: (leaf) => tables.get(leaf.name.join(".")) };

for (let run = 0; run < WARM_UP; run++) analyze(parseQuery(text), options);
const steps = { parse: () => parseQuery(text), analyze: analyzed(), both: () => analyze(parseQuery(text), options) };
const report = Object.fromEntries(Object.entries(steps).map(([name, work]) => [name, medians(work)]));
console.log(JSON.stringify({ lines: text.split("\n").length, ...report }));

function analyzed() {
  const relation = parseQuery(text);
  return () => analyze(relation, options);
}

function medians(work) {
  const laps = Array.from({ length: RUNS }, () => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    work();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: (user + system) / 1000 };
  });
  return Object.fromEntries(["wall", "cpu"].map((clock) => [clock, spread(laps.map((lap) => lap[clock]))]));
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { median: round(sorted[sorted.length / 2]), least: round(sorted[0]) };
}

function round(milliseconds) {
  return Math.round(milliseconds * 100) / 100;
}
