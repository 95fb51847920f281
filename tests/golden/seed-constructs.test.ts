import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  avg,
  col,
  count,
  countDistinct,
  dateDiff,
  dlt,
  expr,
  lit,
  max,
  min,
  round,
  spark,
  toDate,
  toTimestamp,
  when,
  window,
} from "sluice";
import { memoryStream, testClock, testPipeline } from "sluice/testing";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const EVENTS = "campaign STRING, kind STRING";

function traffic(campaign: string, impressions: number, clicks: number, conversions: number): readonly object[] {
  const of = (kind: string, length: number) => Array.from({ length }, () => ({ campaign, kind }));
  return [...of("impression", impressions), ...of("click", clicks), ...of("conversion", conversions)];
}

test("counts of what happened, and rates of the counts [F53]", async () => {
  const events = memoryStream(EVENTS);
  events.add([...traffic("01", 1000, 120, 25), ...traffic("02", 500, 45, 5), ...traffic("03", 200, 10, 1)] as never);
  await using pipeline = await testPipeline(
    () => {
      const of = (kind: string) => count(when(col("kind").eq(kind), true));
      dlt.table({ name: "metrics" }, () =>
        spark.read
          .table("events")
          .groupBy("campaign")
          .agg(of("click").as("clicks"), of("impression").as("impressions"), of("conversion").as("conversions"))
          .withColumn("ctr", round(col("clicks").div(col("impressions")), 3))
          .withColumn("cvr", round(col("conversions").div(col("clicks")), 3)),
      );
    },
    { replace: { events } },
  );
  await pipeline.run();
  const rows = (await pipeline.rows("metrics")).map(({ campaign, ctr, cvr }) => [campaign, ctr, cvr]);
  expect(rows.toSorted()).toEqual([
    ["01", 0.12, 0.208],
    ["02", 0.09, 0.111],
    ["03", 0.05, 0.1],
  ]);
});

test("joins, distinct counts, dates between and types of casts [F54] [F55] [F56] [F60]", async () => {
  const orders = memoryStream("order_id INT, customer STRING, at STRING, amount STRING");
  const customers = memoryStream("customer STRING, name STRING");
  orders.add([
    [1, "a", "2026-01-01 10:00:00", "10.5"],
    [2, "a", "2026-01-11 09:00:00", "20"],
    [2, "a", "2026-01-11 09:00:00", "20"],
    [3, "x", "2026-01-02 00:00:00", "bad"],
  ]);
  customers.add([["a", "Ann"]]);
  await using pipeline = await testPipeline(
    () => {
      dlt.table({ name: "typed" }, () =>
        spark.readStream
          .table("orders")
          .distinct()
          .withColumn("at", toTimestamp(col("at")))
          .withColumn("amount", col("amount").cast("decimal(10,2)")),
      );
      dlt.table({ name: "enriched" }, () => {
        const [left, right] = [dlt.read("typed"), spark.read.table("customers")];
        return left.join(right, "customer", "left").select(left.col("*"), right.col("name"));
      });
      dlt.table({ name: "value" }, () =>
        dlt
          .read("enriched")
          .groupBy("customer", "name")
          .agg(
            countDistinct("order_id").as("orders"),
            avg("amount").as("mean"),
            dateDiff(max(toDate("at")), min(toDate("at"))).as("days"),
          ),
      );
    },
    { replace: { orders, customers } },
  );
  await pipeline.run();
  const types = await pipeline
    .table("typed")
    .selectExpr("typeof(at) AS at", "typeof(amount) AS amount")
    .distinct()
    .collect();
  expect(types).toEqual([{ at: "timestamp", amount: "decimal(10,2)" }]);
  const rows = (await pipeline.rows("value")).map((row) => [
    row["customer"],
    row["name"],
    row["orders"],
    String(row["mean"]),
    row["days"],
  ]);
  expect(rows.toSorted()).toEqual([
    ["a", "Ann", 2, "15.250000", 10],
    ["x", null, 1, "null", 0],
  ]);
});

test("windows have a start and an end, and moments are compared with intervals before now [F58] [F59]", async () => {
  const clicks = memoryStream("id INT, at TIMESTAMP");
  clicks.add([
    { id: 1, at: new Date("2026-03-01T09:59:00Z") },
    { id: 2, at: new Date("2026-03-01T09:51:00Z") },
    { id: 3, at: new Date("2026-03-01T09:20:00Z") },
  ]);
  await using pipeline = await testPipeline(
    () => {
      dlt.table({ name: "windows" }, () =>
        spark.read
          .table("clicks")
          .groupBy(window("at", "10 minutes"))
          .count()
          .select(col("window.start"), col("window.end"), "count"),
      );
      dlt.table({ name: "active" }, () =>
        spark.read.table("clicks").filter(col("at").ge(expr("current_timestamp() - INTERVAL 30 minutes"))),
      );
    },
    { clock: testClock("2026-03-01T10:00:00Z"), replace: { clicks } },
  );
  await pipeline.run();
  const windows = (await pipeline.rows("windows")).map((row) =>
    JSON.stringify([row["start"], row["end"], row["count"]]),
  );
  expect(windows.toSorted()).toEqual([
    '["2026-03-01T09:20:00.000Z","2026-03-01T09:30:00.000Z",1]',
    '["2026-03-01T09:50:00.000Z","2026-03-01T10:00:00.000Z",2]',
  ]);
  expect((await pipeline.rows("active")).map((row) => row["id"]).toSorted()).toEqual([1, 2]);
});

test("rules see what the query gives: a bad row that came first is dropped with the good one that it stands for [F81] [F105] [F106] [F109]", async () => {
  const orders = memoryStream("id INT, amount INT, region STRING");
  orders.add([
    [1, -5, "EU"],
    [2, 7, "EU"],
  ]);
  orders.add([
    [1, 5, "EU"],
    [3, 900, "US"],
  ]);
  await using pipeline = await testPipeline(
    () => {
      dlt.table(
        {
          name: "silver",
          expectAll: { known: "region = 'EU'" },
          expectAllOrDrop: {
            positive: "amount > 0",
            small: "CASE\n  WHEN region = 'US' THEN amount < 100\n  ELSE true\nEND",
          },
        },
        () => spark.readStream.table("orders").dropDuplicates(["id"]),
      );
    },
    { replace: { orders } },
  );
  await pipeline.run();
  expect((await pipeline.rows("silver")).map((row) => row["id"])).toEqual([2]);
  const failed = (await pipeline.quality()).map(({ expectation, passed, failed }) => [expectation, passed, failed]);
  expect(failed.toSorted()).toEqual([
    ["known", 2, 1],
    ["positive", 2, 1],
    ["small", 2, 1],
  ]);
});

test("one failed rule of several keeps a batch out; a view that counts is a check of the whole table [F107] [F117]", async () => {
  const orders = memoryStream("id INT, amount INT");
  orders.add([
    [1, 5],
    [1, 6],
  ]);
  await using pipeline = await testPipeline(
    () => {
      dlt.table({ name: "all", expectAllOrFail: { positive: "amount > 0", known: "id IS NOT NULL" } }, () =>
        spark.readStream.table("orders"),
      );
      dlt.table({ name: "unique_check", expectOrFail: { unique: "copies = 1" } }, () =>
        dlt
          .read("all")
          .groupBy("id")
          .agg(count(lit(1)).as("copies")),
      );
    },
    { replace: { orders } },
  );
  await expect(pipeline.run()).rejects.toThrow(/unique/);
  expect(await pipeline.rows("all")).toHaveLength(2);
  orders.add([[null, -1]]);
  await expect(pipeline.run()).rejects.toThrow(/positive, known|known, positive/);
  expect(await pipeline.rows("all")).toHaveLength(2);
});

test("a streaming view feeds streams, partitions are folders, files of four formats are read, the environment is there [F7] [F19] [F37] [F61]", async () => {
  const folder = await makeProject({
    "sluice.yml": "name: seed\nschema: s\n",
    "raw/1.json": '{"id": 1, "region": "EU"}\n{"id": 2, "region": "US"}\n',
    "csv/1.csv": "id,region\n3,EU\n",
    "transformations/p.ts": `import { dlt, lit, spark } from "sluice";
      dlt.view({ name: "tmp" }, () => spark.readStream.format("json").schema("id INT, region STRING").load("raw").withColumn("env", lit(process.env["TZ"])));
      dlt.table({ name: "silver", partitionCols: ["region"] }, () => dlt.readStream("tmp"));
      dlt.table({ name: "json_rows" }, () => spark.read.format("json").load("raw"));
      dlt.table({ name: "csv_rows" }, () => spark.read.format("csv").option("header", "true").load("csv"));`,
  });
  const run = async (): Promise<void> => {
    const finished = await sluice(["run", "--project", folder], { env: { TZ: "Europe/Oslo" } });
    expect(finished.code, finished.stderr).toBe(0);
  };
  await run();
  const tables = join(folder, ".sluice/tables/s");
  expect((await readdir(join(tables, "silver"))).toSorted()).toEqual(["_delta_log", "region=EU", "region=US"]);
  await writeFiles(folder, {
    "transformations/q.ts": `import { dlt, spark } from "sluice";
      dlt.table({ name: "delta_rows" }, () => spark.read.format("delta").load("${tables}/silver"));
      dlt.table({ name: "parquet_rows" }, () => spark.read.format("parquet").load("${tables}/csv_rows"));`,
  });
  await run();
  const rows = (name: string) =>
    new RawTable(join(tables, name)).rows("SELECT id::INT AS id, region FROM t ORDER BY ALL");
  const [eu, us, csv] = [
    { id: 1, region: "EU" },
    { id: 2, region: "US" },
    { id: 3, region: "EU" },
  ];
  expect(await rows("json_rows")).toEqual([eu, us]);
  expect(await rows("csv_rows")).toEqual([csv]);
  expect(await rows("delta_rows")).toEqual([eu, us]);
  expect(await rows("parquet_rows")).toEqual([csv]);
  const [env] = await new RawTable(join(tables, "delta_rows")).rows("SELECT DISTINCT env FROM t");
  expect(env).toEqual({ env: "Europe/Oslo" });
}, 60_000);
