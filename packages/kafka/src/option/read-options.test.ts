import type { DataSource } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { readOptions } from "./read-options.ts";

const BASE = { "kafka.bootstrap.servers": "a:9092, b:9093", subscribe: "orders" };

function leaf(options: Readonly<Record<string, string>>, streaming = true): DataSource {
  return { kind: "DataSource", format: "kafka", paths: [], options, streaming };
}

function errors(options: Readonly<Record<string, string>>, streaming = true): readonly string[] {
  return readOptions(leaf(options, streaming)).errors.map((error) => `${error.code}: ${error.message}`);
}

function understood(options: Readonly<Record<string, string>>, streaming = true) {
  const { value, errors } = readOptions(leaf({ ...BASE, ...options }, streaming));
  if (value === undefined) throw errors[0];
  return value;
}

describe("what is understood", () => {
  test("[F155] topics by name, by pattern and by partition", () => {
    expect(understood({ subscribe: "a, b,a" }).topics).toEqual({ kind: "Subscribe", topics: ["a", "b"] });
    const { subscribe: _, ...rest } = BASE;
    const topics = (options: Readonly<Record<string, string>>) =>
      readOptions(leaf({ ...rest, ...options })).value?.topics;
    expect(topics({ subscribePattern: "orders-.*" })).toEqual({ kind: "SubscribePattern", pattern: "orders-.*" });
    expect(topics({ assign: '{"a":[0,2]}' })).toEqual({ kind: "Assign", partitions: { a: [0, 2] } });
  });

  test("[F160] places by name, offset and time; the most exact wins", () => {
    expect(understood({}).starting).toEqual({ kind: "Latest" });
    expect(understood({}, false).starting).toEqual({ kind: "Earliest" });
    expect(understood({ startingoffsets: "EARLIEST" }).starting).toEqual({ kind: "Earliest" });
    expect(understood({ startingOffsets: '{"orders":{"0":23,"1":-2}}' }).starting).toEqual({
      kind: "Offsets",
      topics: { orders: { "0": 23, "1": -2 } },
    });
    const time = { startingTimestamp: "1700000000000", startingOffsetsByTimestampStrategy: "latest" };
    expect(understood({ startingOffsets: "latest", ...time }).starting).toEqual({
      kind: "Timestamp",
      time: 1_700_000_000_000,
      otherwise: "latest",
    });
    expect(understood({ endingOffsets: '{"orders":{"0":-1}}' }, false).ending).toEqual({
      kind: "Offsets",
      topics: { orders: { "0": -1 } },
    });
  });

  test("what Spark's client is told about its own work changes nothing", () => {
    const tuning = { "kafka.max.poll.records": "500", "kafka.group.id": "g", minPartitions: "10", groupIdPrefix: "x" };
    expect(understood(tuning)).toEqual(understood({}));
    expect(understood({}).isCommitted).toBe(true);
    expect(understood({ "kafka.isolation.level": "read_uncommitted" }).isCommitted).toBe(false);
  });

  test("[F154] security: logins and certificates", () => {
    const jaas =
      'kafkashaded.org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";';
    const read = understood({
      "kafka.security.protocol": "SASL_SSL",
      "kafka.sasl.mechanism": "PLAIN",
      "kafka.sasl.jaas.config": jaas,
      "kafka.ssl.truststore.location": "/etc/ca.pem",
      "kafka.ssl.endpoint.identification.algorithm": "",
    });
    expect(read.security).toEqual({
      protocol: "SASL_SSL",
      sasl: { mechanism: "PLAIN", username: "u", password: "p" },
      tls: { trusted: { file: "/etc/ca.pem" }, checkName: false },
    });
  });
});

describe("what is refused", () => {
  test("a login that is missing is told apart from one that is wrong", () => {
    const secured = { ...BASE, "kafka.security.protocol": "SASL_SSL", "kafka.sasl.mechanism": "PLAIN" };
    expect(errors(secured)).toEqual(["MISSING_OPTION: The Kafka source needs the option `kafka.sasl.jaas.config`."]);
    expect(errors({ ...secured, "kafka.sasl.jaas.config": "user=u" })[0]).toContain("not a login for PLAIN");
  });

  test("a read without options: all that it needs, at once", () => {
    expect(errors({})).toEqual([
      "MISSING_OPTION: The Kafka source needs the option `kafka.bootstrap.servers`.",
      "MISSING_OPTION: The Kafka source needs the option `subscribe`.",
    ]);
  });

  test.each([
    [
      { assign: "{}" },
      "OPTIONS_EXCLUDE_EACH_OTHER: The Kafka source is given `subscribe` and `assign`, which exclude each other.",
    ],
    [
      { subscribe: " , " },
      'INVALID_OPTION_VALUE: Option `subscribe` of the Kafka source is " , ", not a list of topics.',
    ],
    [{ startingOfsets: "latest" }, "UNKNOWN_OPTION: The Kafka source has no option `startingOfsets`."],
    [{ "kafka.bootstrap.server": "a:1" }, "UNKNOWN_OPTION: The Kafka source has no option `kafka.bootstrap.server`."],
    [
      { "kafka.auto.offset.reset": "earliest" },
      'UNSUPPORTED_FEATURE: Option `kafka.auto.offset.reset` = "earliest" is not supported.',
    ],
    [{ startingOffsets: '{"orders":{"0":"x"}}' }, "INVALID_OPTION_VALUE: Option `startingOffsets`"],
    [{ endingOffsets: "latest" }, 'UNSUPPORTED_FEATURE: Option `endingOffsets` = "latest" is not supported.'],
    [{ minOffsetsPerTrigger: "9", maxOffsetsPerTrigger: "5" }, "INVALID_OPTION_VALUE: Option `minOffsetsPerTrigger`"],
    [{ "kafka.bootstrap.servers": "localhost" }, "INVALID_OPTION_VALUE: Option `kafka.bootstrap.servers`"],
    [
      { "kafka.security.protocol": "SASL_SSL", "kafka.sasl.mechanism": "GSSAPI" },
      "INVALID_OPTION_VALUE: Option `kafka.sasl.mechanism`",
    ],
    [
      { "kafka.security.protocol": "SSL", "kafka.ssl.truststore.location": "/x.jks" },
      "INVALID_OPTION_VALUE: Option `kafka.ssl.truststore.location`",
    ],
  ])("%o", (options, expected) => {
    const [first, ...more] = errors({ ...BASE, ...options });
    expect(first?.startsWith(expected)).toBe(true);
    expect(more).toEqual([]);
  });

  test("a batch read that cannot have rows", () => {
    expect(errors({ ...BASE, startingOffsets: "latest" }, false)).toHaveLength(1);
    expect(errors({ ...BASE, endingOffsets: '{"orders":{"0":-2}}' }, false)).toHaveLength(1);
  });

  test("a password never stands in a message", () => {
    const jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required username=u secret=hunter2;";
    const options = {
      "kafka.security.protocol": "SASL_SSL",
      "kafka.sasl.mechanism": "PLAIN",
      "kafka.sasl.jaas.config": jaas,
    };
    expect(errors({ ...BASE, ...options }).join()).not.toContain("hunter2");
  });
});
