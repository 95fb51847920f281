import { col, count, dlt, spark, when } from "sluice";

// 1. Bronze: raw ingestion
export const bronzeCampaignData = dlt.table({ name: "bronze_campaign_data" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/mnt/campaign/raw/"),
);

// 2. Bronze validated: soft rules are logged, the hard one stops the update
export const validatedBronze = dlt.table(
  {
    name: "validated_bronze",
    expect: {
      valid_event_type: "event_type IN ('click', 'impression', 'conversion')",
      non_null_event_time: "event_time IS NOT NULL",
    },
    expectOrFail: { non_null_campaign_id: "campaign_id IS NOT NULL" },
  },
  () => dlt.read("bronze_campaign_data"),
);

// 3. Silver: metrics of each campaign
export const silverCampaignMetrics = dlt.table({ name: "silver_campaign_metrics" }, () => {
  const df = dlt.read("validated_bronze");
  return df
    .groupBy("campaign_id")
    .agg(
      count(when(col("event_type").eq("click"), true)).alias("clicks"),
      count(when(col("event_type").eq("impression"), true)).alias("impressions"),
      count(when(col("event_type").eq("conversion"), true)).alias("conversions"),
    )
    .withColumn("CTR", col("clicks").div(col("impressions")))
    .withColumn("CVR", col("conversions").div(col("clicks")));
});

// 4. Gold: campaigns that perform badly
export const goldCampaignAlerts = dlt.table({ name: "gold_campaign_alerts" }, () => {
  const df = dlt.read("silver_campaign_metrics");
  return df.filter(col("CTR").lt(0.01).or(col("CVR").lt(0.05)));
});
