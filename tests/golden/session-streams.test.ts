import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DataFrame, expr, max, openSession, type Session, sessionWindow, window } from "sluice";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, runProgram, startProgram, temporaryFolder } from "../harness/sluice.ts";

let folder = "";
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(() => spark.stop());

async function write(path: string, rows: readonly unknown[]): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

function stream(path: string): DataFrame {
  return spark.readStream.schema("k STRING, v BIGINT").option("maxFilesPerTrigger", 1).json(join(folder, path));
}

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  return (await spark.sql(sql)).collect();
}

async function mistakeOf(work: () => unknown): Promise<{ condition: string; message: string; cause?: unknown }> {
  try {
    await work();
  } catch (error) {
    return error as { condition: string; message: string };
  }
  throw new Error("it went well");
}

test("foreachBatch merges by the batch's own session, whose views no other query sees [F226]", async () => {
  await spark.sql("CREATE TABLE totals (k STRING, v BIGINT)");
  await spark.sql("CREATE TABLE counts (k STRING, v BIGINT)");
  await spark.range(1).createOrReplaceTempView("before");
  for (const name of ["a", "b", "c"]) {
    await write(`merge/${name}.json`, [
      { k: name, v: 1 },
      { k: "all", v: 2 },
    ]);
  }
  const seen: unknown[] = [];
  const upsert = (target: string) => async (batch: DataFrame) => {
    await batch.groupBy("k").sum("v").toDF("k", "v").createOrReplaceTempView("updates");
    await batch.sparkSession.sql(`MERGE INTO ${target} t USING updates u ON t.k = u.k
      WHEN MATCHED THEN UPDATE SET v = t.v + u.v WHEN NOT MATCHED THEN INSERT *`);
    seen.push([
      await batch.sparkSession.catalog.tableExists("before"),
      batch.sparkSession.conf.get("my.key", undefined),
    ]);
    batch.sparkSession.conf.set("my.key", target);
  };
  const begin = (target: string, path: string) =>
    stream(path).writeStream.trigger({ availableNow: true }).foreachBatch(upsert(target)).start();
  const queries = [await begin("totals", "merge"), await begin("counts", "merge")];
  await Promise.all(queries.map((query) => query.awaitTermination()));
  const expected = [
    { k: "a", v: 1n },
    { k: "all", v: 6n },
    { k: "b", v: 1n },
    { k: "c", v: 1n },
  ];
  expect(await rowsOf("SELECT * FROM totals ORDER BY k")).toEqual(expected);
  expect(await rowsOf("SELECT * FROM counts ORDER BY k")).toEqual(expected);
  expect(seen.filter((one) => JSON.stringify(one) === "[true,null]")).toHaveLength(2);
  expect(seen).toContainEqual([true, "totals"]);
  expect(spark.conf.get("my.key", undefined)).toBeUndefined();
  const outside = await mistakeOf(() => spark.sql("SELECT * FROM updates"));
  expect(outside).toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  expect(outside.message).toMatch(/made in foreachBatch.*batch\.sparkSession\.sql/);
  expect(spark.range(1).sparkSession).toBe(spark);
});

test("a name whose call was not awaited is told as such, not as a name that is missing", async () => {
  await write("late/1.json", [{ k: "a", v: 1 }]);
  const naming = stream("late").createOrReplaceTempView("late_stream");
  const call = /createOrReplaceTempView\("late_stream"\) was not awaited\. Write: await createOrReplaceTempView/;
  for (const use of [
    () => spark.sql("SELECT * FROM late_stream"),
    () => spark.table("late_stream").writeStream,
    () => spark.table("late_stream").collect(),
  ]) {
    expect(await mistakeOf(use)).toMatchObject({ condition: "CALL_NOT_AWAITED", message: expect.stringMatching(call) });
  }
  await naming;
  expect(spark.table("late_stream").isStreaming).toBe(true);
  await spark.range(3).createOrReplaceTempView("late");
  const again = spark.table("late").filter("id > 0").createOrReplaceTempView("late");
  expect(await mistakeOf(() => rowsOf("SELECT * FROM late"))).toMatchObject({ condition: "CALL_NOT_AWAITED" });
  await again;
  expect(await spark.table("late").count()).toBe(2);
  expect(await mistakeOf(() => spark.sql("CREATE OR REPLACE TEMP VIEW late AS SELECT * FROM late"))).toMatchObject({
    condition: "RECURSIVE_VIEW",
  });
  const sql = spark.sql("CREATE TEMP VIEW later AS SELECT 1 AS one");
  expect((await mistakeOf(() => rowsOf("SELECT * FROM later"))).message).toMatch(/spark\.sql\("CREATE TEMPORARY VIEW/);
  await sql;
  const saving = spark.range(3).write.saveAsTable("late_table");
  const missing = await mistakeOf(() => rowsOf("SELECT * FROM late_table"));
  expect(missing.message).toMatch(/saveAsTable\("late_table"\) was not awaited/);
  await saving;
  expect(await rowsOf("SELECT count(*) n FROM late_table")).toEqual([{ n: 3n }]);
});

const HOLD = `import { openSession } from ${JSON.stringify(join(root, "packages/sluice/dist/index.js"))};
const [folder] = process.argv.slice(2);
const spark = openSession({ threads: 1 });
const query = await spark.readStream.schema("k STRING, v BIGINT").json(folder + "/held")
  .writeStream.option("checkpointLocation", folder + "/checkpoints/held").trigger(process.env.HOLD ? { processingTime: "1 second" } : { availableNow: true })
  .start(folder + "/held-table");
await query.processAllAvailable();
console.log("holds");
await query.awaitTermination();
await spark.stop();
`;

test("a checkpoint that another process uses is refused at once, and a killed process holds nothing", async () => {
  await write("held/1.json", [{ k: "a", v: 1 }]);
  const program = join(folder, "hold.mjs");
  await writeFile(program, HOLD);
  const holder = startProgram(program, [folder], { env: { HOLD: "1" } });
  await once(holder.stdout, "data");
  const refused = await runProgram(program, [folder]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`process ${holder.pid} on `);
  expect(refused.stderr).toContain("CONCURRENT_STREAM_LOG_UPDATE");
  const here = () =>
    stream("held")
      .writeStream.option("checkpointLocation", join(folder, "checkpoints/held"))
      .trigger({ availableNow: true })
      .start(join(folder, "held-table"));
  expect(await mistakeOf(here)).toMatchObject({ condition: "CONCURRENT_STREAM_LOG_UPDATE" });
  holder.kill("SIGKILL");
  await once(holder, "close");
  await write("held/2.json", [{ k: "b", v: 2 }]);
  const began = performance.now();
  const next = await runProgram(program, [folder]);
  expect(next.code, next.stderr).toBe(0);
  expect(performance.now() - began).toBeLessThan(30_000);
  const query = await here();
  await query.awaitTermination();
  expect(await rowsOf(`SELECT * FROM delta.\`${join(folder, "held-table")}\` ORDER BY k`)).toEqual([
    { k: "a", v: 1n },
    { k: "b", v: 2n },
  ]);
});

test("a limit counts over all batches and restarts; what Spark refuses of limits is refused in its words [F72]", async () => {
  for (const n of [1, 2, 3])
    await write(`limit/${n}.json`, [
      { k: "a", v: n },
      { k: "b", v: n },
      { k: `c${n}`, v: n },
    ]);
  const run = async (frame: DataFrame, name: string): Promise<readonly number[]> => {
    const sizes: number[] = [];
    const query = await frame.writeStream
      .option("checkpointLocation", join(folder, "checkpoints", name))
      .trigger({ availableNow: true })
      .foreachBatch(async (batch) => sizes.push(await batch.count()))
      .start();
    await query.awaitTermination();
    return sizes;
  };
  expect(await run(stream("limit").limit(7), "seven")).toEqual([3, 3, 1]);
  await write("limit/4.json", [{ k: "d", v: 4 }]);
  expect(await run(stream("limit").limit(7), "seven")).toEqual([0]);
  expect(await run(stream("limit").limit(8), "seven")).toEqual([]);
  await write("limit/5.json", [
    { k: "e", v: 5 },
    { k: "e", v: 5 },
  ]);
  expect(await run(stream("limit").limit(8), "seven")).toEqual([1]);
  expect(await run(stream("limit").limit(5).dropDuplicates(["k"]).limit(3), "three")).toEqual([3, 0, 0, 0, 0]);
  await stream("limit").createOrReplaceTempView("limited");
  expect(await run(await spark.sql("SELECT v FROM limited LIMIT 2"), "sql")).toEqual([2, 0, 0, 0, 0]);
  const begin = (frame: DataFrame, mode: string) => () =>
    frame.writeStream.format("noop").outputMode(mode).trigger({ availableNow: true }).start();
  const groups = stream("limit").groupBy("k").count();
  for (const [work, message] of [
    [begin(stream("limit").limit(5), "update"), /Limits are not supported .* in Update output mode/],
    [begin(groups.limit(5), "update"), /Limits are not supported .* in Update output mode/],
    [begin(stream("limit").offset(5), "append"), /Offset is not supported on streaming DataFrames/],
    [begin(groups.orderBy("k").offset(1), "complete"), /Offset is not supported on streaming DataFrames/],
  ] as const) {
    expect(await mistakeOf(work)).toMatchObject({
      condition: "_LEGACY_ERROR_TEMP_3102",
      message: expect.stringMatching(message),
    });
  }
});

test("an operator with several event times is refused as in Spark, unless only one of them is used [F76] [F78]", async () => {
  const timed = () =>
    spark.readStream
      .schema("id BIGINT, k STRING, ts TIMESTAMP")
      .json(join(folder, "times"))
      .withWatermark("ts", "5 minutes");
  await write("times/1.json", [{ id: 1, k: "a", ts: "2026-01-01T10:00:00Z" }]);
  const two = () => timed().selectExpr("id", "k", "ts", "ts AS ts2");
  const right = () => timed().selectExpr("id AS rid", "k AS rk", "ts AS rts");
  const third = () => timed().selectExpr("id AS tid", "k AS tk", "ts AS tts");
  const range = expr("k = rk AND rts >= ts AND rts <= ts + INTERVAL 5 MINUTES");
  const later = expr("k = tk AND tts >= ts AND tts <= ts + INTERVAL 5 MINUTES");
  const pair = () => timed().join(right(), range);
  const refused: readonly DataFrame[] = [
    two().join(right(), range),
    two().join(right(), range, "left"),
    two().join(right(), expr("k = rk")),
    right().join(two(), range, "left"),
    timed().withColumn("w", window("ts", "5 minutes")).join(right(), range, "left"),
    pair().join(third(), later),
    two().groupBy(window("ts", "5 minutes"), "ts2").count(),
    two().groupBy(sessionWindow("ts", "5 minutes"), "ts2").count(),
    two().dropDuplicates(["ts", "ts2"]),
    two().dropDuplicates(["k", "ts"]),
    two().dropDuplicatesWithinWatermark(["k"]),
    pair().dropDuplicatesWithinWatermark(["k"]),
  ];
  const accepted: readonly DataFrame[] = [
    two().join(right(), range, "left").select("id", "rid"),
    pair().drop("rts").join(third(), later, "left"),
    two().groupBy(window("ts", "5 minutes")).agg(max("ts2").as("latest")),
    pair().groupBy(window("ts", "5 minutes")).count(),
  ];
  const run = async (frame: DataFrame): Promise<void> => {
    const query = await frame.writeStream.format("noop").trigger({ availableNow: true }).start();
    await query.awaitTermination();
  };
  for (const [i, frame] of refused.entries()) {
    const message = expect.stringMatching(/^.*More than one event time columns are available\. .* \(`(ts|ts2)`, /);
    expect(await mistakeOf(() => run(frame)), String(i)).toMatchObject({
      condition: "_LEGACY_ERROR_TEMP_3077",
      message,
    });
  }
  for (const frame of accepted) await run(frame);
});

test("columns on their way into a sink that is no table have the names that the query gives them, as in Spark [F226]", async () => {
  await mkdir(join(folder, "names"), { recursive: true });
  await writeFile(join(folder, "names/1.json"), '{"k":"a","v":1,"a b":{"c, d":2}}\n');
  await writeFile(join(folder, "names/2.json"), '{"k":"a","v":5,"a b":{"c, d":2}}\n');
  const rows = () =>
    spark.readStream
      .schema("k STRING, v BIGINT, `a b` STRUCT<`c, d`: INT>")
      .option("maxFilesPerTrigger", 1)
      .json(join(folder, "names"));
  const groups = () => rows().groupBy("a b", expr("v % 2")).agg(max("v"), expr("count(*)"));
  const group = { "a b": { "c, d": 2 }, "(v % 2)": 1n, "max(v)": 5n, "count(1)": 2n };
  const complete = () => groups().writeStream.outputMode("complete").trigger({ availableNow: true });
  const batches: unknown[] = [];
  const queries = [
    await complete()
      .foreachBatch(async (batch) => {
        batches.push(await batch.select("*", "`a b`.`c, d`").collect());
      })
      .start(),
    await complete().format("noop").start(),
    await complete().format("memory").queryName("any_names").start(),
  ];
  for (const format of ["json", "csv", "parquet"]) {
    const flat = rows().selectExpr("k AS `max(k)`", "v AS `v, w`", "`a b`.`c, d` AS `x=y`").writeStream;
    const target = flat
      .format(format)
      .options(format === "csv" ? { header: "true" } : {})
      .option("checkpointLocation", join(folder, "checkpoints", format));
    queries.push(await target.trigger({ availableNow: true }).start(join(folder, "names-out", format)));
  }
  for (const query of queries) await query.awaitTermination();
  expect(batches[1]).toEqual([{ ...group, "c, d": 2 }]);
  expect(await rowsOf("SELECT * FROM any_names")).toEqual([group]);
  for (const format of ["json", "csv", "parquet"]) {
    const written = spark.read
      .format(format)
      .schema("`max(k)` STRING, `v, w` BIGINT, `x=y` INT")
      .option("header", "true");
    expect(
      await written
        .load(join(folder, "names-out", format))
        .orderBy("`v, w`")
        .collect(),
    ).toEqual([
      { "max(k)": "a", "v, w": 1n, "x=y": 2 },
      { "max(k)": "a", "v, w": 5n, "x=y": 2 },
    ]);
  }
  const table = await mistakeOf(() =>
    complete().option("checkpointLocation", join(folder, "checkpoints/named")).toTable("named"),
  );
  expect(table.message).toContain('"max(v)"');
});

test("foreach gives each row to a function, or to an object that is opened and closed for each batch; its failure ends the query [F226]", async () => {
  await write("rows/1.json", [
    { k: "a", v: 1 },
    { k: "b", v: 2 },
  ]);
  await write("rows/2.json", [{ k: "c", v: 3 }]);
  const run = async (writer: Parameters<ReturnType<typeof stream>["writeStream"]["foreach"]>[0]): Promise<void> => {
    const query = await stream("rows").writeStream.trigger({ availableNow: true }).foreach(writer).start();
    await query.awaitTermination();
  };
  const rows: unknown[] = [];
  await run((row) => rows.push(row["k"]));
  expect(rows).toEqual(["a", "b", "c"]);
  const seen: unknown[] = [];
  await run({
    open: async (partition, epoch) => {
      seen.push(["open", partition, epoch]);
      return epoch > 0;
    },
    process: async (row) => seen.push(row["v"]),
    close: (error) => seen.push(["close", error]),
  });
  expect(seen).toEqual([["open", 0, 0], ["close", undefined], ["open", 0, 1], 3n, ["close", undefined]]);
  const closed: unknown[] = [];
  const failing = run({
    process: () => {
      throw new Error("no room");
    },
    close: (error) => closed.push((error as Error).message),
  });
  await expect(failing).rejects.toThrow("no room");
  expect(closed).toEqual(["no room"]);
});

test("of two queries that begin at once with one checkpoint one runs", async () => {
  await write("race/1.json", [{ k: "a", v: 1 }]);
  const begin = () =>
    stream("race").writeStream.format("noop").option("checkpointLocation", join(folder, "checkpoints/race")).start();
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, begin));
  const running = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason.condition] : []));
  expect(running).toHaveLength(1);
  expect(new Set(refused)).toEqual(new Set(["CONCURRENT_STREAM_LOG_UPDATE"]));
  await running[0]?.stop();
});
