// Makes raw data for the retail pipeline, the same for the same arguments: orders as JSON lines, customers as CSV, products as Parquet, with realistic dirt.
//
//   node examples/retail-sql/generate.mjs [--into examples/retail-sql/data/landing] [--orders 4000] [--files 8] [--batch 1] [--first-id 1]
//
// Batch 1 is the first delivery and brings the products and all customers. Later batches bring the customers that moved.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";

const SHOPS = ["berlin", "Lyon ", "GENT"];
const CHANNELS = ["store", "web", undefined];
const STATUSES = ["placed", "Paid", "sent", "sent", "sent", "returned"];
const SEGMENTS = ["private", "club", "business"];
const COUNTRIES = ["DE", "FR", "BE"];
const CATEGORIES = ["garden", "kitchen", "office", "toys"];
const PRODUCTS = 60;
const CUSTOMERS = 300;
const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(2026, 9, 31);

const { values } = parseArgs({
  options: {
    into: { type: "string", default: "examples/retail-sql/data/landing" },
    orders: { type: "string", default: "4000" },
    files: { type: "string", default: "8" },
    batch: { type: "string", default: "1" },
    "first-id": { type: "string" },
  },
});
const [orders, files, batch] = [Number(values.orders), Number(values.files), Number(values.batch)];
const firstId = Number(values["first-id"] ?? 1 + (batch - 1) * orders);

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

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

function price(product) {
  return 3 + ((product * 37) % 90) + 0.49;
}

function makeItems(random) {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const product = 1 + Math.floor(random() * (PRODUCTS + 1));
    return { product_id: product, quantity: 1 + Math.floor(random() * 4), unit_price: price(product) };
  });
}

/** Of a thousand orders some five lack their number, ten their customer, eight their items, and six have a price below zero. */
function makeOrder(random, id) {
  const dirt = random();
  const day = LAST_DAY - Math.floor(random() * 180) * DAY_MS + Math.floor(random() * DAY_MS);
  const items = dirt >= 0.015 && dirt < 0.023 ? [] : makeItems(random);
  if (dirt >= 0.023 && dirt < 0.029 && items[0] !== undefined) items[0].unit_price *= -1;
  return {
    order_id: dirt < 0.005 ? null : id,
    customer_id: dirt >= 0.005 && dirt < 0.015 ? null : 1 + Math.floor(random() * CUSTOMERS),
    shop: pick(random, SHOPS),
    channel: pick(random, CHANNELS),
    status: pick(random, STATUSES),
    ordered_at: new Date(day).toISOString(),
    items,
  };
}

function orderLines(file) {
  const random = randomNumbers(batch * 1000 + file);
  const perFile = Math.ceil(orders / files);
  const count = Math.min(perFile, orders - file * perFile);
  return Array.from({ length: count }, (_, i) => JSON.stringify(makeOrder(random, firstId + file * perFile + i)));
}

/** All customers, or those that moved: every twentieth, to the next country. */
function customerLines() {
  const exported = new Date(LAST_DAY + batch * DAY_MS).toISOString();
  const ids = Array.from({ length: CUSTOMERS }, (_, i) => i + 1).filter((id) => batch === 1 || id % 20 === 0);
  const line = (id) => [
    ...[id, id % 97 === 0 ? "" : ` customer number ${id}`, id % 11 === 0 ? "" : `Person${id}@Example.com`],
    ...[SEGMENTS[id % 3], COUNTRIES[(id + batch - 1) % 3], exported],
  ];
  return ["customer_id,name,email,segment,country,exported_at", ...ids.map((id) => line(id).join(","))];
}

function writeWhole(folder, name, lines) {
  const hidden = join(folder, `.${name}.partial`);
  writeFileSync(hidden, `${lines.join("\n")}\n`);
  renameSync(hidden, join(folder, name));
}

async function writeProducts(folder) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const target = join(folder, "products.parquet").replaceAll("'", "''");
  const categories = CATEGORIES.map((category) => `'${category}'`).join(", ");
  await connection.run(`
    COPY (
      SELECT i AS product_id, 'Product ' || lpad(i::VARCHAR, 3, '0') AS name,
             list_extract([${categories}], 1 + (i % ${CATEGORIES.length})::INTEGER) AS category,
             (2 + (i * 37) % 60)::DECIMAL(8, 2) AS cost
      FROM range(1, ${PRODUCTS + 1}) t(i)
    ) TO '${target}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

const folders = Object.fromEntries(["orders", "customers", "products"].map((name) => [name, join(values.into, name)]));
for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
if (batch === 1) await writeProducts(folders.products);
const number = String(batch).padStart(3, "0");
writeWhole(folders.customers, `customers-${number}.csv`, customerLines());
for (let file = 0; file < files; file++) {
  writeWhole(folders.orders, `orders-${number}-${String(file).padStart(4, "0")}.json`, orderLines(file));
}
console.error(`${orders} orders in ${files} files, delivery ${batch}, below ${values.into}`);
