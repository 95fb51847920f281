import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, messages, Topics } from "../harness/kafka.ts";
import { KafkaPipeline } from "../harness/kafka-pipeline.ts";
import { sluice } from "../harness/sluice.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`reading Kafka when things break${why}`, () => {
  let broker: KafkaBroker;
  let topics: Topics;
  const opened: KafkaPipeline[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    topics = new Topics(broker);
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await topics?.close();
    await broker?.remove();
  });

  const open = async (options: Readonly<Record<string, string>>) => {
    const pipeline = await KafkaPipeline.open({ startingOffsets: "earliest", ...options });
    opened.push(pipeline);
    return pipeline;
  };
  const COUNTS = "SELECT count(*), count(DISTINCT partition, offset) FROM bronze";

  test("[F156] killed at any step, the next run goes on: nothing lost, nothing twice", async () => {
    await topics.create("killed", 2);
    await topics.send("killed", messages(0, 400, 2));
    const options = { "kafka.bootstrap.servers": broker.plaintext, subscribe: "killed", maxOffsetsPerTrigger: "150" };
    const pipeline = await open(options);
    for (const crash of ["before:4", "after:9", "before:14", "after:16"]) {
      await sluice(["run", "--project", pipeline.directory], { crash });
    }
    await pipeline.run();
    expect(await pipeline.rows(COUNTS)).toEqual([[400n, 400n]]);
  });

  test("a broker that is killed and comes back in the middle of a read costs time, not messages", async () => {
    await topics.create("restarted", 4);
    for (let at = 0; at < 40_000; at += 8000) await topics.send("restarted", messages(at, 8000, 4));
    const options = {
      "kafka.bootstrap.servers": broker.plaintext,
      subscribe: "restarted",
      maxOffsetsPerTrigger: "4000",
    };
    const pipeline = await open(options);
    const running = pipeline.run();
    await new Promise((resolve) => setTimeout(resolve, 700));
    await broker.kill();
    await broker.start();
    expect(await running).toBe(40_000);
    expect(await pipeline.rows(COUNTS)).toEqual([[40_000n, 40_000n]]);
  });

  test("a broker that is not there, or is none, ends the flow with one message that says who was asked what", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    for (const server of ["127.0.0.1:1", `127.0.0.1:${port}`]) {
      const patience = { "kafka.default.api.timeout.ms": "700", "kafka.request.timeout.ms": "500" };
      const pipeline = await open({ "kafka.bootstrap.servers": server, subscribe: "t", ...patience });
      await expect(pipeline.run()).rejects.toThrow(`Kafka at ${server} did not answer, looking for topic "t"`);
    }
    silent.close();
  });
});
