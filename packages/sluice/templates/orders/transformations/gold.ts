import { avg, count, dlt, sum, toDate } from "sluice";

export const dailySales = dlt.table({ name: "gold_daily_sales", comment: "Completed orders by day" }, () =>
  dlt
    .read("silver_orders")
    .where("status = 'completed'")
    .groupBy(toDate("order_date").alias("date"))
    .agg(count("order_id").alias("orders"), sum("amount").alias("total"), avg("amount").alias("average")),
);

export const customerValue = dlt.table(
  { name: "gold_customer_value", comment: "What each customer has bought" },
  () => {
    const orders = dlt.read("silver_orders");
    const customers = dlt.read("bronze_customers");
    return orders
      .where("status = 'completed'")
      .join(customers, "customer_id")
      .groupBy("customer_name", "segment")
      .agg(count("order_id").alias("orders"), sum("amount").alias("total"));
  },
);
