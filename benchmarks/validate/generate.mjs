import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DATASETS = 300;
const PER_FILE = 10;

/** Writes a pipeline of 300 SQL datasets in 30 files: sources, cleaned streams with expectations, joined and aggregated views that read each other. */
export function generateProject(project) {
  const [folder, raw] = [join(project, "transformations"), join(project, "raw")];
  for (const one of [folder, raw]) mkdirSync(one, { recursive: true });
  writeFileSync(join(raw, "orders.json"), `${JSON.stringify(RECORD)}\n`);
  writeFileSync(join(project, "sluice.yml"), "name: many_datasets\nschema: bench\n");
  for (let first = 0; first < DATASETS; first += PER_FILE) {
    const statements = Array.from({ length: PER_FILE }, (_, i) => statement(first + i, i));
    writeFileSync(join(folder, `part_${String(first / PER_FILE).padStart(2, "0")}.sql`), statements.join("\n"));
  }
}

const RECORD = {
  order_id: 1,
  customer_id: 7,
  amount: 12.5,
  status: "completed",
  region: "eu",
  at: "2024-01-01T10:00:00Z",
  items: [{ sku: "a", quantity: 2 }],
};

function statement(number, place) {
  switch (place) {
    case 0:
      return `CREATE OR REFRESH STREAMING TABLE d_${number} AS
SELECT *, _metadata.file_path AS source_file, current_timestamp() AS ingested_at
FROM STREAM read_files('raw', format => 'json', schemaHints => 'order_id BIGINT, amount DECIMAL(10,2), at TIMESTAMP');
`;
    case 1:
      return `CREATE OR REFRESH STREAMING TABLE d_${number} (
  CONSTRAINT valid_id EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT valid_amount EXPECT (amount > 0 AND amount < 100000),
  CONSTRAINT known_status EXPECT (status IN ('pending', 'completed', 'cancelled'))
) COMMENT 'cleaned orders' AS
SELECT order_id, customer_id, amount, upper(trim(region)) AS region, lower(status) AS status, at, date_trunc('DAY', at) AS day, items
FROM STREAM(d_${number - 1}) WHERE order_id > 0;
`;
    case 2:
      return `CREATE OR REFRESH MATERIALIZED VIEW d_${number} AS
SELECT o.order_id, o.region, o.day, i.sku, i.quantity, row_number() OVER (PARTITION BY o.region ORDER BY o.at DESC, o.order_id) AS position
FROM d_${number - 1} o LATERAL VIEW explode(o.items) t AS i;
`;
    default:
      return `CREATE OR REFRESH MATERIALIZED VIEW d_${number} AS
WITH totals AS (
  SELECT region, day, status, count(*) AS orders, sum(amount) AS amount, avg(amount) AS average, max(at) AS latest
  FROM d_${number - place + 1}
  GROUP BY region, day, status
)
SELECT
  t.region,
  t.day,
  t.orders,
  t.amount,
  CASE WHEN t.amount > ${1000 * place} THEN 'large' WHEN t.amount > 100 THEN 'medium' ELSE 'small' END AS size,
  sum(t.amount) OVER (PARTITION BY t.region ORDER BY t.day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week,
  p.sku,
  p.quantity
FROM totals t
LEFT JOIN d_${number - place + 2} p ON t.region = p.region AND t.day = p.day
WHERE t.status <> 'cancelled' AND t.orders >= ${place};
`;
  }
}
