import { type DataFrame, spark } from "sluice";

const COLUMNS =
  "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT";

/**
 * The messages of a topic from the earliest on, in the columns of `format("kafka")`. They come from the broker that the parameter `bootstrap_servers` names, or,
 * without one, from the recording below data/topics: JSON lines, key and value in base64, as JSON has bytes.
 */
export function readTopic(topic: string): DataFrame {
  const servers = spark.conf.get("bootstrap_servers", "");
  if (servers === "") return spark.readStream.format("json").schema(COLUMNS).load(`data/topics/${topic}`);
  return spark.readStream
    .format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .option("subscribe", topic)
    .option("startingOffsets", "earliest")
    .load();
}
