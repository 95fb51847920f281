import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { count, type DataFrame, expr, openSession, type Row, type Session, sessionWindow, sum, window } from "sluice";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../harness/sluice.ts";

let folder = "";
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(() => spark.stop());

interface Event {
  readonly k: string | null;
  readonly at: string | null;
  readonly v?: number;
}

let streams = 0;

/** A stream of these files, a batch each. */
async function events(...files: readonly (readonly Event[])[]): Promise<DataFrame> {
  const path = join(folder, `events-${++streams}`);
  await mkdir(path);
  for (const [i, rows] of files.entries()) {
    const file = join(path, `${i}.json`);
    const timed = rows.map(({ at, ...row }) => ({ ...row, ts: at && `2026-01-01T${at}Z` }));
    await writeFile(file, timed.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await utimes(file, 1_700_000_000 + i, 1_700_000_000 + i);
  }
  return spark.readStream.schema("k STRING, ts TIMESTAMP, v BIGINT").option("maxFilesPerTrigger", 1).json(path);
}

/** What each batch of a query over all that there is gives. */
async function batches(df: DataFrame, mode = "append"): Promise<readonly (readonly Row[])[]> {
  const given: (readonly Row[])[] = [];
  const query = await df.writeStream
    .outputMode(mode)
    .trigger({ availableNow: true })
    .foreachBatch(async (batch) => given.push(await batch.collect()))
    .start();
  await query.awaitTermination();
  return given;
}

test("a key whose first row has no time is forgotten with the first watermark, as in Spark [F76]", async () => {
  const first = [
    { k: "a", at: null },
    { k: "b", at: "00:00:00" },
  ];
  const again = [
    { k: "a", at: "00:05:00" },
    { k: "b", at: "00:05:00" },
  ];
  const distinct = (await events(first, again, again))
    .withWatermark("ts", "1 hour")
    .dropDuplicatesWithinWatermark(["k"]);
  const keys = (await batches(distinct.select("k"))).map((rows) => rows.map(({ k }) => k).sort());
  expect(keys).toEqual([["a", "b"], [], ["a"]]);
});

test("windows of a window column are those of its window_time, as in Spark [F73] [F74]", async () => {
  const at = (...times: readonly string[]) => times.map((one) => ({ k: "a", at: one }));
  const visits = (await events(at("00:01:00", "00:04:00", "00:07:00"), at("00:30:00"), at("00:50:00"))).withWatermark(
    "ts",
    "1 minute",
  );
  const five = visits.groupBy(window("ts", "5 minutes").alias("w")).agg(count("*").alias("n"));
  const ten = five.groupBy(window("w", "10 minutes").alias("w")).agg(sum("n").alias("n"), count("*").alias("windows"));
  const rows = (await batches(ten.selectExpr("date_format(w.end, 'HH:mm') AS e", "n", "windows"))).flat();
  expect(rows).toEqual([
    { e: "00:10", n: 3n, windows: 2n },
    { e: "00:40", n: 1n, windows: 1n },
  ]);
  const sessions = five.groupBy(sessionWindow("w", "6 minutes").alias("w")).agg(sum("n").alias("n"));
  expect((await batches(sessions.selectExpr("date_format(w.end, 'HH:mm:ss') AS e", "n"))).flat()).toEqual([
    { e: "00:15:59", n: 3n },
    { e: "00:40:59", n: 1n },
  ]);
});

test("of a rollup over windows only the groups come out that the watermark closes, as in Spark [F73]", async () => {
  const at = (k: string, time: string) => ({ k, at: time });
  const visits = await events([at("a", "00:01:00"), at("b", "00:02:00")], [at("a", "00:07:00")], [at("c", "00:30:00")]);
  const groups = visits
    .withWatermark("ts", "1 minute")
    .rollup(window("ts", "5 minutes").alias("w"), "k")
    .agg(count("*").alias("n"));
  const rows = (await batches(groups.selectExpr("date_format(w.start, 'HH:mm') AS s", "k", "n"))).flat();
  expect(rows.map(({ s, k, n }) => `${s} ${k} ${n}`).sort()).toEqual([
    ...["00:00 a 1", "00:00 b 1", "00:00 null 2"],
    ...["00:05 a 1", "00:05 null 1"],
  ]);
});

test("a join of two streams may have its conditions in WHERE, as in Spark [F76]", async () => {
  const left = await events([{ k: "a", at: "00:01:00", v: 1 }], [{ k: "b", at: "00:02:00", v: 2 }]);
  const right = await events([{ k: "b", at: "00:03:00", v: 3 }], [{ k: "a", at: "00:02:00", v: 4 }]);
  await left.withWatermark("ts", "1 minute").createOrReplaceTempView("l");
  await right.withWatermark("ts", "1 minute").createOrReplaceTempView("r");
  const pairs = await spark.sql(
    "SELECT l.k, l.v + r.v AS v FROM l, r WHERE l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL 1 MINUTE",
  );
  expect((await batches(pairs)).flat().map(({ k, v }) => `${k} ${v}`)).toEqual(["a 5", "b 5"]);
});

test("first and last go by the order of batches, as in Spark [F72]", async () => {
  const one = (v?: number) => ({ k: "a", at: "00:00:00", ...(v === undefined ? {} : { v }) });
  const groups = (await events([one(1)], [one(), one(2)], [one()])).groupBy("k");
  const values = groups.agg(
    expr("first(v)"),
    expr("last(v)"),
    expr("last(v, true)"),
    expr("last(v) FILTER (WHERE v < 2)"),
  );
  const rows = (await batches(values.toDF("k", "first", "last", "present", "small"), "update")).flat();
  expect(rows.map((row) => ["first", "last", "present", "small"].map((name) => row[name]))).toEqual([
    [1n, 1n, 1n, 1n],
    [1n, 2n, 2n, 1n],
    [1n, null, 2n, 1n],
  ]);
});

test("a query in SQL is not held to a mode or to the names of a table before it is written, as in Spark [F226]", async () => {
  const at = "00:00:00";
  await (
    await events([
      { k: "a", at },
      { k: "b", at },
      { k: "b", at },
    ])
  ).createOrReplaceTempView("ks");
  const most = await spark.sql("SELECT k, count(*) AS n FROM ks GROUP BY k ORDER BY n DESC LIMIT 1");
  expect(await most.columns).toEqual(["k", "n"]);
  expect(await batches(most, "complete")).toEqual([[{ k: "b", n: 2n }]]);
  await expect(batches(most)).rejects.toMatchObject({ condition: "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION" });
  const twice = await spark.sql("SELECT k, k FROM ks WATERMARK ts DELAY OF INTERVAL '1 minute' AS ks");
  expect(await twice.columns).toEqual(["k", "k"]);
  expect((await batches(twice)).flat()).toHaveLength(3);
});
