// The same work by hand: bare DuckDB, the same tables as Parquet files, no log, no checkpoints, nothing remembered but keys in memory.
//
// usage: bare.mjs RAW OUT DELIVERIES [REST_MS], a list of how many files to take at a time, as 100,1, and how long to rest before each. Prints seconds by step of each delivery as JSON.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";

const [raw, out, taken, restMs] = process.argv.slice(2);
const COLUMNS =
  "{order_id: 'BIGINT', customer_id: 'BIGINT', product_id: 'BIGINT', amount: 'DOUBLE', status: 'VARCHAR', order_date: 'VARCHAR', region: 'VARCHAR'}";
const TABLES =
  "bronze_orders customers products silver_orders silver_orders_enriched quarantine_orders gold_daily_sales gold_customer_ltv gold_products";

rmSync(out, { recursive: true, force: true });
for (const table of TABLES.split(" ")) mkdirSync(join(out, table), { recursive: true });
const instance = await DuckDBInstance.create(":memory:", {
  memory_limit: "1200MB",
  temp_directory: join(out, "tmp"),
  preserve_insertion_order: "false",
});
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");
await connection.run("CREATE TABLE seen (order_id BIGINT)");

const steps = {};

async function step(name, ...statements) {
  const start = performance.now();
  for (const statement of statements) await connection.run(statement);
  steps[name] = (steps[name] ?? 0) + (performance.now() - start) / 1000;
}

function list(files) {
  return `[${files.map((file) => `'${file}'`).join(", ")}]`;
}

function part(table, batch) {
  return join(out, table, `part-${batch}.parquet`);
}

function write(sql, table, batch) {
  return `COPY (${sql}) TO '${part(table, batch)}' (FORMAT parquet, COMPRESSION snappy)`;
}

async function load(batch, files) {
  await step(
    "bronze",
    write(
      `SELECT *, now() AS ingestion_timestamp, NULL::VARCHAR AS _rescued_data FROM read_json(${list(files)}, columns = ${COLUMNS}, format = 'newline_delimited')`,
      "bronze_orders",
      batch,
    ),
  );
  const bronze = `read_parquet('${part("bronze_orders", batch)}')`;
  await step(
    "counts",
    `SELECT count(*) FILTER (order_id IS NULL), count(*) FILTER (NOT (amount > 0 AND amount < 100000)), count(*) FILTER (status NOT IN ('pending', 'completed', 'cancelled')),
       count(*) FILTER (customer_id IS NULL), count(*) FILTER (region NOT IN ('US', 'EU', 'ASIA')) FROM ${bronze}`,
  );
  const unseen = batch === 0 ? "true" : "NOT EXISTS (FROM seen WHERE seen.order_id = b.order_id)";
  await step(
    "silver",
    `CREATE OR REPLACE TEMP TABLE repeated AS
       SELECT order_id, min(file_row_number) AS first FROM ${bronze} GROUP BY order_id HAVING count(*) > 1`,
    write(
      `SELECT b.order_id, customer_id, product_id, amount::DECIMAL(10, 2) AS amount, status, order_date::TIMESTAMPTZ AS order_date, region, ingestion_timestamp
       FROM ${bronze} b LEFT JOIN repeated r ON b.order_id = r.order_id
       WHERE b.order_id IS NOT NULL AND amount > 0 AND amount < 100000 AND (r.first IS NULL OR r.first = b.file_row_number) AND ${unseen}`,
      "silver_orders",
      batch,
    ),
    `INSERT INTO seen SELECT DISTINCT order_id FROM ${bronze} b WHERE ${unseen}`,
  );
  await step(
    "enriched",
    write(
      `SELECT o.*, customer_name, customer_segment, product_name FROM read_parquet('${part("silver_orders", batch)}') o
       LEFT JOIN read_parquet('${part("customers", 0)}') c USING (customer_id) LEFT JOIN read_parquet('${part("products", 0)}') p USING (product_id)`,
      "silver_orders_enriched",
      batch,
    ),
  );
  await step(
    "quarantine",
    write(
      `FROM ${bronze} WHERE order_id IS NULL OR amount IS NULL OR amount <= 0 OR amount >= 100000`,
      "quarantine_orders",
      batch,
    ),
  );
}

async function gold(batch) {
  const enriched = `read_parquet('${join(out, "silver_orders_enriched")}/*.parquet')`;
  await step(
    "gold daily",
    write(
      `SELECT order_date::DATE AS date, region, count(order_id) AS order_count, sum(amount) AS total_sales, avg(amount) AS avg_order_value, count(DISTINCT customer_id) AS unique_customers
       FROM ${enriched} WHERE status = 'completed' GROUP BY ALL`,
      "gold_daily_sales",
      batch,
    ),
  );
  await step(
    "gold ltv",
    write(
      `SELECT customer_id, customer_name, customer_segment, count(order_id) AS total_orders, sum(amount) AS lifetime_value, min(order_date) AS first_order_date,
         max(order_date) AS last_order_date, date_diff('day', min(order_date), max(order_date)) AS customer_tenure_days
       FROM ${enriched} WHERE status = 'completed' GROUP BY ALL`,
      "gold_customer_ltv",
      batch,
    ),
  );
  await step(
    "gold products",
    write(
      `SELECT product_id, product_name, status, count(order_id) AS order_count, sum(amount) AS total_sales FROM ${enriched} GROUP BY ALL`,
      "gold_products",
      batch,
    ),
  );
}

const files = readdirSync(join(raw, "orders"))
  .sort()
  .map((name) => join(raw, "orders", name));
const laps = [];
await step(
  "dimensions",
  ...["customers", "products"].map((name) => write(`FROM read_parquet('${join(raw, name)}/*.parquet')`, name, 0)),
);
const deliveries = taken.split(",").map((count) => files.splice(0, Number(count)));
for (const [batch, delivery] of deliveries.entries()) {
  if (restMs !== undefined) await sleep(Number(restMs));
  const before = { ...steps };
  const start = performance.now();
  await load(batch, delivery);
  await gold(batch);
  laps.push({
    seconds: (performance.now() - start) / 1000,
    steps: Object.fromEntries(Object.entries(steps).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)])),
  });
}
const usage = process.resourceUsage();
console.log(
  JSON.stringify({
    steps,
    laps,
    cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    peakMegabytes: usage.maxRSS / 1024,
  }),
);
