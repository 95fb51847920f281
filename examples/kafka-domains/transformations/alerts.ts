import { col, count, dlt, window } from "sluice";

// Pattern detection: customers who pay more often than ten times in five minutes
export const fraudPatterns = dlt.table({ name: "fraud_patterns" }, () =>
  dlt
    .readStream("transactions")
    .withWatermark("timestamp", "10 minutes")
    .groupBy("customer_id", window("timestamp", "5 minutes"))
    .agg(count("*").alias("transaction_count"))
    .filter("transaction_count > 10"),
);

// Alerting: a row for each window that is over a threshold
dlt.createStreamingTable({
  name: "alerts",
  comment: "What somebody should look at",
  schema: "subject STRING, window_start TIMESTAMP, metric STRING, value DOUBLE, threshold DOUBLE, alert_time TIMESTAMP",
});

dlt.appendFlow({ target: "alerts", name: "fraud_alerts" }, () =>
  dlt
    .readStream("fraud_patterns")
    .selectExpr(
      "customer_id AS subject",
      "window.start AS window_start",
      "'payments in 5 minutes' AS metric",
      "CAST(transaction_count AS DOUBLE) AS value",
      "CAST(10 AS DOUBLE) AS threshold",
      "current_timestamp() AS alert_time",
    ),
);

dlt.appendFlow({ target: "alerts", name: "machine_alerts" }, () =>
  dlt
    .readStream("operational_metrics")
    .filter(col("vibration").gt(7.1))
    .selectExpr(
      "device_id AS subject",
      "window.start AS window_start",
      "'vibration, mm/s' AS metric",
      "vibration AS value",
      "CAST(7.1 AS DOUBLE) AS threshold",
      "current_timestamp() AS alert_time",
    ),
);
