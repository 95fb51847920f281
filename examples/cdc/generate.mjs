// Makes a quarter of changes of a shop's customers and products as JSON lines, the same for the same arguments: in no order, some a quarter late, some twice.
//
//   node examples/cdc/generate.mjs [--into examples/cdc/data/raw] [--customers 200] [--files 4] [--batch 1]
//
// Batch 1 is the first quarter of 2026, batch 2 the next, and so on. In each quarter after the first the price list is made anew: a truncate, then all products.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gro", "Hugo"];
const CITIES = ["Bergen", "Gent", "Lyon", "Porto", "Turin"];
const STREETS = ["Mill Lane", "Park Road", "Station Street"];
const PRODUCTS = 30;
const QUARTER_MS = 90 * 86_400_000;
const START = Date.UTC(2026, 0, 1);

const { values } = parseArgs({
  options: {
    into: { type: "string", default: "examples/cdc/data/raw" },
    customers: { type: "string", default: "200" },
    files: { type: "string", default: "4" },
    batch: { type: "string", default: "1" },
  },
});
const [customers, files, batch] = [Number(values.customers), Number(values.files), Number(values.batch)];

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

function address(random) {
  return `${1 + Math.floor(random() * 90)} ${pick(random, STREETS)}, ${pick(random, CITIES)}`;
}

/** Moments of a quarter, in order, no two the same. */
function moments(random, quarter, count) {
  const all = new Set();
  while (all.size < count) all.add(START + (quarter - 1) * QUARTER_MS + Math.floor(random() * QUARTER_MS));
  return [...all].sort((left, right) => left - right);
}

/** The deliveries that bring a change: of a hundred, five come a quarter late, four twice, and four once more with the next quarter. */
function deliveries(random, quarter) {
  const fate = random();
  if (fate < 0.05) return [quarter + 1];
  if (fate < 0.09) return [quarter, quarter];
  return fate < 0.13 ? [quarter, quarter + 1] : [quarter];
}

/** A customer's row after a change: most moved or got points, a few got another address of e-mail. */
function changed(random, row) {
  const what = random();
  if (what < 0.5) return { ...row, address: address(random) };
  if (what < 0.9) return { ...row, points: row.points + Math.floor(random() * 50) };
  return { ...row, email: row.email === null ? `c${row.customer_id}@example.com` : null };
}

/** What happens to a customer in quarter after quarter. */
function customerChanges(id, quarters) {
  const random = randomNumbers(id * 7919);
  const name = pick(random, NAMES);
  const email = `${name.toLowerCase()}${id}@example.com`;
  const first = { customer_id: id, name, email, address: address(random), points: 0, operation: "DELETE" };
  const changes = [];
  let last = first;
  for (let quarter = 1; quarter <= quarters; quarter++) {
    for (const at of moments(random, quarter, 1 + Math.floor(random() * 4))) {
      last = nextRow(random, last);
      const change = {
        ...(last.operation === "DELETE" ? forgotten(last) : last),
        updated_at: new Date(at).toISOString(),
      };
      changes.push({ deliveries: deliveries(random, quarter), change });
    }
  }
  return changes;
}

/** The next row of a customer: those that left come back. */
function nextRow(random, row) {
  if (row.operation === "DELETE") return { ...row, operation: "INSERT" };
  if (random() < 0.08) return { ...row, operation: "DELETE" };
  return { ...changed(random, row), operation: "UPDATE" };
}

function forgotten({ customer_id, operation }) {
  return { customer_id, name: null, email: null, address: null, points: null, operation };
}

/** Prices in quarter after quarter; each quarter but the first begins with a truncate and a new list, which lacks some products. */
function productChanges(quarters) {
  const random = randomNumbers(4711);
  const changes = [];
  for (let quarter = 1; quarter <= quarters; quarter++) {
    const at = (minutes) => new Date(START + (quarter - 1) * QUARTER_MS + minutes * 60_000).toISOString();
    const add = (product_id, price, operation, minutes) => {
      const product = product_id === null ? null : `Product ${product_id}`;
      const change = { product_id, product, price, operation, change_timestamp: at(minutes) };
      changes.push({ deliveries: deliveries(random, quarter), change });
    };
    if (quarter > 1) add(null, null, "TRUNCATE", 0);
    for (let id = 1; id <= PRODUCTS; id++) {
      if (quarter > 1 && random() < 0.2) continue;
      add(id, (500 + Math.floor(random() * 4000)) / 100, "INSERT", id);
      const then = random();
      if (then < 0.5) add(id, (500 + Math.floor(random() * 4000)) / 100, "UPDATE", 10_000 + id);
      else if (then < 0.6) add(id, null, "DELETE", 20_000 + id);
    }
  }
  return changes;
}

/** What the delivery brings, in no order. */
function delivered(changes) {
  const random = randomNumbers(batch);
  const own = changes.flatMap(({ deliveries, change }) => deliveries.filter((one) => one === batch).map(() => change));
  return own
    .map((change) => [random(), change])
    .sort(([left], [right]) => left - right)
    .map(([, change]) => change);
}

function write(kind, changes) {
  const folder = join(values.into, kind);
  mkdirSync(folder, { recursive: true });
  const each = Math.ceil(changes.length / files);
  for (let file = 0; file < files; file++) {
    const lines = changes.slice(file * each, (file + 1) * each).map((change) => `${JSON.stringify(change)}\n`);
    const path = join(folder, `changes-${batch}-${String(file + 1).padStart(3, "0")}.json`);
    writeFileSync(`${path}.part`, lines.join(""));
    renameSync(`${path}.part`, path);
  }
}

const ofCustomers = Array.from({ length: customers }, (_, i) => customerChanges(i + 1, batch)).flat();
const [theirs, products] = [delivered(ofCustomers), delivered(productChanges(batch))];
write("customers", theirs);
write("products", products);
console.error(
  `${theirs.length} changes of customers and ${products.length} of products, quarter ${batch}, below ${values.into}`,
);
