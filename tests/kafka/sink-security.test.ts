import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, kafkaRig, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut, Topics } from "../harness/kafka.ts";
import { consumed, SinkPipeline } from "../harness/kafka-sink.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`a sink of Kafka that must log in${why}`, () => {
  let broker: KafkaBroker;
  let topics: Topics;
  const rig = kafkaRig();
  const made: SinkPipeline[] = [];
  const ca = { "kafka.ssl.truststore.location": rig?.ca ?? "", "kafka.ssl.truststore.type": "PEM" };

  beforeAll(async () => {
    broker = await startBroker();
    topics = new Topics(broker);
  });
  afterAll(async () => {
    await Promise.all(made.map((one) => one.close()));
    await topics?.close();
    await broker?.remove();
  });

  const jaas = (module: string, user: string, password: string = rig?.password ?? "") =>
    `org.apache.kafka.common.security.${module} required username="${user}" password="${password}";`;

  const login = (mechanism: string, config: string) => ({
    "kafka.bootstrap.servers": broker.saslTls,
    "kafka.security.protocol": "SASL_SSL",
    "kafka.sasl.mechanism": mechanism,
    "kafka.sasl.jaas.config": config,
    ...ca,
  });
  const plain = () => login("PLAIN", jaas("plain.PlainLoginModule", "plain"));

  const make = async (options: Readonly<Record<string, string>>) => {
    const pipeline = await SinkPipeline.make(options, ["CONCAT('k', id % 5) AS key", "CAST(id AS STRING) AS value"]);
    made.push(pipeline);
    await pipeline.deliver(0, 40);
    return pipeline;
  };

  test("[F32] [F154] writes by password, SCRAM and certificate, exactly once, rows of a key in their order", async () => {
    const logins: readonly Readonly<Record<string, string>>[] = [
      plain(),
      login("SCRAM-SHA-512", jaas("scram.ScramLoginModule", "scram")),
      {
        ...{ "kafka.bootstrap.servers": broker.tls, "kafka.security.protocol": "SSL", ...ca },
        ...{ "kafka.ssl.keystore.location": rig?.client.file ?? "" },
        ...{ "kafka.ssl.keystore.password": rig?.client.password ?? "" },
      },
    ];
    const names = logins.map((_, i) => `secured-${i}`);
    await Promise.all(names.map((name) => topics.create(name, 3)));
    for (const [i, options] of logins.entries()) {
      const pipeline = await make({ ...options, topic: names[i] ?? "", "kafka.batch.size": "200" });
      expect([await pipeline.run(), await pipeline.run()]).toEqual([40, 0]);
    }
    for (const lines of (await topics.java(...names.map((name) => `consume ${name}`))).slice(0, names.length)) {
      const messages = consumed(lines);
      expect(messages).toHaveLength(40);
      for (let key = 0; key < 5; key++) {
        const ids = messages.filter((one) => one.key === `k${key}`).map(({ value }) => Number(value));
        expect(ids).toEqual(Array.from({ length: 8 }, (_, n) => 5 * n + key));
      }
    }
  });

  test("says at once, and once, what is wrong with a login, and what the user may not do", async () => {
    await Promise.all(["locked", "plain-locked", "open"].map((name) => topics.create(name, 1)));
    const wrong = login("PLAIN", jaas("plain.PlainLoginModule", "plain", "wrong"));
    const began = performance.now();
    await expect((await make({ ...wrong, topic: "open" })).run()).rejects.toThrow(
      /: the login was refused \(.*\): check user name/,
    );
    await topics.forbid("plain", "topic", "locked", "literal");
    await expect((await make({ ...plain(), topic: "locked" })).run()).rejects.toMatchObject({
      facts: { condition: "KAFKA_TOPIC_AUTHORIZATION_FAILED", retry: "never" },
      message: expect.stringMatching(/^Kafka at .*"locked".*the user may not do this with the topic/),
    });
    await topics.forbid("plain", "group", "sluice-", "prefixed");
    await expect((await make({ ...plain(), topic: "open" })).run()).rejects.toMatchObject({
      facts: { condition: "KAFKA_GROUP_AUTHORIZATION_FAILED", retry: "never" },
      message: expect.stringContaining("the user may not use this consumer group"),
    });
    await topics.forbid("plain", "transactionalId", "sluice-", "prefixed");
    const refused = await make({ ...plain(), topic: "open" });
    await expect(refused.run()).rejects.toMatchObject({
      facts: { condition: "KAFKA_TRANSACTIONAL_ID_AUTHORIZATION_FAILED", retry: "never" },
      message: expect.stringMatching(/the user may not write in transactions.*deliveryGuarantee/s),
    });
    expect(performance.now() - began).toBeLessThan(110_000);
    const without = await make({ ...plain(), topic: "open", deliveryGuarantee: "at-least-once" });
    expect(await without.run()).toBe(40);
    const [lines = []] = await topics.java("consume open");
    expect(lines).toHaveLength(40);
  });
});
