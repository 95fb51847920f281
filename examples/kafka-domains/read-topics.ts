import { type DataFrame, spark } from "sluice";

const COLUMNS =
  "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT";

const SECURITY = [
  "kafka.security.protocol",
  "kafka.sasl.mechanism",
  "kafka.sasl.jaas.config",
  "kafka.ssl.truststore.location",
  "kafka.ssl.truststore.type",
];

/**
 * The messages of topics (names by commas) from the earliest on, in the columns of `format("kafka")`. They come from the broker that the parameter
 * `bootstrap_servers` names, with those of `SECURITY` that are set, or, without one, from the recording below data/topics: JSON lines, key and value in base64,
 * as JSON has bytes.
 */
export function readTopics(topics: string): DataFrame {
  const servers = spark.conf.get("bootstrap_servers", "");
  if (servers === "") return spark.readStream.format("json").schema(COLUMNS).load(`data/topics/{${topics}}`);
  return spark.readStream
    .format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .options(security())
    .option("subscribe", topics)
    .option("startingOffsets", "earliest")
    .load();
}

function security(): Readonly<Record<string, string>> {
  const settings = SECURITY.map((option) => [option, spark.conf.get(option, "")] as const);
  return Object.fromEntries(settings.filter(([, value]) => value !== ""));
}
