import { avg, count, countDistinct, datediff, dlt, max, min, sum, toDate } from "sluice";

// Daily sales metrics
export const goldDailySales = dlt.table(
  {
    name: "gold_daily_sales",
    comment: "Daily sales metrics by region",
    tableProperties: {
      quality: "gold",
      "delta.enableLiquidClustering": "true",
      "delta.clusterBy": "date, region",
    },
  },
  () =>
    dlt
      .read("silver_orders_enriched")
      .where("status = 'completed'")
      .groupBy(toDate("order_date").alias("date"), "region")
      .agg(
        count("order_id").alias("order_count"),
        sum("amount").alias("total_sales"),
        avg("amount").alias("avg_order_value"),
        countDistinct("customer_id").alias("unique_customers"),
      ),
);

// Customer lifetime value
export const goldCustomerLtv = dlt.table(
  {
    name: "gold_customer_ltv",
    comment: "Customer lifetime value metrics",
  },
  () =>
    dlt
      .read("silver_orders_enriched")
      .where("status = 'completed'")
      .groupBy("customer_id", "customer_name", "customer_segment")
      .agg(
        count("order_id").alias("total_orders"),
        sum("amount").alias("lifetime_value"),
        min("order_date").alias("first_order_date"),
        max("order_date").alias("last_order_date"),
        avg("amount").alias("avg_order_value"),
        datediff(max("order_date"), min("order_date")).alias("customer_tenure_days"),
      ),
);
