import { dlt, spark } from "sluice";

export const spend = dlt.table({ name: "main.shop_gold.spend" }, () =>
  spark.sql("SELECT user_id, sum(clean_amount) AS total FROM main.shop_silver.events GROUP BY user_id"),
);
