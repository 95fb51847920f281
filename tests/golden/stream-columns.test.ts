import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DataFrame, dlt, openSession, type Session } from "sluice";
import { memoryStream, testPipeline } from "sluice/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { temporaryFolder } from "../harness/sluice.ts";

// What Spark 4.1 takes in foreachBatch, foreach, console, noop and memory, though no table could hold it; files and tables refuse it
const COLUMNS = [
  "v AS x",
  "k AS x",
  "v + 1 AS X",
  "NULL AS nothing",
  "-make_ym_interval(1, v) AS months",
  "-make_dt_interval(100000, v, 3, 4.000001) AS days",
  "make_interval(1, v, 0, 4, 5, 6, 7.5) AS mixed",
  "make_ym_interval(CAST(NULL AS INT)) AS unknown",
];
const TYPES = [
  ["x", "int"],
  ["x", "string"],
  ["X", "int"],
  ["nothing", "void"],
  ["months", "interval year to month"],
  ["days", "interval day to second"],
  ["mixed", "interval"],
  ["unknown", "interval year to month"],
];
const TEXTS = [
  "2",
  "b",
  "3",
  null,
  "INTERVAL '-1-2' YEAR TO MONTH",
  "INTERVAL '-100000 02:03:04.000001' DAY TO SECOND",
  "1 years 2 months 4 days 5 hours 6 minutes 7.5 seconds",
  null,
];

let folder = "";
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, "in"));
  await writeFile(join(folder, "in/1.json"), '{"k":"a","v":1}\n');
  await writeFile(join(folder, "in/2.json"), '{"k":"b","v":2}\n');
  spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(() => spark.stop());

function stream(): DataFrame {
  const files = spark.readStream.schema("k STRING, v INT").option("maxFilesPerTrigger", 1);
  return files.json(join(folder, "in")).selectExpr(...COLUMNS);
}

/** The rows as texts, whatever their columns are called. */
async function texts(frame: DataFrame): Promise<readonly unknown[]> {
  const named = await frame.toDF(...COLUMNS.map((_, i) => `c${i}`));
  return (await named.selectExpr(...COLUMNS.map((_, i) => `CAST(c${i} AS STRING) AS c${i}`)).collect()).map((row) =>
    Object.values(row),
  );
}

test("foreachBatch gets columns of one name, of no type and of intervals as the query has them, also when a batch comes again", async () => {
  const seen: (readonly [number, unknown, readonly unknown[]])[] = [];
  let failed = false;
  const start = () =>
    stream()
      .writeStream.option("checkpointLocation", join(folder, "checkpoints/batches"))
      .foreachBatch(async (batch, id) => {
        seen.push([id, await batch.dtypes, await texts(batch)]);
        if (id === 1 && !failed) {
          failed = true;
          throw new Error("the first time");
        }
      })
      .trigger({ availableNow: true })
      .start();
  await expect((await start()).awaitTermination()).rejects.toThrow("the first time");
  await (await start()).awaitTermination();
  expect(seen.map(([id]) => id)).toEqual([0, 1, 1]);
  expect(seen.slice(1)).toEqual([
    [1, TYPES, [TEXTS]],
    [1, TYPES, [TEXTS]],
  ]);
});

test("memory keeps them, and noop and the console take them", async () => {
  const memory = await stream().writeStream.format("memory").queryName("kept").trigger({ availableNow: true }).start();
  await memory.awaitTermination();
  expect((await texts(spark.table("kept"))).toSorted()[1]).toEqual(TEXTS);
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    for (const format of ["console", "noop"]) {
      const query = await stream().writeStream.format(format).trigger({ availableNow: true }).start();
      await query.awaitTermination();
    }
  } finally {
    write.mockRestore();
  }
  const console = printed.find((text) => text.includes("Batch: 1"));
  expect(console?.split("\n").slice(3, 7)).toEqual([
    "+---+---+---+-------+--------------------+--------------------+--------------------+-------+",
    "|  x|  x|  X|nothing|              months|                days|               mixed|unknown|",
    "+---+---+---+-------+--------------------+--------------------+--------------------+-------+",
    "|  2|  b|  3|   NULL|INTERVAL '-1-2' Y...|INTERVAL '-100000...|1 years 2 months ...|   NULL|",
  ]);
});

test("groups that are given whole keep them too", async () => {
  const seen: unknown[] = [];
  const files = spark.readStream.schema("k STRING, v INT").json(join(folder, "in"));
  const query = await files
    .groupBy("k")
    .count()
    .selectExpr("k AS x", "count AS x", "make_ym_interval(0, CAST(count AS INT)) AS i")
    .orderBy("k")
    .writeStream.outputMode("complete")
    .foreachBatch(async (batch) =>
      seen.push(...(await (await batch.toDF("a", "b", "c")).selectExpr("a", "b", "CAST(c AS STRING) AS c").collect())),
    )
    .trigger({ availableNow: true })
    .start();
  await query.awaitTermination();
  expect(seen).toEqual([
    { a: "a", b: 1n, c: "INTERVAL '0-1' YEAR TO MONTH" },
    { a: "b", b: 1n, c: "INTERVAL '0-1' YEAR TO MONTH" },
  ]);
});

test("a handler of a pipeline gets them; tables, files and what is inside of arrays are refused with the column", async () => {
  const seen: unknown[] = [];
  const orders = memoryStream("k STRING, v INT");
  orders.add([{ k: "b", v: 2 }]);
  const declare = (target: () => void, columns: readonly string[]) => () => {
    target();
    dlt.appendFlow({ target: "out", name: "f" }, () => spark.readStream.table("outside.orders").selectExpr(...columns));
  };
  const handler = () => dlt.foreachBatchSink("out", async (batch) => void seen.push(...(await texts(batch))));
  await using pipeline = await testPipeline(declare(handler, COLUMNS), { replace: { "outside.orders": orders } });
  await pipeline.run();
  expect(seen).toEqual([TEXTS]);
  const refused: readonly (readonly [() => void, readonly string[], string])[] = [
    [() => dlt.createStreamingTable("out"), ["k AS x", "v AS X"], '"X"'],
    [() => dlt.createSink("out", "json", { path: join(folder, "out") }), ["NULL AS nothing"], '"nothing"'],
    [handler, ["array() AS inside"], '"inside" of "out" is of type array<void>'],
  ];
  for (const [target, columns, told] of refused) {
    await using wrong = await testPipeline(declare(target, columns), { replace: { "outside.orders": orders } });
    await expect(wrong.run()).rejects.toThrow(told);
  }
});
