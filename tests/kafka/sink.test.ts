import { tmpdir } from "node:os";
import { openStore } from "@sluice/delta";
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import { openKafka } from "@sluice/kafka";
import type { SinkBatch } from "@sluice/pipelines";
import { STRING } from "@sluice/query";
import { openSession } from "sluice";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, Topics } from "../harness/kafka.ts";
import { consumed, SinkPipeline } from "../harness/kafka-sink.ts";
import { sluice, temporaryFolder } from "../harness/sluice.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`a sink of Kafka${why}`, () => {
  let broker: KafkaBroker;
  let topics: Topics;
  const made: SinkPipeline[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    topics = new Topics(broker);
  });
  afterAll(async () => {
    await Promise.all(made.map((one) => one.close()));
    await topics?.close();
    await broker?.remove();
  });

  const make = async (options: Readonly<Record<string, string>>, columns: readonly string[]) => {
    const pipeline = await SinkPipeline.make({ "kafka.bootstrap.servers": broker.plaintext, ...options }, columns);
    made.push(pipeline);
    return pipeline;
  };

  test("[F32] Java's client reads what was written: keys in its own partitions, NULLs, headers, every codec", async () => {
    const codecs = ["none", "gzip", "snappy", "lz4"];
    const columns = [
      "IF(id % 10 = 0, NULL, CONCAT('k', id)) AS key",
      "IF(id % 7 = 0, NULL, ENCODE(CONCAT('größe-', id), 'UTF-8')) AS value",
      "IF(id % 3 = 0, NULL, ARRAY(STRUCT('h' AS key, ENCODE(name, 'UTF-8') AS value), STRUCT('h' AS key, CAST(NULL AS BINARY) AS value))) AS headers",
      "id AS unused",
    ];
    await Promise.all(["java", ...codecs].map((one) => topics.create(`sunk-${one}`, 7)));
    for (const codec of codecs) {
      const options = { topic: `sunk-${codec}`, "kafka.compression.type": codec, "kafka.batch.size": "2000" };
      const pipeline = await make(options, columns);
      await pipeline.deliver(0, 300);
      await pipeline.deliver(300, 1);
      expect([await pipeline.run(), await pipeline.run()]).toEqual([301, 0]);
    }
    const [, java = [], ...ours] = await topics.java(
      "keyed sunk-java 301",
      ...["java", ...codecs].map((one) => `consume sunk-${one}`),
    );
    const partitionOf = new Map(consumed(java).map(({ key, partition }) => [key, partition]));
    for (const lines of ours) {
      const messages = consumed(lines);
      expect(messages).toHaveLength(301);
      for (const { key, value, headers, partition } of messages.filter((one) => one.key !== null)) {
        const id = Number(key?.slice(1));
        expect(partition).toBe(partitionOf.get(key));
        expect(value).toBe(id % 7 === 0 ? null : `größe-${id}`);
        expect(headers).toBe(id % 3 === 0 ? "" : `h=${Buffer.from(`n${id}`).toString("hex")},h=-`);
      }
    }
  });

  test("[F32] rows say topic and partition themselves", async () => {
    await Promise.all(["by-a", "by-b"].map((name) => topics.create(name, 3)));
    const columns = ["IF(id % 2 = 0, 'by-a', 'by-b') AS topic", "CAST(id % 3 AS INT) AS partition", "name AS value"];
    const pipeline = await make({}, columns);
    await pipeline.deliver(0, 60);
    expect(await pipeline.run()).toBe(60);
    const lines = await topics.java("consume by-a", "consume by-b");
    for (const [i, list] of lines.slice(0, 2).entries()) {
      const seen = consumed(list).map(({ partition, value }) => `${partition} ${value}`);
      const ids = Array.from({ length: 30 }, (_, n) => 2 * n + i);
      expect([...seen].sort()).toEqual(ids.map((id) => `${id % 3} n${id}`).sort());
    }
  });

  test("without transactions messages come at least once, which the event log says", async () => {
    await topics.create("plain", 2);
    const options = { topic: "plain", deliveryGuarantee: "at-least-once", "kafka.acks": "1" };
    const pipeline = await make(options, ["name AS value"]);
    await pipeline.deliver(0, 50);
    expect(await pipeline.run()).toBe(50);
    const [lines = []] = await topics.java("consume plain");
    expect(lines).toHaveLength(50);
    const told = await pipeline.query(
      "SELECT DISTINCT details:stream_progress.progress.sink.description FROM event_log WHERE event_type = 'stream_progress'",
    );
    expect(told).toEqual([["KafkaSink[plain, at-least-once]"]]);
  });

  test("a session writes rows at once, all or none, in batches as small as the topic takes, and refuses what Spark does", async () => {
    await topics.create("written", 2, { "max.message.bytes": "3000" });
    const session = openSession();
    const writer = async (sql: string) =>
      (await session.sql(sql)).write.format("kafka").option("kafka.bootstrap.servers", broker.plaintext);
    try {
      const rows = await writer("SELECT CAST(id AS STRING) AS key, CONCAT('v', id) AS value FROM range(500)");
      await rows.option("topic", "written").save();
      await rows.option("topic", "written").mode("append").save();
      const wrong: readonly (readonly [string, string])[] = [
        [
          "IF(id = 7, NULL, 'written') AS topic, CONCAT('v', id) AS value",
          '"v7" cannot be a message of Kafka: null topic',
        ],
        ["'written' AS topic, CAST(id AS INT) AS partition, 'v' AS value", "its partition is 2, and topic"],
        ["'nowhere' AS topic, 'v' AS value", 'There is no topic "nowhere"'],
        ["'written' AS topic, REPEAT('v', 500 * CAST(id AS INT)) AS value", "more than the topic takes"],
        ["'written' AS topic, 'v' AS key", "Required attribute 'value' not found"],
        ["'v' AS value", "topic option required"],
      ];
      for (const [columns, message] of wrong) {
        await expect((await writer(`SELECT ${columns} FROM range(10)`)).save()).rejects.toThrow(message);
      }
      await expect(rows.option("topic", "t").mode("overwrite").save()).rejects.toThrow(
        "Save mode Overwrite not allowed",
      );
      await expect((await session.sql("SELECT 1")).write.save()).rejects.toThrow("Say where the rows go");
      const brokers = { "kafka.bootstrap.servers": broker.plaintext };
      const read = { ...brokers, subscribe: "written", startingOffsets: "earliest" };
      const copied = { ...brokers, topic: "written", checkpointLocation: await temporaryFolder() };
      const stream = session.readStream
        .format("kafka")
        .options(read)
        .load()
        .selectExpr("CONCAT('copy-', key) AS key", "value");
      await (
        await stream.writeStream.format("kafka").options(copied).trigger({ availableNow: true }).start()
      ).awaitTermination();
      const [lines = []] = await topics.java("consume written");
      expect(consumed(lines).filter(({ key, value }) => `copy-${value?.slice(1)}` === key)).toHaveLength(1000);
      expect(consumed(lines).filter(({ key, value }) => value === `v${key}`)).toHaveLength(1000);
    } finally {
      await session.stop();
    }
  });

  test("[F32] killed at each step of a batch, read on by committed: nothing lost, nothing twice", async () => {
    await topics.create("killed", 2);
    const pipeline = await make({ topic: "killed" }, ["CAST(id AS STRING) AS value"]);
    const steps = ["before:kafka-22", "after:kafka-24", "after:kafka-0", "after:kafka-28", "before:kafka-26"];
    const points = [...steps, "after:kafka-26", "before:9", "after:13"];
    for (const [i, crash] of points.entries()) {
      await pipeline.deliver(100 * i, 100);
      const killed = await sluice(["run", "--project", pipeline.directory], { crash });
      expect(killed.signal, crash).toBe("SIGKILL");
    }
    await pipeline.run();
    const [lines = []] = await topics.java("consume killed");
    const ids = consumed(lines).map(({ value }) => Number(value));
    expect([...ids].sort((left, right) => left - right)).toEqual(
      Array.from({ length: 100 * points.length }, (_, i) => i),
    );
  });

  test("a writer that another one of the same flow has followed is shut out, and what it had sent is taken back", async () => {
    await topics.create("fenced", 1);
    const engine = await openDuckDbEngine();
    const connectors = [openKafka(), openKafka()];
    try {
      const options = { "kafka.bootstrap.servers": broker.plaintext, topic: "fenced" };
      const declaration = { name: "out", format: "kafka", options, origin: { file: "p.ts", line: 1, column: 1 } };
      const world = { engine, store: openStore(tmpdir()), folder: "fenced" };
      const [old, young] = connectors.map((one) => one.resolveSink?.(declaration).sink?.open(world));
      if (old === undefined || young === undefined) throw new Error("no writer");
      await old.write(sinkBatch(0));
      expect(await young.lastCommitted?.("s")).toBe(0);
      await expect(old.write(sinkBatch(1))).rejects.toThrow("another process has begun to write for the same flow");
      await young.write(sinkBatch(1));
      expect(await young.lastCommitted?.("s")).toBe(1);
      const [lines = []] = await topics.java("consume fenced");
      expect(consumed(lines).map(({ value }) => value)).toEqual(["batch 0", "batch 1"]);
    } finally {
      await Promise.all(connectors.map((one) => one.close()));
      await engine.close();
    }
  });

  test("[F222] files, a table, a topic, a table: what goes in at one end comes out at the other", async () => {
    await topics.create("through", 3);
    const brokers = `"kafka.bootstrap.servers": "${broker.plaintext}"`;
    const source = `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.readStream.format("json").schema("id BIGINT, name STRING").load("raw"));
dlt.createSink("out", "kafka", { ${brokers}, topic: "through", "kafka.compression.type": "lz4" });
dlt.appendFlow({ target: "out", name: "to_kafka" }, () =>
  dlt.readStream("bronze").selectExpr("CAST(id AS STRING) AS key", "to_json(struct(*)) AS value"));
dlt.table({ name: "again" }, () =>
  spark.readStream.format("kafka").options({ ${brokers}, subscribe: "through", startingOffsets: "earliest" }).load()
    .selectExpr("from_json(CAST(value AS STRING), 'id BIGINT, name STRING') AS v").select("v.*"));`;
    const pipeline = await SinkPipeline.of(source);
    made.push(pipeline);
    for (const round of [0, 1]) {
      await pipeline.deliver(1000 * round, 1000);
      await pipeline.run();
    }
    await expect
      .poll(async () => [await pipeline.run(), await pipeline.query("SELECT count(*) FROM again")][1], {
        timeout: 20_000,
      })
      .toEqual([[2000n]]);
    expect(await pipeline.query("SELECT * FROM bronze EXCEPT ALL SELECT * FROM again")).toEqual([]);
  });

  test("a broker that is killed and comes back in the middle of batches costs time, not messages", async () => {
    await topics.create("restarted", 4);
    const pipeline = await make({ topic: "restarted" }, ["CAST(id AS STRING) AS value"]);
    for (let i = 0; i < 8; i++) await pipeline.deliver(2000 * i, 2000);
    const running = pipeline.run();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await broker.kill();
    await broker.start();
    expect(await running).toBe(16_000);
    const [lines = []] = await topics.java("consume restarted");
    expect(lines).toHaveLength(16_000);
    expect(new Set(consumed(lines).map(({ value }) => value)).size).toBe(16_000);
  });
});

/** A batch of one row for the stream "s". */
function sinkBatch(batch: number): SinkBatch {
  const output = [{ id: 0, name: "value", dataType: STRING, nullable: true, metadata: {} }];
  const leaf = { kind: "NamedTable", name: ["t"], streaming: false, options: {} } as const;
  return {
    ...{ appId: "f", stream: "s", batch, isEmpty: false, staged: { location: "", version: 0 } },
    plan: { kind: "Scan", scan: 0, leaf, streaming: false, output },
    inputs: new Map([[0, { kind: "Rows", rows: [[`batch ${batch}`]] }]]),
    session: { now: 0n, timeZone: "UTC", ansi: true },
  };
}
