import { avg, coalesce, col, count, dlt, expr, lit, max, spark, sum, window } from "sluice";

// Hourly aggregations. Without a watermark all hours stay open, and the table is written anew with each batch
export const eventsGold = dlt.table({ name: "events_gold", comment: "Hourly aggregations" }, () =>
  dlt
    .readStream("events_silver")
    .groupBy(window("timestamp", "1 hour"), "platform", "event_type")
    .agg(count("*").alias("events"))
    .selectExpr("window.start AS hour", "platform", "event_type", "events"),
);

// The last thing that each customer did, with a feed of its changes
dlt.createStreamingTable({
  name: "customers",
  comment: "What each customer did last, and where",
  tableProperties: { "delta.enableChangeDataFeed": "true" },
});

dlt.applyChanges({
  target: "customers",
  source: "events_silver",
  keys: ["customer_id"],
  sequenceBy: expr("struct(timestamp, event_id)"),
  exceptColumnList: ["event_id"],
  storedAsScdType: 1,
});

export const customerChanges = dlt.table({ name: "customer_changes", comment: "How customers changed" }, () =>
  spark.readStream.format("delta").option("readChangeFeed", "true").table("customers"),
);

export const customerMetrics = dlt.table({ name: "customer_metrics", comment: "What customers do and spend" }, () => {
  const activity = dlt
    .read("events_silver")
    .groupBy("customer_id")
    .agg(count("*").alias("events"), max("timestamp").alias("last_seen"));
  const payments = dlt
    .read("transactions")
    .groupBy("customer_id")
    .agg(count("*").alias("payments"), sum("amount").alias("lifetime_value"));
  return activity
    .join(payments, "customer_id", "full")
    .withColumn("events", coalesce(col("events"), lit(0)))
    .withColumn("payments", coalesce(col("payments"), lit(0)));
});

export const revenueMetrics = dlt.table({ name: "revenue_metrics", comment: "Revenue by hour and merchant" }, () =>
  dlt
    .read("transactions")
    .groupBy(window("timestamp", "1 hour"), "merchant")
    .agg(count("*").alias("payments"), sum("amount").alias("revenue"))
    .selectExpr("window.start AS hour", "merchant", "payments", "revenue"),
);

export const operationalMetrics = dlt.table({ name: "operational_metrics", comment: "How machines run" }, () =>
  dlt
    .readStream("iot_sensors_silver")
    .withWatermark("timestamp", "10 minutes")
    .groupBy("device_id", window("timestamp", "5 minutes"))
    .agg(
      count("*").alias("readings"),
      avg("temperature").alias("temperature"),
      max("vibration").alias("vibration"),
      avg("power_kw").alias("power_kw"),
    ),
);
