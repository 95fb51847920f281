import { col, dlt, spark, sum } from "sluice";
import { afterEach, describe, expect, test } from "vitest";
import { memoryStream } from "./memory-stream.ts";
import { testClock } from "./test-clock.ts";
import { type TestPipeline, testPipeline } from "./test-pipeline.ts";

const opened: TestPipeline[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function open(...args: Parameters<typeof testPipeline>): Promise<TestPipeline> {
  const pipeline = await testPipeline(...args);
  opened.push(pipeline);
  return pipeline;
}

function declareOrders(): void {
  dlt.table({ name: "bronze", expectOrDrop: { positive: "amount > 0" } }, () =>
    spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/mnt/orders/"),
  );
  dlt.table({ name: "silver" }, () => dlt.readStream("bronze").dropDuplicates(["id"]));
  dlt.table({ name: "gold" }, () =>
    dlt
      .read("silver")
      .groupBy("region")
      .agg(sum(col("amount")).alias("total")),
  );
}

const ORDERS = "id BIGINT, region STRING, amount BIGINT";
const byRegion = (left: object, right: object) => JSON.stringify(left).localeCompare(JSON.stringify(right));

describe("a pipeline under test", () => {
  test("reads the rows of a memory stream in the place of files, each once [F222]", async () => {
    const orders = memoryStream(ORDERS);
    const pipeline = await open(declareOrders, { replace: { "/mnt/orders": orders } });
    orders.add([
      { id: 1, region: "north", amount: 5 },
      { id: 2, region: "south", amount: -1 },
    ]);
    await pipeline.run();
    orders.add([{ id: 1, region: "north", amount: 5 }]);
    orders.add([[3, "south", 7]]);
    const update = await pipeline.run();
    expect(update.flows.find((flow) => flow.dataset.endsWith("bronze"))?.commits).toBe(2);
    expect([...(await pipeline.rows("gold"))].sort(byRegion)).toEqual([
      { region: "north", total: 5 },
      { region: "south", total: 7 },
    ]);
    expect(await pipeline.quality()).toMatchObject([{ expectation: "positive", action: "DROP", passed: 3, failed: 1 }]);
  });

  test("gives queries of some columns these columns, of few rows and of many", async () => {
    const orders = memoryStream(ORDERS);
    const pipeline = await open(
      () => {
        dlt.table({ name: "some" }, () => spark.readStream.table("orders").select("amount", "region"));
        dlt.table({ name: "total" }, () => spark.read.table("orders").agg(sum("amount").as("total")));
      },
      { replace: { orders } },
    );
    orders.add([[1, "north", 5]]);
    await pipeline.run();
    orders.add(Array.from({ length: 30 }, () => ({ id: 2, region: "south", amount: 1 })));
    await pipeline.run();
    const [first, ...others] = [...(await pipeline.rows("some"))].sort(byRegion);
    expect([...others, first]).toContainEqual({ amount: 5, region: "north" });
    expect(others).toContainEqual({ amount: 1, region: "south" });
    expect(await pipeline.rows("total")).toEqual([{ total: 35 }]);
  });

  test("that is killed at any commit goes on as if it had not been [F222]", async () => {
    for (const when of ["before", "after"] as const) {
      const orders = memoryStream(ORDERS);
      const pipeline = await open(declareOrders, { replace: { "/mnt/orders": orders } });
      orders.add([{ id: 1, region: "north", amount: 5 }]);
      orders.add([{ id: 2, region: "south", amount: 7 }]);
      let deaths = 0;
      for (const commit of [2, 1, 3, 1]) deaths += (await pipeline.crashAt(commit, when)) ? 1 : 0;
      expect(deaths).toBeGreaterThan(1);
      await pipeline.run();
      expect([...(await pipeline.rows("gold"))].sort(byRegion)).toEqual([
        { region: "north", total: 5 },
        { region: "south", total: 7 },
      ]);
      expect(await pipeline.rows("bronze")).toHaveLength(2);
    }
  });

  test("finds what dlt.read reads of no dataset by its plain name", async () => {
    const orders = memoryStream(ORDERS);
    const pipeline = await open(
      () => {
        dlt.table({ name: "copied" }, () => dlt.readStream("orders"));
      },
      { replace: { orders } },
    );
    orders.add([{ id: 1, region: "north", amount: 5 }]);
    await pipeline.run();
    expect(await pipeline.rows("copied")).toHaveLength(1);
  });

  test("tells what fails, and which names stand for nothing", async () => {
    const wrong = await open(declareOrders, { replace: { "/mnt/order": memoryStream(ORDERS) } });
    await expect(wrong.run()).rejects.toThrow(
      'Nothing in the pipeline reads "/mnt/order". To be replaced there are: /mnt/orders, bronze, gold, silver.',
    );
  });

  test("has a clock that the test moves, and rows in the place of a dataset's query", async () => {
    const bronze = memoryStream("id BIGINT, amount BIGINT");
    const clock = testClock("2026-03-01T10:00:00Z");
    const pipeline = await open(
      () => {
        dlt.table({ name: "bronze", expectOrDrop: { positive: "amount > 0" } }, () => spark.readStream.table("raw"));
        dlt.table({ name: "stamped" }, () => dlt.readStream("bronze").selectExpr("id", "current_timestamp() AS at"));
      },
      { replace: { bronze }, clock },
    );
    bronze.add([{ id: 1, amount: 1 }]);
    await pipeline.run();
    clock.advance("90 minutes");
    bronze.add([
      { id: 2, amount: 1 },
      { id: 3, amount: 0 },
    ]);
    await pipeline.run();
    expect([...(await pipeline.rows("stamped"))].sort(byRegion)).toEqual([
      { id: 1, at: new Date("2026-03-01T10:00:00Z") },
      { id: 2, at: new Date("2026-03-01T11:30:00Z") },
    ]);
  });
});
