import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  col,
  count,
  currentTimestamp,
  type DataFrame,
  expr,
  lit,
  openSession,
  type Session,
  type StreamingQueryProgress,
  sum,
  window,
} from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../harness/sluice.ts";

let folder = "";
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  spark = openSession({
    conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") },
    mounts: { "/mnt": join(folder, "mnt") },
    threads: 2,
  });
});

afterAll(() => spark.stop());

async function write(path: string, rows: readonly unknown[]): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

const SCHEMA = "k STRING, v BIGINT, at TIMESTAMP";

function stream(path: string, maxFiles = 1): DataFrame {
  return spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", maxFiles).json(join(folder, path));
}

async function letters(path: string): Promise<void> {
  await write(`${path}/1.json`, [
    { k: "a", v: 1, at: "2026-01-01T10:00:00Z" },
    { k: "b", v: 2, at: "2026-01-01T10:01:00Z" },
  ]);
  await write(`${path}/2.json`, [{ k: "a", v: 3, at: "2026-01-01T10:02:00Z" }]);
  await write(`${path}/3.json`, [{ k: "c", v: 4, at: "2026-01-01T11:00:00Z" }]);
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

describe("the campaign alerts, typed in from the article", () => {
  const NOW = { availableNow: true } as const;
  const event = (campaign: number, minute: number, type: string) => ({
    campaign_id: `cmp_${campaign}`,
    event_time: `2026-01-01T10:${String(minute).padStart(2, "0")}:00Z`,
    user_id: "u",
    event_type: type,
    channel: "web",
    region: "eu",
  });

  const aggregated = (watermark: boolean): DataFrame => {
    const raw = spark.readStream.table("bronze.campaign_events_raw");
    const moments = raw.withColumn("event_time", expr("to_timestamp(event_time)"));
    const bronze_df = watermark ? moments.withWatermark("event_time", "10 minutes") : moments;
    return bronze_df
      .groupBy(window("event_time", "5 minutes"), col("campaign_id"))
      .agg(
        count(expr("CASE WHEN event_type = 'impression' THEN 1 END")).alias("impressions"),
        count(expr("CASE WHEN event_type = 'click' THEN 1 END")).alias("clicks"),
        count(expr("CASE WHEN event_type = 'conversion' THEN 1 END")).alias("conversions"),
      )
      .withColumn("ctr", col("clicks").div(col("impressions")).times(100))
      .withColumn("cvr", col("conversions").div(expr("nullif(clicks, 0)")).times(100))
      .selectExpr(
        ...["campaign_id", "window.start as window_start", "window.end as window_end"],
        ...["impressions", "clicks", "conversions", "ctr", "cvr"],
      );
  };

  test("step 4: files to bronze, bronze to windows; step 5: alerts from these [F226] [F223]", async () => {
    const events = Array.from({ length: 200 }, (_, i) => event(1 + (i % 2), i % 5, "impression"));
    const clicks = [event(1, 1, "click"), ...Array.from({ length: 10 }, () => event(2, 2, "click"))];
    await write("mnt/campaign_events/1.json", [...events, ...clicks]);
    await write("mnt/campaign_events/2.json", [event(1, 59, "impression")]);
    const raw_stream = spark.readStream
      .format("cloudFiles")
      .option("cloudFiles.format", "json")
      .load("/mnt/campaign_events");
    const bronze = await raw_stream.writeStream
      .format("delta")
      .outputMode("append")
      .option("checkpointLocation", "/mnt/checkpoints/campaign_bronze")
      .trigger(NOW)
      .table("bronze.campaign_events_raw");
    await bronze.awaitTermination();

    const refused = await mistakeOf(() =>
      aggregated(false)
        .writeStream.format("delta")
        .outputMode("append")
        .option("checkpointLocation", "/mnt/checkpoints/campaign_silver")
        .table("silver.campaign_metrics"),
    );
    expect(refused.condition).toBe("STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION");
    expect(refused.message).toMatch(/streaming aggregations without watermark .* Set a watermark/);

    const silver = await aggregated(true)
      .writeStream.format("delta")
      .outputMode("append")
      .option("checkpointLocation", "/mnt/checkpoints/campaign_silver")
      .trigger(NOW)
      .table("silver.campaign_metrics");
    await silver.awaitTermination();
    expect(
      await rowsOf("SELECT campaign_id, impressions, clicks, ctr FROM silver.campaign_metrics ORDER BY 1"),
    ).toEqual([
      { campaign_id: "cmp_1", impressions: 100n, clicks: 1n, ctr: 1 },
      { campaign_id: "cmp_2", impressions: 100n, clicks: 10n, ctr: 10 },
    ]);

    const threshold_ctr = 1.5;
    const silver_df = spark.readStream.table("silver.campaign_metrics");
    const alerts_df = silver_df
      .filter(col("ctr").lt(threshold_ctr))
      .withColumn("alert_time", currentTimestamp())
      .withColumn("metric", lit("CTR"))
      .withColumn("threshold", lit(threshold_ctr))
      .withColumn("alert_type", lit("performance_drop"))
      .select("campaign_id", "alert_time", "metric", "ctr", "threshold", "alert_type");
    for (let time = 0; time < 2; time++) {
      const alerts = await alerts_df.writeStream
        .format("delta")
        .outputMode("append")
        .option("checkpointLocation", "/mnt/checkpoints/alerts_log")
        .trigger(NOW)
        .table("monitoring.alerts_log");
      await alerts.awaitTermination();
    }
    expect(await rowsOf("SELECT campaign_id, metric, ctr, threshold FROM monitoring.alerts_log")).toEqual([
      { campaign_id: "cmp_1", metric: "CTR", ctr: 1, threshold: 1.5 },
    ]);
  });
});

test("a query that runs until it is stopped: found by its id, with progress, and heard by listeners [F177] [F226]", async () => {
  const heard: string[] = [];
  const listener = {
    onQueryStarted: ({ name }: { name: string | null }) => heard.push(`started ${name}`),
    onQueryProgress: ({ progress }: { progress: StreamingQueryProgress }) => heard.push(`progress ${progress.batchId}`),
    onQueryIdle: () => heard.push("idle"),
    onQueryTerminated: ({ exception }: { exception: string | null }) => heard.push(`terminated ${exception}`),
  };
  spark.streams.addListener(listener);
  await letters("lively");
  const query = await stream("lively")
    .writeStream.queryName("lively")
    .option("checkpointLocation", join(folder, "checkpoints/lively"))
    .trigger({ processingTime: "0 seconds" })
    .toTable("lively");
  expect(spark.streams.get(query.id)).toBe(query);
  expect(spark.streams.active).toEqual([query]);
  await query.processAllAvailable();
  expect(await rowsOf("SELECT sum(v) s FROM lively")).toEqual([{ s: 10n }]);
  expect(spark.streams.get(query.id)?.progress).toMatchObject({
    id: query.id,
    runId: query.runId,
    name: "lively",
    batchId: 2,
    numInputRows: 1,
    sources: [{ startOffset: { logOffset: 1 }, endOffset: { logOffset: 2 }, numInputRows: 1 }],
    sink: { numOutputRows: 1 },
  });
  expect(query.recentProgress.map(({ numInputRows }) => numInputRows)).toEqual([2, 1, 1]);
  await write("lively/4.json", [{ k: "d", v: 5 }]);
  await query.processAllAvailable();
  expect(query.lastProgress).toMatchObject({ batchId: 3 });
  expect(query.isActive).toBe(true);
  expect(await query.awaitTermination(0.01)).toBe(false);
  await query.stop();
  expect(query.isActive).toBe(false);
  expect(query.status).toEqual({ message: "Stopped", isDataAvailable: false, isTriggerActive: false });
  expect([query.exception(), spark.streams.get(query.id)]).toEqual([null, null]);
  expect(await spark.streams.awaitAnyTermination()).toBe(true);
  spark.streams.removeListener(listener);
  const usual = ["started lively", "progress 0", "progress 1", "progress 2", "idle", "progress 3", "idle"];
  expect(heard).toEqual([...usual, "terminated null"]);
});

test("a memory sink is a table; update gives the groups that have changed, complete all of them in order", async () => {
  await letters("memory");
  const counts = stream("memory").groupBy("k").agg(count("*").alias("n"), sum("v").alias("v"));
  const changed = await counts.writeStream.format("memory").queryName("changed").outputMode("update").start();
  await changed.processAllAvailable();
  await changed.stop();
  expect(await rowsOf("SELECT * FROM changed ORDER BY k, n")).toEqual([
    { k: "a", n: 1n, v: 1n },
    { k: "a", n: 2n, v: 4n },
    { k: "b", n: 1n, v: 2n },
    { k: "c", n: 1n, v: 4n },
  ]);
  const all = await counts
    .orderBy(col("v").desc(), "k")
    .writeStream.format("memory")
    .queryName("everything")
    .outputMode("complete")
    .trigger({ availableNow: true })
    .start();
  await all.awaitTermination();
  expect(await spark.table("everything").collect()).toEqual([
    { k: "a", n: 2n, v: 4n },
    { k: "c", n: 1n, v: 4n },
    { k: "b", n: 1n, v: 2n },
  ]);
});

test("a query stopped by its own foreachBatch ends after that batch, and cannot wait for itself", async () => {
  await letters("own-stop");
  const seen: number[] = [];
  const waits: unknown[] = [];
  const query = await stream("own-stop")
    .writeStream.foreachBatch(async (_, batchId) => {
      seen.push(batchId);
      waits.push(await mistakeOf(() => query.awaitTermination()), await mistakeOf(() => query.processAllAvailable()));
      await query.stop();
    })
    .option("checkpointLocation", join(folder, "checkpoints/own-stop"))
    .start();
  await query.awaitTermination();
  expect(query.exception()).toBeNull();
  expect(seen).toEqual([0]);
  const itself = { condition: "STREAMING_QUERY_WAITS_FOR_ITSELF" };
  expect(waits).toMatchObject([itself, itself]);
  const rest = await stream("own-stop")
    .writeStream.foreachBatch((_, batchId) => {
      seen.push(batchId);
    })
    .option("checkpointLocation", join(folder, "checkpoints/own-stop"))
    .trigger({ availableNow: true })
    .start();
  await rest.awaitTermination();
  expect(seen).toEqual([0, 1, 2]);
});

test("update over windows leaves late rows out, and a restarted query goes on with its state", async () => {
  await letters("update");
  const batches: unknown[] = [];
  const late: number[] = [];
  const windows = async (): Promise<void> => {
    const query = await stream("update")
      .withWatermark("at", "10 minutes")
      .groupBy(window("at", "1 hour"))
      .agg(sum("v").alias("v"))
      .selectExpr("date_format(window.start, 'HH') AS hour", "v")
      .writeStream.outputMode("update")
      .foreachBatch(async (df, batchId) => batches.push([batchId, await df.collect()]))
      .option("checkpointLocation", join(folder, "checkpoints/update"))
      .trigger({ availableNow: true })
      .start();
    await query.awaitTermination();
    const operators = query.recentProgress.flatMap((one) => one.stateOperators);
    late.push(operators.reduce((sum, one) => sum + one.numRowsDroppedByWatermark, 0));
  };
  await windows();
  await write("update/4.json", [
    { k: "late", v: 100, at: "2026-01-01T09:30:00Z" },
    { k: "x", v: 7, at: "2026-01-01T10:59:00Z" },
    { k: "x", v: 8, at: "2026-01-01T11:30:00Z" },
  ]);
  await windows();
  expect(late).toEqual([0, 1]);
  expect(batches.filter((one) => ((one as unknown[])[1] as unknown[]).length > 0)).toEqual([
    [0, [{ hour: "10", v: 3n }]],
    [1, [{ hour: "10", v: 6n }]],
    [2, [{ hour: "11", v: 4n }]],
    [
      4,
      expect.arrayContaining([
        { hour: "10", v: 13n },
        { hour: "11", v: 12n },
      ]),
    ],
  ]);
});

test("files, partitions, the console and no sink at all", async () => {
  await letters("files");
  for (const format of ["json", "csv", "parquet"]) {
    const query = await stream("files", 2)
      .writeStream.format(format)
      .partitionBy("k")
      .option("checkpointLocation", join(folder, "checkpoints", format))
      .trigger({ once: true })
      .start(join(folder, "out", format));
    await query.awaitTermination();
    expect((await readdir(join(folder, "out", format))).sort()).toEqual(["k=a", "k=b", "k=c"]);
  }
  const [name = ""] = await readdir(join(folder, "out/json/k=b"));
  expect(await readFile(join(folder, "out/json/k=b", name), "utf8")).toBe('{"v":2,"at":"2026-01-01T10:01:00.000Z"}\n');
  expect(await spark.read.parquet(join(folder, "out/parquet")).count()).toBe(4);
  const query = await stream("files").writeStream.format("noop").trigger({ availableNow: true }).start();
  await query.awaitTermination();
  expect(query.lastProgress).toMatchObject({ batchId: 2, sink: { description: "NoopSink" } });
});

test("streams describe themselves, and Spark's refusals come with Spark's conditions [F226]", async () => {
  await letters("wrong");
  const df = stream("wrong");
  expect([df.isStreaming, spark.range(1).isStreaming, df.groupBy("k").count().isStreaming]).toEqual([
    true,
    false,
    true,
  ]);
  expect(await df.dtypes).toEqual([
    ["k", "string"],
    ["v", "bigint"],
    ["at", "timestamp"],
  ]);
  await df.createOrReplaceTempView("streamed");
  expect((await spark.sql("SELECT k FROM streamed")).isStreaming).toBe(true);
  const to = (path: string, frame = df) =>
    frame.writeStream.option("checkpointLocation", join(folder, "checkpoints", path)).trigger({ availableNow: true });
  const out = join(folder, "out/wrong");
  const cases: readonly (readonly [string, () => unknown])[] = [
    ["_LEGACY_ERROR_TEMP_3102", () => df.collect()],
    ["_LEGACY_ERROR_TEMP_3102", () => df.count()],
    ["_LEGACY_ERROR_TEMP_3102", () => df.show()],
    ["_LEGACY_ERROR_TEMP_3102", async () => (await spark.sql("SELECT k FROM streamed")).collect()],
    ["CALL_ON_STREAMING_DATASET_UNSUPPORTED", () => df.write],
    ["WRITE_STREAM_NOT_ALLOWED", () => spark.range(1).writeStream],
    ["STREAMING_OUTPUT_MODE.INVALID", () => df.writeStream.outputMode("all")],
    ["ONLY_ALLOW_SINGLE_TRIGGER", () => df.writeStream.trigger({} as never)],
    ["INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER", () => to("i").trigger({ processingTime: "often" }).start(out)],
    ["_LEGACY_ERROR_TEMP_1298", () => df.writeStream.start(out)],
    ["_LEGACY_ERROR_TEMP_2047", () => to("p").start()],
    ["_LEGACY_ERROR_TEMP_1194", () => df.writeStream.format("memory").start()],
    ["DELTA_UNSUPPORTED_OUTPUT_MODE", () => to("d").outputMode("update").start(out)],
    ["STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE", () => to("f").format("parquet").outputMode("update").start(out)],
    ["STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", () => to("c").outputMode("complete").start(out)],
    ["STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", () => to("a", df.groupBy("k").count()).start(out)],
    ["_LEGACY_ERROR_TEMP_3102", () => to("s", df.orderBy("k")).start(out)],
    ["UNRESOLVED_COLUMN.WITH_SUGGESTION", () => to("u", df.select("kk")).start(out)],
    ["TABLE_OR_VIEW_NOT_FOUND", () => to("t", spark.readStream.table("nowhere")).start(out)],
    ["DATA_SOURCE_NOT_FOUND", () => to("x").format("carrier-pigeon").start(out)],
  ];
  for (const [condition, work] of cases) expect((await mistakeOf(work)).condition, String(work)).toBe(condition);
});

test("the source rate counts by the clock, and a table of the stream has each number once", async () => {
  const query = await spark.readStream
    .format("rate")
    .option("rowsPerSecond", 5)
    .load()
    .writeStream.format("memory")
    .queryName("ticks")
    .start();
  while ((await spark.table("ticks").count()) < 10) await query.awaitTermination(0.2);
  await query.stop();
  expect(
    await rowsOf(
      "SELECT value, date_diff(MILLISECOND, min(timestamp) OVER (), timestamp) ms FROM ticks WHERE value < 7 ORDER BY 1",
    ),
  ).toEqual(Array.from({ length: 7 }, (_, i) => ({ value: BigInt(i), ms: BigInt(i * 200) })));
});

test("the source rate-micro-batch has so many numbers a batch, of one moment each, and goes on where it was", async () => {
  const seen: unknown[] = [];
  for (const _ of ["the first run", "the second"]) {
    const query = await spark.readStream
      .format("rate-micro-batch")
      .option("rowsPerBatch", 3)
      .option("startTimestamp", 1_000_000)
      .option("advanceMillisPerBatch", 50)
      .load()
      .writeStream.option("checkpointLocation", join(folder, "checkpoints/rate-micro-batch"))
      .foreachBatch(async (df, id) =>
        seen.push([id, await df.selectExpr("unix_millis(timestamp) AS ms", "value").orderBy("value").collect()]),
      )
      .trigger({ availableNow: true })
      .start();
    await query.awaitTermination();
  }
  expect(seen).toEqual([
    [0, [0n, 1n, 2n].map((value) => ({ ms: 1_000_000n, value }))],
    [1, [3n, 4n, 5n].map((value) => ({ ms: 1_000_050n, value }))],
  ]);
});

test("a failure ends the query, and everybody who waits for it hears of it", async () => {
  await letters("boom");
  spark.streams.resetTerminated();
  const query = await stream("boom")
    .writeStream.foreachBatch(() => {
      throw new Error("boom");
    })
    .start();
  const failure = await mistakeOf(() => query.awaitTermination());
  expect(failure).toMatchObject({ condition: "STREAM_FAILED", id: query.id, runId: query.runId });
  expect(failure.message).toMatch(/terminated with exception: .*FOREACH_BATCH_USER_FUNCTION_ERROR.*boom/);
  expect(query.exception()).toBe(failure);
  expect(query.status.message).toMatch(/^Terminated with exception: /);
  expect(await mistakeOf(() => spark.streams.awaitAnyTermination())).toBe(failure);
  spark.streams.resetTerminated();
  expect(await spark.streams.awaitAnyTermination(0.01)).toBe(false);
});

test("one checkpoint is of one query at a time, and of one query at all", async () => {
  await letters("one");
  const begin = (frame: DataFrame, where = "one") =>
    frame.writeStream
      .format("noop")
      .outputMode("update")
      .option("checkpointLocation", join(folder, "checkpoints", where))
      .start();
  const first = await begin(stream("one").groupBy("k").count());
  await first.processAllAvailable();
  expect((await mistakeOf(() => begin(stream("one")))).condition).toBe("CONCURRENT_STREAM_LOG_UPDATE");
  expect(first.isActive).toBe(true);
  await first.stop();
  await write("one/4.json", [{ k: "e", v: 1 }]);
  const again = await begin(stream("one").groupBy("k").count());
  await again.processAllAvailable();
  expect(again.id).toBe(first.id);
  expect(again.runId).not.toBe(first.runId);
  expect(again.recentProgress.map(({ batchId }) => batchId)).toEqual([3]);
  await again.stop();
  await write("one/5.json", [{ k: "f", v: 1 }]);
  const other = await begin(stream("one").groupBy("k", "v").count());
  const keys = await mistakeOf(() => other.awaitTermination());
  expect(keys.cause).toMatchObject({ condition: "STATE_SCHEMA_CHANGED" });
  expect(keys.message).toMatch(/new checkpointLocation/);
  const union = await begin(stream("one").union(stream("one")).groupBy("k").count());
  expect((await mistakeOf(() => union.awaitTermination())).cause).toMatchObject({
    condition: "STREAMING_SOURCES_CHANGED",
  });
  await write("checkpoints/spark/offsets/0", ["v1"]);
  expect((await mistakeOf(() => begin(stream("one"), "spark"))).condition).toBe("STREAMING_CHECKPOINT_FOREIGN");
});
