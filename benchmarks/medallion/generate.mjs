// Raw data of the medallion benchmark: orders as JSON lines with dirt, customers and products as Parquet; the same for the same arguments.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Writes `files` files of `rowsPerFile` orders, numbered from `firstFile`; order ids continue from file to file. */
export async function generateOrders(folder, { firstFile, files, rowsPerFile }) {
  mkdirSync(join(folder, "orders"), { recursive: true });
  await withDuckDb(async (connection) => {
    for (let file = firstFile; file < firstFile + files; file++) {
      const name = join(folder, "orders", `orders-${String(file).padStart(5, "0")}.json`);
      await connection.run(`COPY (${ordersSql(file * rowsPerFile, rowsPerFile)}) TO '${name}' (FORMAT json)`);
    }
  });
}

export async function generateDimensions(folder) {
  for (const name of ["customers", "products"]) mkdirSync(join(folder, name), { recursive: true });
  await withDuckDb(async (connection) => {
    await connection.run(`COPY (
      SELECT i AS customer_id, 'Customer ' || i AS customer_name, ['consumer', 'small business', 'enterprise'][1 + (hash(i) % 3)::INTEGER] AS customer_segment
      FROM range(1, 490001) t(i)) TO '${join(folder, "customers", "customers.parquet")}' (FORMAT parquet)`);
    await connection.run(`COPY (
      SELECT i AS product_id, 'Product ' || i AS product_name, (hash(i, 'price') % 100000 / 100)::DECIMAL(10, 2) AS list_price
      FROM range(1, 1001) t(i)) TO '${join(folder, "products", "products.parquet")}' (FORMAT parquet)`);
  });
}

// One row in fifty repeats the row twenty-five before it; ids of one in two hundred are missing; a few amounts are out of range.
function ordersSql(first, count) {
  return `
    WITH numbered AS (
      SELECT CASE WHEN hash(i, 'repeat') % 50 = 0 AND i >= ${first} + 25 THEN i - 25 ELSE i END AS n FROM range(${first}, ${first + count}) t(i)
    ), dirty AS (SELECT n, (hash(n, 'dirt') % 1000)::INTEGER AS dirt FROM numbered)
    SELECT CASE WHEN dirt >= 5 THEN n END AS order_id,
           CASE WHEN dirt NOT BETWEEN 5 AND 9 THEN 1 + (hash(n, 'customer') % 500000)::BIGINT END AS customer_id,
           1 + (hash(n, 'product') % 1000)::BIGINT AS product_id,
           CASE WHEN dirt BETWEEN 10 AND 14 THEN -1 WHEN dirt BETWEEN 15 AND 17 THEN 1000 ELSE 1 END * (1000 + (hash(n, 'amount') % 99000)::BIGINT) / 100 AS amount,
           ['pending', 'completed', 'cancelled'][1 + (hash(n, 'status') % 3)::INTEGER] AS status,
           strftime(TIMESTAMP '2026-01-01' + INTERVAL (hash(n, 'second') % 26000000) SECOND, '%Y-%m-%dT%H:%M:%S') AS order_date,
           ['US', 'EU', 'ASIA'][1 + (hash(n, 'region') % 3)::INTEGER] AS region
    FROM dirty`;
}

async function withDuckDb(work) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
