import type { OptionShape, OptionTable } from "@sluice/pipelines";

const TEXT: OptionShape = { kind: "Text" };
const FLAG: OptionShape = { kind: "Flag" };
const COUNT: OptionShape = { kind: "Count" };
const LENGTH: OptionShape = { kind: "Interval" };

function refused(why: string, ...allowed: readonly string[]): OptionShape {
  return { kind: "Refused", why, allowed };
}

function oneOf(...values: readonly string[]): OptionShape {
  return { kind: "OneOf", values };
}

/** The options of the source itself. */
const SOURCE_OPTIONS: OptionTable = {
  assign: TEXT,
  subscribe: TEXT,
  subscribePattern: TEXT,
  startingOffsets: TEXT,
  startingTimestamp: TEXT,
  startingOffsetsByTimestamp: TEXT,
  startingOffsetsByTimestampStrategy: oneOf("error", "latest"),
  endingOffsets: TEXT,
  endingTimestamp: TEXT,
  endingOffsetsByTimestamp: TEXT,
  failOnDataLoss: FLAG,
  maxOffsetsPerTrigger: COUNT,
  minOffsetsPerTrigger: COUNT,
  maxTriggerDelay: LENGTH,
  minPartitions: COUNT,
  maxRecordsPerPartition: COUNT,
  groupIdPrefix: TEXT,
  includeHeaders: FLAG,
  "kafkaConsumer.pollTimeoutMs": COUNT,
  "fetchOffset.numRetries": COUNT,
  "fetchOffset.retryIntervalMs": COUNT,
  "databricks.serviceCredential": refused(
    "credentials of Databricks' Unity Catalog are not known here; give kafka.sasl.* instead",
  ),
};

/** Options that say how Spark spreads the work or how long it polls. Here they change nothing. */
const IDLE = [
  ...["minpartitions", "maxrecordsperpartition", "groupidprefix", "kafkaconsumer.polltimeoutms"],
  ...["fetchoffset.numretries", "fetchoffset.retryintervalms"],
];

const NO_DESERIALIZER = "keys and values are BINARY columns; convert them in the query, as CAST(value AS STRING)";
const JAVA_STORE =
  "it is in Java's own format; export it: keytool -list -rfc -keystore FILE > ca.pem, and set the type to PEM";

/** The options of the client that decide something here, without the prefix `kafka.`; names keep Kafka's case. */
const CLIENT_OPTIONS: OptionTable = {
  "bootstrap.servers": TEXT,
  "client.id": TEXT,
  "default.api.timeout.ms": COUNT,
  "isolation.level": oneOf("read_committed", "read_uncommitted"),
  "request.timeout.ms": COUNT,
  "security.protocol": oneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
  "sasl.mechanism": {
    kind: "OneOf",
    values: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI", "AWS_MSK_IAM"],
  },
  "sasl.jaas.config": TEXT,
  "sasl.oauthbearer.token.endpoint.url": TEXT,
  "sasl.login.callback.handler.class": TEXT,
  "sasl.client.callback.handler.class": TEXT,
  "ssl.endpoint.identification.algorithm": TEXT,
  "ssl.key.password": TEXT,
  "ssl.keystore.location": TEXT,
  "ssl.keystore.password": TEXT,
  "ssl.keystore.type": { kind: "Refused", why: JAVA_STORE, allowed: ["PKCS12", "PEM"] },
  "ssl.keystore.key": TEXT,
  "ssl.keystore.certificate.chain": TEXT,
  "ssl.truststore.location": TEXT,
  "ssl.truststore.password": TEXT,
  "ssl.truststore.type": { kind: "Refused", why: JAVA_STORE, allowed: ["PEM"] },
  "ssl.truststore.certificates": TEXT,
  "auto.offset.reset": refused("set startingOffsets to earliest or latest, which says where a new query begins"),
  "enable.auto.commit": refused("offsets are kept in the checkpoint of the flow"),
  "interceptor.classes": refused("interceptors are code of the Java client"),
  "key.deserializer": refused(NO_DESERIALIZER),
  "value.deserializer": refused(NO_DESERIALIZER),
};

/** Options of Java's client about how it does its work, which is done otherwise here. */
const IDLE_CLIENT = [
  ...["allow.auto.create.topics", "auto.commit.interval.ms", "check.crcs", "client.dns.lookup", "client.rack"],
  ...[
    "connections.max.idle.ms",
    "fetch.max.bytes",
    "fetch.max.wait.ms",
    "fetch.min.bytes",
    "group.id",
    "group.instance.id",
  ],
  ...[
    "heartbeat.interval.ms",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "max.poll.records",
    "metadata.max.age.ms",
  ],
  ...["partition.assignment.strategy", "receive.buffer.bytes", "reconnect.backoff.max.ms", "reconnect.backoff.ms"],
  ...[
    "retry.backoff.ms",
    "retry.backoff.max.ms",
    "send.buffer.bytes",
    "session.timeout.ms",
    "socket.connection.setup.timeout.ms",
  ],
  ...["socket.connection.setup.timeout.max.ms", "ssl.enabled.protocols", "ssl.protocol", "exclude.internal.topics"],
  ...["metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms", "retries"],
];

/** What an option is: its shape, or that it has no effect, or that there is none of its name. */
export function shapeOfOption(name: string): OptionShape | "Idle" | undefined {
  const lower = name.toLowerCase();
  if (lower === "path") return refused("Kafka is read without a path: say which topics with subscribe");
  if (IDLE.includes(lower)) return "Idle";
  if (!lower.startsWith("kafka.")) return find(SOURCE_OPTIONS, lower);
  const own = lower.slice("kafka.".length);
  return IDLE_CLIENT.includes(own) ? "Idle" : find(CLIENT_OPTIONS, own);
}

/** All names, for a guess at what was meant. */
export function optionNames(): readonly string[] {
  const client = [...Object.keys(CLIENT_OPTIONS), ...IDLE_CLIENT].map((name) => `kafka.${name}`);
  return [...Object.keys(SOURCE_OPTIONS), ...client];
}

function find(table: OptionTable, lower: string): OptionShape | undefined {
  return Object.entries(table).find(([name]) => name.toLowerCase() === lower)?.[1];
}
