import {
  avg,
  col,
  count,
  countDistinct,
  currentTimestamp,
  datediff,
  dlt,
  max,
  min,
  spark,
  sum,
  toDate,
  toTimestamp,
} from "sluice";

const raw = spark.conf.get("raw");

dlt.table({ name: "bronze_orders" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "json")
    .option("cloudFiles.inferColumnTypes", "true")
    .load(`${raw}/orders`)
    .withColumn("ingestion_timestamp", currentTimestamp()),
);

dlt.table({ name: "customers" }, () => spark.read.format("parquet").load(`${raw}/customers`));
dlt.table({ name: "products" }, () => spark.read.format("parquet").load(`${raw}/products`));

dlt.table(
  {
    name: "silver_orders",
    expectOrDrop: { valid_order_id: "order_id IS NOT NULL", valid_amount: "amount > 0 AND amount < 100000" },
    expectOrFail: { valid_status: "status IN ('pending', 'completed', 'cancelled')" },
    expect: { valid_customer: "customer_id IS NOT NULL", valid_region: "region IN ('US', 'EU', 'ASIA')" },
  },
  () =>
    dlt
      .readStream("bronze_orders")
      .select(
        col("order_id").cast("long"),
        col("customer_id").cast("long"),
        col("product_id").cast("long"),
        col("amount").cast("decimal(10,2)"),
        col("status"),
        toTimestamp(col("order_date")).alias("order_date"),
        col("region"),
        col("ingestion_timestamp"),
      )
      .dropDuplicates(["order_id"]),
);

dlt.table({ name: "silver_orders_enriched" }, () => {
  const orders = dlt.readStream("silver_orders");
  const customers = dlt.read("customers");
  const products = dlt.read("products");
  return orders
    .join(customers, "customer_id", "left")
    .join(products, "product_id", "left")
    .select(
      orders.col("*"),
      customers.col("customer_name"),
      customers.col("customer_segment"),
      products.col("product_name"),
    );
});

dlt.table({ name: "quarantine_orders" }, () =>
  dlt.readStream("bronze_orders").where("order_id IS NULL OR amount IS NULL OR amount <= 0 OR amount >= 100000"),
);

dlt.table({ name: "gold_daily_sales" }, () =>
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

dlt.table({ name: "gold_customer_ltv" }, () =>
  dlt
    .read("silver_orders_enriched")
    .where("status = 'completed'")
    .groupBy("customer_id", "customer_name", "customer_segment")
    .agg(
      count("order_id").alias("total_orders"),
      sum("amount").alias("lifetime_value"),
      min("order_date").alias("first_order_date"),
      max("order_date").alias("last_order_date"),
      datediff(max("order_date"), min("order_date")).alias("customer_tenure_days"),
    ),
);

dlt.table({ name: "gold_products" }, () =>
  dlt
    .read("silver_orders_enriched")
    .groupBy("product_id", "product_name", "status")
    .agg(count("order_id").alias("order_count"), sum("amount").alias("total_sales")),
);
