import { col, dlt, toTimestamp } from "sluice";

export const silverOrders = dlt.table(
  {
    name: "silver_orders",
    comment: "Orders that make sense, each once",
    expectOrDrop: { valid_order_id: "order_id IS NOT NULL" },
    expectOrQuarantine: { valid_amount: "amount > 0 AND amount < 100000" },
    expect: { known_customer: "customer_id IS NOT NULL" },
  },
  () =>
    dlt
      .readStream("bronze_orders")
      .select(
        col("order_id"),
        col("customer_id"),
        col("amount").cast("decimal(10,2)"),
        col("status"),
        toTimestamp(col("order_date")).alias("order_date"),
      )
      .dropDuplicates(["order_id"]),
);
