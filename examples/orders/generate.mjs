// Makes raw data for the orders pipeline, the same for the same arguments: customers as Parquet, orders as JSON lines with realistic dirt.
//
//   node examples/orders/generate.mjs [--into examples/orders/data/raw] [--orders 10000] [--files 10] [--batch 1] [--first-id 0]
//
// Batch 1 is the first delivery and brings the customers. Later batches bring one file of late orders; --first-id says where their order numbers begin.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";

const STATUSES = ["pending", "completed", "cancelled"];
const REGIONS = ["US", "EU", "ASIA"];
const SEGMENTS = ["consumer", "small business", "enterprise"];
const CUSTOMERS = 1000;
const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(2026, 9, 31);

const { values } = parseArgs({
  options: {
    into: { type: "string", default: "examples/orders/data/raw" },
    orders: { type: "string", default: "10000" },
    files: { type: "string", default: "10" },
    batch: { type: "string", default: "1" },
    "first-id": { type: "string" },
  },
});
const [orders, files, batch] = [Number(values.orders), Number(values.files), Number(values.batch)];
const firstId = Number(values["first-id"] ?? (batch - 1) * orders);

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function makeOrder(random, id, lateDays) {
  const dirt = random();
  const day = LAST_DAY - Math.floor(random() * 365 + lateDays) * DAY_MS + Math.floor(random() * DAY_MS);
  const cents = Math.round((10 + random() * 990) * 100);
  return {
    order_id: dirt < 0.005 ? null : id,
    customer_id: dirt >= 0.005 && dirt < 0.01 ? null : 1 + Math.floor(random() * CUSTOMERS),
    amount: dirtyAmount(dirt, cents),
    status: STATUSES[Math.floor(random() * 3)],
    order_date: new Date(day).toISOString().slice(0, 19),
    region: REGIONS[Math.floor(random() * 3)],
  };
}

function dirtyAmount(dirt, cents) {
  if (dirt >= 0.01 && dirt < 0.015) return -cents / 100;
  if (dirt >= 0.015 && dirt < 0.018) return 100_000 + cents / 100;
  if (dirt >= 0.018 && dirt < 0.02) return null;
  return cents / 100;
}

/** One file of orders; one in fifty repeats an order of the same delivery, bit by bit. */
function orderLines(file) {
  const random = randomNumbers(batch * 1000 + file);
  const perFile = Math.ceil(orders / files);
  const first = firstId + file * perFile;
  const lateDays = batch > 1 && file === files - 1 ? 400 : 0;
  const lines = [];
  for (let i = 0; i < Math.min(perFile, orders - file * perFile); i++) {
    const line = JSON.stringify(makeOrder(random, first + i, lateDays));
    lines.push(random() < 0.02 && lines.length > 0 ? lines[Math.floor(random() * lines.length)] : line);
  }
  return lines;
}

function writeWhole(folder, name, text) {
  const hidden = join(folder, `.${name}.partial`);
  writeFileSync(hidden, text);
  renameSync(hidden, join(folder, name));
}

async function writeCustomers(folder) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const target = join(folder, "customers.parquet").replaceAll("'", "''");
  const segments = SEGMENTS.map((segment) => `'${segment}'`).join(", ");
  await connection.run(`
    COPY (
      SELECT i AS customer_id, 'Customer ' || lpad(i::VARCHAR, 4, '0') AS customer_name,
             list_extract([${segments}], 1 + (i * 7919 % 3)::INTEGER) AS customer_segment
      FROM range(1, ${Math.floor(CUSTOMERS * 0.98)}) t(i)
    ) TO '${target}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

const ordersFolder = join(values.into, "orders");
const customersFolder = join(values.into, "customers");
mkdirSync(ordersFolder, { recursive: true });
mkdirSync(customersFolder, { recursive: true });
if (batch === 1) await writeCustomers(customersFolder);
for (let file = 0; file < files; file++) {
  const name = `orders-${String(batch).padStart(3, "0")}-${String(file).padStart(4, "0")}.json`;
  writeWhole(ordersFolder, name, `${orderLines(file).join("\n")}\n`);
}
console.error(`${orders} orders in ${files} files, delivery ${batch}, below ${values.into}`);
