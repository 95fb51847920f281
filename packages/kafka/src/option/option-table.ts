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

const NO_CREDENTIAL = refused("credentials of Databricks' Unity Catalog are not known here; give kafka.sasl.* instead");

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
  "databricks.serviceCredential": NO_CREDENTIAL,
};

/** The options of the sink itself. */
const SINK_OPTIONS: OptionTable = {
  topic: TEXT,
  deliveryGuarantee: oneOf("exactly-once", "at-least-once"),
  includeHeaders: FLAG,
  checkpointLocation: refused("each flow of the pipeline has its own checkpoint"),
  "databricks.serviceCredential": NO_CREDENTIAL,
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
const COMMON_CLIENT: OptionTable = {
  "bootstrap.servers": TEXT,
  "client.id": TEXT,
  "default.api.timeout.ms": COUNT,
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
  "interceptor.classes": refused("interceptors are code of the Java client"),
};

const READ_CLIENT: OptionTable = {
  ...COMMON_CLIENT,
  "isolation.level": oneOf("read_committed", "read_uncommitted"),
  "auto.offset.reset": refused("set startingOffsets to earliest or latest, which says where a new query begins"),
  "enable.auto.commit": refused("offsets are kept in the checkpoint of the flow"),
  "key.deserializer": refused(NO_DESERIALIZER),
  "value.deserializer": refused(NO_DESERIALIZER),
};

const NO_SERIALIZER = "keys and values are written as they are; make bytes or text of them in the query";

const WRITE_CLIENT: OptionTable = {
  ...COMMON_CLIENT,
  acks: oneOf("all", "-1", "1", "0"),
  "batch.size": COUNT,
  "compression.type": oneOf("none", "gzip", "snappy", "lz4", "zstd"),
  "delivery.timeout.ms": COUNT,
  "enable.idempotence": FLAG,
  "max.request.size": COUNT,
  "partitioner.class": refused("messages go where Java's own partitioner puts them; give the column partition instead"),
  "partitioner.ignore.keys": {
    kind: "Refused",
    why: "leave the column key out, or give the column partition",
    allowed: ["false"],
  },
  "transaction.timeout.ms": COUNT,
  "transactional.id": refused("each flow has a transactional id of its own, sluice-<flow>"),
  "key.serializer": refused(NO_SERIALIZER),
  "value.serializer": refused(NO_SERIALIZER),
};

/** Options of Java's client about how it does its work, which is done otherwise here. */
const IDLE_COMMON = [
  ...["client.dns.lookup", "connections.max.idle.ms", "enable.metrics.push", "metadata.max.age.ms", "metric.reporters"],
  ...["metadata.recovery.strategy", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms"],
  ...["receive.buffer.bytes", "reconnect.backoff.max.ms", "reconnect.backoff.ms", "retries", "retry.backoff.max.ms"],
  ...["retry.backoff.ms", "send.buffer.bytes", "socket.connection.setup.timeout.ms"],
  ...["socket.connection.setup.timeout.max.ms", "ssl.enabled.protocols", "ssl.protocol"],
];

const IDLE_READ = [
  ...IDLE_COMMON,
  ...["allow.auto.create.topics", "auto.commit.interval.ms", "check.crcs", "client.rack", "exclude.internal.topics"],
  ...["fetch.max.bytes", "fetch.max.wait.ms", "fetch.min.bytes", "group.id", "group.instance.id", "group.protocol"],
  ...["heartbeat.interval.ms", "max.partition.fetch.bytes", "max.poll.interval.ms", "max.poll.records"],
  ...["partition.assignment.strategy", "session.timeout.ms"],
];

const IDLE_WRITE = [
  ...IDLE_COMMON,
  ...["buffer.memory", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "linger.ms"],
  ...["max.block.ms", "max.in.flight.requests.per.connection", "metadata.max.idle.ms"],
  ...["partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms"],
];

/** Which options there are. */
export interface OptionNames {
  readonly own: OptionTable;
  /** In lower case; they change nothing. */
  readonly idleOwn: readonly string[];
  readonly client: OptionTable;
  readonly idleClient: readonly string[];
  /** Why there is no path. */
  readonly noPath: string;
}

export const READ_OPTIONS: OptionNames = {
  own: SOURCE_OPTIONS,
  idleOwn: IDLE,
  client: READ_CLIENT,
  idleClient: IDLE_READ,
  noPath: "Kafka is read without a path: say which topics with subscribe",
};

export const WRITE_OPTIONS: OptionNames = {
  own: SINK_OPTIONS,
  idleOwn: ["includeheaders"],
  client: WRITE_CLIENT,
  idleClient: IDLE_WRITE,
  noPath: "Kafka is written without a path: say where to with topic",
};

/** What an option is: its shape, or that it has no effect, or that there is none of its name. */
export function shapeOfOption(name: string, names: OptionNames): OptionShape | "Idle" | undefined {
  const lower = name.toLowerCase();
  if (lower === "path") return refused(names.noPath);
  if (names.idleOwn.includes(lower)) return "Idle";
  if (!lower.startsWith("kafka.")) return find(names.own, lower);
  const own = lower.slice("kafka.".length);
  return names.idleClient.includes(own) ? "Idle" : find(names.client, own);
}

/** All names, for a guess at what was meant. */
export function optionNames({ own, client, idleClient }: OptionNames): readonly string[] {
  const all = [...Object.keys(client), ...idleClient].map((name) => `kafka.${name}`);
  return [...Object.keys(own), ...all];
}

function find(table: OptionTable, lower: string): OptionShape | undefined {
  return Object.entries(table).find(([name]) => name.toLowerCase() === lower)?.[1];
}
