import { join } from "node:path";
import { dlt, spark } from "sluice";
import { assertDataFrameEqual, recordTopic, replayTopic, testPipeline } from "sluice/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, kafkaRig, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, messages, Topics } from "../harness/kafka.ts";
import { KafkaPipeline } from "../harness/kafka-pipeline.ts";
import { temporaryFolder } from "../harness/sluice.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`a pipeline that reads Kafka${why}`, () => {
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

  const open = async (options: Readonly<Record<string, string>>, read: "readStream" | "read" = "readStream") => {
    const standard = { "kafka.bootstrap.servers": broker.plaintext, startingOffsets: "earliest" };
    const pipeline = await KafkaPipeline.open({ ...standard, ...options }, read);
    opened.push(pipeline);
    return pipeline;
  };
  const COUNTS =
    "SELECT count(*), count(DISTINCT CAST(value AS STRING)), count(DISTINCT topic, partition, offset) FROM bronze";

  test("[F152] reads each message once across runs, in new partitions too, and all again after a full refresh", async () => {
    await topics.create("orders", 3);
    await topics.send("orders", messages(0, 300, 3));
    const pipeline = await open({ subscribe: "orders", maxOffsetsPerTrigger: "120" });
    expect([await pipeline.run(), await pipeline.run()]).toEqual([300, 0]);
    await topics.grow("orders", 5);
    await topics.send("orders", messages(300, 50, 5));
    expect(await pipeline.run()).toBe(50);
    expect(await pipeline.rows(COUNTS)).toEqual([[350n, 350n, 350n]]);
    expect(await pipeline.run(true)).toBe(350);
  });

  test("a topic that was recorded gives a pipeline what the broker gave [F222]", async () => {
    await topics.create("recorded", 2);
    await topics.send("recorded", messages(0, 40, 2));
    const folder = await temporaryFolder();
    const file = join(folder, "recorded.jsonl");
    const options = { "kafka.bootstrap.servers": broker.plaintext };
    expect(await recordTopic({ topic: "recorded", file, options })).toBe(40);
    const declare = (): void => {
      dlt.table({ name: "bronze" }, () =>
        spark.readStream
          .format("kafka")
          .options({ ...options, subscribe: "recorded", startingOffsets: "earliest" })
          .load(),
      );
    };
    await using replayed = await testPipeline(declare, { replace: { recorded: replayTopic(file) } });
    await using live = await testPipeline(declare);
    await replayed.run();
    await live.run();
    await assertDataFrameEqual(replayed.table("bronze"), live.table("bronze"));
  });

  test("begins a new stream at the end, and remembers where that was", async () => {
    await topics.create("late", 2);
    await topics.send("late", messages(0, 10, 2));
    const pipeline = await open({ subscribe: "late", startingOffsets: "latest" });
    expect(await pipeline.run()).toBe(0);
    await topics.send("late", messages(10, 4, 2));
    expect(await pipeline.run()).toBe(4);
  });

  test("[F153] [F160] has what Java's client reads: every codec, NULLs, headers, times of the log, a 10 MB message", async () => {
    const codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    const names = [...codecs.map((codec) => `java-${codec}`), "java-stamped", "java-large"];
    await Promise.all(names.map((name) => topics.create(name, 1, configs(name))));
    const writing = [...codecs.map((codec) => `produce java-${codec} 600 ${codec}`), "produce java-stamped 50 none"];
    const printed = await topics.java(
      ...writing,
      `large java-large ${10 << 20}`,
      ...names.map((name) => `consume ${name}`),
    );
    for (const [i, name] of names.entries()) {
      const pipeline = await open({ subscribe: name, includeHeaders: "true" });
      await pipeline.run();
      expect(await pipeline.lines()).toEqual(printed[names.length + i]);
    }
    const timed = await open({ subscribe: "java-none", startingTimestamp: "1700000000590" });
    expect(await timed.run()).toBe(10);
    const after = await open({ subscribe: "java-none", startingTimestamp: "1800000000000" });
    await expect(after.run()).rejects.toThrow("has no record at or after 2027-01-15T08:00:00.000Z");
  });

  test("leaves out aborted transactions and waits for open ones", async () => {
    await topics.create("transactions", 1);
    await topics.java("transactions transactions");
    const commit = await topics.openTransaction("transactions");
    await topics.send("transactions", [{ partition: 0, value: "behind it" }]);
    const pipeline = await open({ subscribe: "transactions", includeHeaders: "true", maxOffsetsPerTrigger: "7" });
    const settled = await pipeline.run();
    expect(await pipeline.rows("SELECT DISTINCT CAST(value AS STRING) v FROM bronze ORDER BY v")).toEqual([
      ["committed"],
      ["plain"],
    ]);
    await commit();
    expect(await pipeline.run()).toBe(2);
    const [java = []] = await topics.java("consume transactions");
    expect(await pipeline.lines()).toEqual(java);
    expect(java).toHaveLength(settled + 2);
  });

  test("[F157] records that have expired end the flow, or are passed over", async () => {
    await topics.create("expired", 1);
    await topics.send("expired", messages(0, 20, 1));
    const strict = await open({ subscribe: "expired" });
    const lenient = await open({ subscribe: "expired", failOnDataLoss: "false" });
    expect([await strict.run(), await lenient.run()]).toEqual([20, 20]);
    await topics.send("expired", messages(20, 20, 1));
    await topics.expire("expired", 0, 30);
    await expect(strict.run()).rejects.toThrow(/no longer there|failOnDataLoss/);
    expect(await lenient.run()).toBe(10);
    expect(await lenient.run()).toBe(0);
  });

  test("a topic that was deleted and made anew is not taken for the old one", async () => {
    await topics.create("anew", 1);
    await topics.send("anew", messages(0, 5, 1));
    const strict = await open({ subscribe: "anew" });
    const lenient = await open({ subscribe: "anew", failOnDataLoss: "false" });
    expect([await strict.run(), await lenient.run()]).toEqual([5, 5]);
    await topics.admin.deleteTopics({ topics: ["anew"] });
    await topics.create("anew", 1);
    await topics.send("anew", messages(100, 8, 1));
    await expect(strict.run()).rejects.toThrow('Topic "anew" was deleted and made anew.');
    expect(await lenient.run()).toBe(8);
  });

  test("[F155] reads topics by pattern and by partition, and parts of topics as a batch", async () => {
    await Promise.all(["many-a", "many-b"].map((name) => topics.create(name, 2)));
    for (const name of ["many-a", "many-b"]) await topics.send(name, messages(0, 10, 2));
    const pattern = await open({ subscribePattern: "many-.*" });
    expect(await pattern.run()).toBe(20);
    await topics.create("many-c", 1);
    await topics.send("many-c", messages(0, 3, 1));
    expect(await pattern.run()).toBe(3);
    const assigned = await open({ assign: '{"many-a":[1]}' });
    expect(await assigned.run()).toBe(5);
    const offsets = { startingOffsets: '{"many-b":{"0":1,"1":-2}}', endingOffsets: '{"many-b":{"0":3,"1":-1}}' };
    const batch = await open({ subscribe: "many-b", ...offsets }, "read");
    expect(await batch.run()).toBe(7);
    const wrong = await open({ subscribe: "many-b", startingOffsets: '{"many-b":{"0":1}}' });
    await expect(wrong.run()).rejects.toThrow("It lacks many-b-1");
    const beyond = { startingOffsets: '{"many-b":{"0":4000,"1":-2}}' };
    const late = await open({ subscribe: "many-b", ...beyond }, "read");
    await expect(late.run()).rejects.toThrow("begins at offset 4000 of partition 0");
  });

  test("[F154] logs in over TLS, and says at once what is wrong with a password, a certificate or a topic", async () => {
    const rig = kafkaRig();
    if (rig === undefined) throw new Error("no rig");
    await topics.create("secret", 1);
    await topics.send("secret", messages(0, 3, 1));
    const jaas = (module: string, user: string, password: string) =>
      `kafkashaded.org.apache.kafka.common.security.${module} required username="${user}" password="${password}";`;
    const ca = { "kafka.ssl.truststore.location": rig.ca, "kafka.ssl.truststore.type": "PEM" };
    const login = (mechanism: string, config: string, more: Readonly<Record<string, string>> = ca) => ({
      subscribe: "secret",
      "kafka.bootstrap.servers": broker.saslTls,
      "kafka.security.protocol": "SASL_SSL",
      "kafka.sasl.mechanism": mechanism,
      "kafka.sasl.jaas.config": config,
      ...more,
    });
    const scram = jaas("scram.ScramLoginModule", "scram", rig.password);
    const good = [
      login("PLAIN", jaas("plain.PlainLoginModule", "plain", rig.password)),
      ...["SCRAM-SHA-256", "SCRAM-SHA-512"].map((mechanism) => login(mechanism, scram)),
      login(
        "OAUTHBEARER",
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="me";',
      ),
      { subscribe: "secret", "kafka.bootstrap.servers": broker.tls, "kafka.security.protocol": "SSL", ...ca },
      {
        ...{ subscribe: "secret", "kafka.bootstrap.servers": broker.tls, "kafka.security.protocol": "SSL", ...ca },
        ...{ "kafka.ssl.keystore.location": rig.client.file, "kafka.ssl.keystore.password": rig.client.password },
      },
    ];
    for (const options of good) expect(await (await open(options)).run()).toBe(3);
    const bad: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [login("PLAIN", jaas("plain.PlainLoginModule", "plain", "wrong")), "the login was refused"],
      [login("SCRAM-SHA-512", jaas("scram.ScramLoginModule", "scram", "wrong")), "the login was refused"],
      [login("SCRAM-SHA-256", scram, {}), "no secure connection"],
      [{ subscribe: "nowhere" }, 'There is no topic "nowhere"'],
    ];
    for (const [options, message] of bad) await expect((await open(options)).run()).rejects.toThrow(message);
  });
});

function configs(topic: string): Readonly<Record<string, string>> {
  if (topic === "java-stamped") return { "message.timestamp.type": "LogAppendTime" };
  return topic === "java-large" ? { "max.message.bytes": String(32 << 20) } : {};
}
