import { openSession } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, Topics } from "../harness/kafka.ts";
import { consumed, SinkPipeline } from "../harness/kafka-sink.ts";

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
    const told = await pipeline.events(
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
      const [lines = []] = await topics.java("consume written");
      expect(consumed(lines).filter(({ key, value }) => value === `v${key}`)).toHaveLength(1000);
    } finally {
      await session.stop();
    }
  });
});
