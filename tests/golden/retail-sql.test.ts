import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { copyExample, jsonLines, root, runNode, sluice } from "../harness/sluice.ts";

describe("the retail example, in SQL only, over two deliveries", () => {
  let folder = "";
  const written: Record<string, number>[] = [];

  function table(name: string): RawTable {
    return new RawTable(join(folder, ".sluice/tables/retail", name));
  }

  async function deliverAndRun(batch: number, orders: number, firstId: number): Promise<void> {
    const flags = ["--batch", batch, "--orders", orders, "--files", 4, "--first-id", firstId].map(String);
    await runNode([join(root, "examples/retail-sql/generate.mjs"), "--into", join(folder, "data/landing"), ...flags]);
    const finished = await sluice(["run", "--project", folder, "--json"]);
    expect(finished.code, finished.stderr).toBe(0);
    written.push(rowsWritten(jsonLines(finished)));
  }

  beforeAll(async () => {
    folder = await copyExample("retail-sql");
    await deliverAndRun(1, 1000, 1);
    await deliverAndRun(2, 200, 1001);
  }, 120_000);

  test("the second update reads only the new files [F97] [F146]", async () => {
    expect(written.map((one) => [one["bronze_orders"], one["bronze_customers"]])).toEqual([
      [1000, 300],
      [200, 15],
    ]);
    const files = "SELECT count(*)::INT AS n, count(DISTINCT source_file)::INT AS files FROM t";
    expect(await table("bronze_orders").rows(files)).toEqual([{ n: 1200, files: 8 }]);
  });

  test("every order is in the table, dropped for its number, or set aside, exactly once [F115]", async () => {
    const bronze = `SELECT count(*) FILTER (order_id IS NULL)::INT AS numberless,
      count(*) FILTER (order_id IS NOT NULL AND (len(items) = 0 OR len(list_filter(items, i -> i.unit_price <= 0)) > 0))::INT AS bad FROM t`;
    const [dirt] = await table("bronze_orders").rows(bronze);
    const kept = await table("silver_orders").rows(
      "SELECT count(*)::INT AS n, count(DISTINCT order_id)::INT AS ids FROM t",
    );
    const aside = await table("silver_orders_quarantine").count();
    expect(Number(dirt?.["numberless"])).toBeGreaterThan(0);
    expect(Number(dirt?.["bad"])).toBeGreaterThan(0);
    expect(aside).toBe(dirt?.["bad"]);
    const n = 1200 - Number(dirt?.["numberless"]) - aside;
    expect(kept).toEqual([{ n, ids: n }]);
  });

  test("columns have the declared types, the generated one is computed, texts are cleaned", async () => {
    const sql = `SELECT typeof(any_value(ordered_at)) AS ordered_at, bool_and(order_day = CAST(ordered_at AT TIME ZONE 'UTC' AS DATE)) AS days,
      list_sort(list(DISTINCT shop)) AS shops, list_sort(list(DISTINCT status)) AS statuses FROM t`;
    expect(await table("silver_orders").rows(sql)).toEqual([
      {
        ...{ ordered_at: "TIMESTAMP WITH TIME ZONE", days: true, shops: ["BERLIN", "GENT", "LYON"] },
        statuses: ["paid", "placed", "returned", "sent"],
      },
    ]);
  });

  test("the newest line of a customer wins, and the nameless are dropped", async () => {
    const sql =
      "SELECT count(*)::INT AS n, count(*) FILTER (exported_at > TIMESTAMPTZ '2026-11-01 12:00:00Z')::INT AS moved FROM t";
    expect(await table("silver_customers").rows(sql)).toEqual([{ n: 297, moved: 15 }]);
  });

  test("the gold views agree with the sales that they are made of", async () => {
    const sales = await table("silver_sales").rows(
      "SELECT sum(revenue)::DOUBLE AS revenue, count(DISTINCT order_id)::INT AS orders FROM t",
    );
    const daily = "SELECT sum(revenue)::DOUBLE AS revenue, sum(orders)::INT AS orders FROM t WHERE currency = 'EUR'";
    expect(await table("gold_daily_sales").rows(daily)).toEqual(sales);
    const months = await table("gold_category_months").rows(
      "SELECT sum(revenue)::DOUBLE AS r, count(change)::INT < count(*)::INT AS first FROM t",
    );
    expect(months).toEqual([{ r: sales[0]?.["revenue"], first: true }]);
    const places = await table("gold_best_sellers").rows(
      "SELECT category, min(place)::INT AS best, count(*) >= 3 AS three FROM t GROUP BY ALL ORDER BY ALL",
    );
    expect(places).toEqual(
      ["garden", "kitchen", "office", "toys"].map((category) => ({ category, best: 1, three: true })),
    );
    const tiers = await table("gold_customer_value").rows("SELECT list_sort(list(DISTINCT tier)) AS tiers FROM t");
    expect(tiers).toEqual([{ tiers: ["bronze", "gold", "silver"] }]);
    const problems = await table("gold_order_problems").rows(
      "SELECT sum(orders)::INT AS n, list_sort(list(DISTINCT reason)) AS reasons FROM t",
    );
    expect(problems).toEqual([
      { n: await table("silver_orders_quarantine").count(), reasons: ["has_items", "sane_prices"] },
    ]);
  });

  test("the example gives no cause for warnings", async () => {
    const finished = await sluice(["validate", "--project", folder]);
    expect([finished.code, finished.stderr]).toEqual([0, ""]);
  });
});

function rowsWritten(events: readonly Record<string, unknown>[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const event of events) {
    const progress = (event["details"] as Progress | undefined)?.flow_progress;
    const name = (event["origin"] as { readonly dataset_name?: string } | undefined)?.dataset_name?.split(".").at(-1);
    if (name === undefined || progress?.metrics?.num_output_rows === undefined) continue;
    rows[name] = (rows[name] ?? 0) + progress.metrics.num_output_rows;
  }
  return rows;
}

interface Progress {
  readonly flow_progress?: { readonly metrics?: { readonly num_output_rows?: number } };
}
