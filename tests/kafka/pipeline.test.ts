import { openPipeline, type Pipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, type Message, Topics } from "../harness/kafka.ts";
import { makeProject } from "../harness/sluice.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`a pipeline that reads Kafka${why}`, () => {
  let broker: KafkaBroker;
  let topics: Topics;
  const opened: Pipeline[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    topics = new Topics(broker);
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await topics?.close();
    await broker?.remove();
  });

  const open = async (table: string, options: Readonly<Record<string, string>>): Promise<Pipeline> => {
    const all = { "kafka.bootstrap.servers": broker.plaintext, ...options };
    const source = `import { dlt, spark } from "sluice";
dlt.table({ name: "${table}" }, () => spark.readStream.format("kafka").options(${JSON.stringify(all)}).load());`;
    const pipeline = await openPipeline(
      await makeProject({ "transformations/p.ts": source, "sluice.yml": "name: k\n" }),
    );
    opened.push(pipeline);
    return pipeline;
  };
  const run = async (pipeline: Pipeline): Promise<number> => {
    const result = await pipeline.run().result;
    if (result.kind !== "Finished") throw new Error("busy");
    for (const { error } of result.flows) if (error !== undefined) throw error;
    return result.flows.reduce((sum, flow) => sum + (flow.rows ?? 0), 0);
  };
  const messages = (from: number, count: number, partitions: number): readonly Message[] =>
    Array.from({ length: count }, (_, i) => ({
      partition: i % partitions,
      key: `k${from + i}`,
      value: `v${from + i}`,
    }));

  test("[F152] reads each message once across runs, all columns as Spark has them", async () => {
    await topics.create("orders", 3);
    await topics.send("orders", messages(0, 300, 3));
    const pipeline = await open("bronze", { subscribe: "orders", startingOffsets: "earliest" });
    expect([await run(pipeline), await run(pipeline)]).toEqual([300, 0]);
    await topics.send("orders", messages(300, 30, 3));
    expect(await run(pipeline)).toBe(30);
    const { rows, schema } = await pipeline.query(
      "SELECT count(*), count(DISTINCT CAST(value AS STRING)), count(DISTINCT partition, offset), max(offset), min(topic) FROM bronze",
    );
    expect(rows).toEqual([[330n, 330n, 330n, 109n, "orders"]]);
    expect(schema.fields).toHaveLength(5);
    const table = await pipeline.describe("bronze");
    expect(table?.schema.fields.map(({ name, dataType }) => `${name} ${dataType.kind}`)).toEqual([
      ...["key binary", "value binary", "topic string", "partition integer", "offset long", "timestamp timestamp"],
      "timestampType integer",
    ]);
  });

  test("begins a new stream at the end, and remembers where that was", async () => {
    await topics.create("late", 2);
    await topics.send("late", messages(0, 10, 2));
    const pipeline = await open("late_bronze", { subscribe: "late" });
    expect(await run(pipeline)).toBe(0);
    await topics.send("late", messages(10, 4, 2));
    expect(await run(pipeline)).toBe(4);
  });
});
