import { col, count, currentTimestamp, dlt, lit, toTimestamp, when, window } from "sluice";

// Ingestion: event times as moments. What is no event of a campaign is left out, and counted
export const campaignEventsRaw = dlt.table(
  {
    name: "campaign_events_raw",
    expectOrDrop: {
      valid_event_type: "event_type IN ('click', 'impression', 'conversion')",
      non_null_event_time: "event_time IS NOT NULL",
      non_null_campaign_id: "campaign_id IS NOT NULL",
    },
  },
  () => dlt.readStream("bronze_campaign_data").withColumn("event_time", toTimestamp(col("event_time"))),
);

// Aggregation: each campaign's metrics by window of five minutes, ten minutes after which a window is final
export const campaignMetrics = dlt.table({ name: "campaign_metrics" }, () =>
  dlt
    .readStream("campaign_events_raw")
    .withWatermark("event_time", "10 minutes")
    .groupBy(window("event_time", "5 minutes"), col("campaign_id"))
    .agg(
      count(when(col("event_type").eq("impression"), true)).alias("impressions"),
      count(when(col("event_type").eq("click"), true)).alias("clicks"),
      count(when(col("event_type").eq("conversion"), true)).alias("conversions"),
    )
    .withColumn("ctr", col("clicks").div(col("impressions")).times(100))
    .withColumn("cvr", col("conversions").div(col("clicks")).times(100))
    .selectExpr(
      ...["campaign_id", "window.start as window_start", "window.end as window_end"],
      ...["impressions", "clicks", "conversions", "ctr", "cvr"],
    ),
);

// Alerting: a row for each window in which a campaign's click-through rate is below the threshold
const thresholdCtr = 1.5;

export const alertsLog = dlt.table({ name: "alerts_log" }, () =>
  dlt
    .readStream("campaign_metrics")
    .filter(col("ctr").lt(thresholdCtr))
    .withColumn("alert_time", currentTimestamp())
    .withColumn("metric", lit("CTR"))
    .withColumn("threshold", lit(thresholdCtr))
    .withColumn("alert_type", lit("performance_drop"))
    .select(
      "campaign_id",
      "window_start",
      "alert_time",
      "metric",
      col("ctr").alias("value"),
      "threshold",
      "alert_type",
    ),
);
