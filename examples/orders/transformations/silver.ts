import { col, currentTimestamp, dlt, toTimestamp, when } from "sluice";

// Silver orders with expectations
export const silverOrders = dlt.table(
  {
    name: "silver_orders",
    comment: "Cleaned and validated orders",
    tableProperties: {
      quality: "silver",
      "delta.enableChangeDataFeed": "true",
    },
    expectOrDrop: {
      valid_order_id: "order_id IS NOT NULL",
      valid_amount: "amount > 0 AND amount < 100000",
    },
    expectOrFail: { valid_status: "status IN ('pending', 'completed', 'cancelled')" },
    expect: { valid_customer: "customer_id IS NOT NULL" },
  },
  () =>
    dlt
      .readStream("bronze_orders")
      .select(
        col("order_id").cast("long"),
        col("customer_id").cast("long"),
        col("amount").cast("decimal(10,2)"),
        col("status"),
        toTimestamp(col("order_date")).alias("order_date"),
        col("region"),
        col("ingestion_timestamp"),
      )
      .dropDuplicates(["order_id"]),
);

// The customers that the enrichment reads
export const silverCustomers = dlt.table(
  {
    name: "silver_customers",
    tableProperties: { "delta.enableChangeDataFeed": "true" },
  },
  () => dlt.read("bronze_customers"),
);

// Enriched orders with customer data
export const silverOrdersEnriched = dlt.table(
  {
    name: "silver_orders_enriched",
    comment: "Orders enriched with customer information",
  },
  () => {
    const orders = dlt.read("silver_orders");
    const customers = dlt.read("silver_customers");

    return orders
      .join(customers, "customer_id", "left")
      .select(orders.col("*"), customers.col("customer_name"), customers.col("customer_segment"));
  },
);

// Quarantine table for failed records
export const quarantineOrders = dlt.table(
  {
    name: "quarantine_orders",
    comment: "Orders that failed validation rules",
  },
  () =>
    dlt
      .readStream("bronze_orders")
      .where(
        "order_id IS NULL OR " +
          "amount IS NULL OR amount <= 0 OR amount >= 100000 OR " +
          "status NOT IN ('pending', 'completed', 'cancelled')",
      )
      .withColumn(
        "quarantine_reason",
        when(col("order_id").isNull(), "missing_order_id")
          .when(col("amount").isNull(), "missing_amount")
          .when(col("amount").leq(0), "invalid_amount_negative")
          .when(col("amount").geq(100000), "invalid_amount_too_high")
          .otherwise("invalid_status"),
      )
      .withColumn("quarantine_timestamp", currentTimestamp()),
);
