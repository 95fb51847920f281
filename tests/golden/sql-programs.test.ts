import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { root, sluice, temporaryFolder, writeFiles } from "../harness/sluice.ts";

/** Programs as people write them, unmodified but for what `sluice.yml` says. */
async function program(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(root, "tests/golden/sql-programs", name), folder, { recursive: true });
  await writeFiles(folder, files);
  return folder;
}

async function run(folder: string): Promise<string> {
  const finished = await sluice(["run", "--project", folder]);
  expect(finished.code, finished.stderr).toBe(0);
  return finished.stderr;
}

function tables(folder: string): (name: string, sql: string) => Promise<readonly Record<string, unknown>[]> {
  return (name, sql) => new RawTable(join(folder, ".sluice/tables", name)).rows(sql);
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

test("a notebook of the time of LIVE: cloud_files, views between tables, stream-static joins, inverse rules [F41] [F112] [F114]", async () => {
  const product = (price: number, qty: number) => ({ price, qty });
  const folder = await program("live", {
    "data/shop/customers/c.csv": "customer_id,city,segment\n1,Ghent,club\n2,Lyon,\n",
    "data/shop/orders/1.json": lines([
      {
        customer_id: 1,
        order_number: 10,
        currency: "EUR",
        ordered: "1767225600",
        products: [product(2.5, 2), product(9, 0)],
      },
      { customer_id: 1, order_number: null, currency: "EUR", ordered: "1767225600", products: [] },
      { customer_id: 2, order_number: 11, currency: "USD", ordered: "1767312000", products: [product(4, 1)] },
      { customer_id: 3, order_number: 12, currency: "EUR", ordered: "1767312000", products: [product(8, 1)] },
    ]),
  });
  const notices = await sluice(["validate", "--project", folder]);
  expect(notices.code, notices.stderr).toBe(0);
  expect(notices.stderr.match(/LIVE_PREFIX_IGNORED|OR_REPLACE_IS_OR_REFRESH|NOTEBOOK_CELL_SKIPPED/g)?.sort()).toEqual([
    ...["LIVE_PREFIX_IGNORED", "NOTEBOOK_CELL_SKIPPED", "OR_REPLACE_IS_OR_REFRESH"],
  ]);
  await run(folder);
  await writeFiles(folder, {
    "data/shop/orders/2.json": lines([
      { customer_id: 1, order_number: 13, currency: "EUR", ordered: "1767225600", products: [product(1, 3)] },
    ]),
  });
  await run(folder);
  const rows = tables(folder);
  expect(
    await rows(
      "s/orders_cleaned",
      "SELECT order_number::INT AS n, city, segment, order_date::VARCHAR AS day FROM t ORDER BY n",
    ),
  ).toEqual([
    { n: 10, city: "Ghent", segment: "club", day: "2026-01-01" },
    { n: 11, city: "Lyon", segment: null, day: "2026-01-02" },
    { n: 12, city: null, segment: null, day: "2026-01-02" },
    { n: 13, city: "Ghent", segment: "club", day: "2026-01-01" },
  ]);
  expect(
    await rows("s/sales_in_ghent", "SELECT city, sales, quantity::INT AS quantity, customers::INT AS customers FROM t"),
  ).toEqual([{ city: "Ghent", sales: 8, quantity: 5, customers: 1 }]);
  expect(await rows("s/orders_to_review", "SELECT order_number::INT AS n FROM t")).toEqual([{ n: 11 }]);
});

test("a medallion of SQL and TypeScript over three schemas: full names, USE, flows, declared columns, paths in JSON [F39] [F40] [F44] [F49] [F101]", async () => {
  const event = (user_id: number | null, kind: string, time: string | null, amount: number, payload?: object) => ({
    ...{ user_id, kind, time, amount },
    payload: payload === undefined ? null : JSON.stringify(payload),
  });
  const folder = await program("medallion", {
    "data/shop/users/u.csv": "user_id;country\n1;BE\n2;FR\n",
    "data/shop/events/1.json": lines([
      event(1, "view", "2026-02-01T10:00:00", 0, { device: { name: "phone" }, tags: [1] }),
      event(1, "buy", "2026-02-01T11:00:00", 12.5, { device: { name: "phone" }, tags: [2] }),
      event(2, "click", "2026-02-01T11:30:00", 1.5, { device: { name: "desk" }, tags: [] }),
      event(1, "click", "2026-02-01T12:00:00", 2),
      event(2, "fly", "2026-02-01T12:00:00", 1),
      event(2, "view", null, 1),
    ]),
  });
  await run(folder);
  const rows = tables(folder);
  const days =
    "SELECT day::VARCHAR AS day, country, typeof(users) AS type, users, events::INT AS events, busy FROM t ORDER BY country";
  expect(await rows("shop_gold/daily_active", days)).toEqual([
    { day: "2026-02-01", country: "BE", type: "INTEGER", users: 1, events: 3, busy: true },
    { day: "2026-02-01", country: "FR", type: "INTEGER", users: 1, events: 1, busy: false },
  ]);
  expect(await rows("shop_gold/country list", "SELECT * FROM t ORDER BY ALL")).toEqual([
    { country: "BE" },
    { country: "FR" },
  ]);
  expect(await rows("shop_gold/first_clicks", "SELECT user_id::INT AS u, first_kind FROM t ORDER BY u")).toEqual([
    { u: 1, first_kind: "view" },
    { u: 2, first_kind: "click" },
  ]);
  expect(
    await rows("shop_gold/devices", "SELECT device, tag_total::INT AS n, phones::INT AS p FROM t ORDER BY device"),
  ).toEqual([
    { device: "desk", n: null, p: 0 },
    { device: "none", n: 100, p: 0 },
    { device: "phone", n: 3, p: 2 },
  ]);
  expect(await rows("shop_gold/raw_lines", "SELECT n::INT AS n FROM t")).toEqual([{ n: 6 }]);
  expect(await rows("shop_gold/spend", "SELECT user_id::INT AS u, total FROM t ORDER BY u")).toEqual([
    { u: 1, total: 14.5 },
    { u: 2, total: 1.5 },
  ]);
  expect(await rows("shop_silver/events_quarantine", "SELECT kind, _quarantine_reasons AS why FROM t")).toEqual([
    { kind: "fly", why: ["known kind"] },
  ]);
  await writeFiles(folder, { "data/shop/events/2.json": lines([event(1, "view", "2026-02-02T10:00:00", 0)]) });
  await run(folder);
  expect(await rows("shop_silver/payloads", "SELECT count(*)::INT AS n FROM t")).toEqual([{ n: 4 }]);
  expect(await rows("shop_bronze/events", "SELECT count(*)::INT AS n FROM t")).toEqual([{ n: 7 }]);
});

test("a notebook with SET, parameters in names, back-ticks and properties, and type names as functions [F48]", async () => {
  const folder = await program("notebook");
  await mkdir(join(folder, "data/trips"), { recursive: true });
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(
    `COPY (SELECT * FROM (VALUES (1, 'Oslo', 12.5, 1), (2, 'Oslo', 10.0, 0), (3, 'Rome', 3.0, 0)) v(id, city, fare, tipped))
     TO '${join(folder, "data/trips/t.parquet")}' (FORMAT parquet)`,
  );
  connection.closeSync();
  await run(folder);
  const rows = tables(folder);
  expect(await rows("s/test_trips", "SELECT city, fare, cents, number::INT AS number FROM t ORDER BY number")).toEqual([
    { city: "Oslo", fare: 12, cents: 1250, number: 10 },
    { city: "Oslo", fare: 10, cents: 1000, number: 20 },
    { city: "Rome", fare: 3, cents: 300, number: 30 },
  ]);
  expect(await rows("s/test_cities", "SELECT city, trips::INT AS trips, tipped, price FROM t ORDER BY city")).toEqual([
    { city: "Oslo", trips: 2, tipped: true, price: "dear" },
    { city: "Rome", trips: 1, tipped: false, price: "cheap" },
  ]);
});
