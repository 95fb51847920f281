import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { col, dlt, spark } from "sluice";
import { expect, onTestFinished, test } from "vitest";
import { replayTopic } from "./recorded-topic.ts";
import { testPipeline } from "./test-pipeline.ts";

const RECORD = {
  ...{ key: "a2V5", value: "eyJuIjoxfQ==", topic: "orders", partition: 2, offset: "9007199254740993" },
  ...{ timestamp: "2026-03-01T10:00:00.123Z", timestampType: 0, headers: [["trace", "AQI="]] },
};

function recording(...lines: readonly (object | string)[]): string {
  const folder = mkdtempSync(join(tmpdir(), "recorded-topic-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "orders.jsonl");
  writeFileSync(file, lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join(""));
  return file;
}

test("a recorded topic stands for its Kafka read, batch by batch [F222]", async () => {
  const file = recording(RECORD, { ...RECORD, key: null, value: null, offset: "9007199254740994", headers: null });
  const orders = replayTopic(file, { batchSize: 1 });
  await using pipeline = await testPipeline(
    () => {
      dlt.table({ name: "bronze" }, () =>
        spark.readStream
          .format("kafka")
          .options({ "kafka.bootstrap.servers": "nowhere:9092", subscribe: "orders", includeHeaders: "true" })
          .load()
          .withColumn("text", col("value").cast("STRING")),
      );
    },
    { replace: { orders } },
  );
  expect((await pipeline.run()).flows[0]?.commits).toBe(2);
  const rows = await pipeline.table("bronze").orderBy("offset").collect();
  expect(rows).toMatchObject([
    {
      ...{ text: '{"n":1}', topic: "orders", partition: 2, offset: 9_007_199_254_740_993n, timestampType: 0 },
      timestamp: new Date("2026-03-01T10:00:00.123Z"),
      headers: [{ key: "trace", value: new Uint8Array([1, 2]) }],
    },
    { key: null, text: null, headers: null },
  ]);
});

test("what is no recording is told with its line", () => {
  expect(() => replayTopic(recording(RECORD, "{oops\n"))).toThrow(/orders.jsonl:2 is no record of a topic/);
  expect(() => replayTopic(recording({ a: 1 }))).toThrow(/orders.jsonl:1 .*recordTopic/);
});
