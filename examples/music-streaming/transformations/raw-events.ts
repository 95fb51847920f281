import { col, DoubleType, dlt, fromJson, LongType, StringType, StructField, StructType } from "sluice";
import { readTopic } from "../read-topic.ts";

// What all events have
const baseSchema = new StructType([
  new StructField("ts", new LongType(), true),
  new StructField("sessionId", new StringType(), true),
  new StructField("userId", new StringType(), true),
  new StructField("firstName", new StringType(), true),
  new StructField("lastName", new StringType(), true),
  new StructField("gender", new StringType(), true),
  new StructField("level", new StringType(), true),
  new StructField("city", new StringType(), true),
  new StructField("userAgent", new StringType(), true),
]);

const pageViewSchema = new StructType([
  ...baseSchema.fields,
  new StructField("page", new StringType(), true),
  new StructField("method", new StringType(), true),
  new StructField("status", new LongType(), true),
]);

const listenSchema = new StructType([
  ...baseSchema.fields,
  new StructField("artist", new StringType(), true),
  new StructField("song", new StringType(), true),
  new StructField("duration", new DoubleType(), true),
]);

export const rawPageViewEvents = dlt.table(
  { name: "raw_page_view_events", comment: "Raw page view events from Kafka" },
  () =>
    readTopic("page_view_events")
      .select(
        col("timestamp").alias("kafka_timestamp"),
        col("topic").alias("kafka_topic"),
        fromJson(col("value").cast("string"), pageViewSchema).alias("data"),
      )
      .select("kafka_timestamp", "kafka_topic", "data.*"),
);

export const rawListenEvents = dlt.table({ name: "raw_listen_events", comment: "Raw listen events from Kafka" }, () =>
  readTopic("listen_events")
    .select(
      col("timestamp").alias("kafka_timestamp"),
      col("topic").alias("kafka_topic"),
      fromJson(col("value").cast("string"), listenSchema).alias("data"),
    )
    .select("kafka_timestamp", "kafka_topic", "data.*"),
);
