CREATE OR REFRESH MATERIALIZED VIEW gold_daily_sales
COMMENT "Completed orders by day"
AS SELECT to_date(order_date) AS date, count(DISTINCT order_id) AS orders, sum(amount) AS total, avg(amount) AS average
FROM silver_orders
WHERE status = 'completed'
GROUP BY ALL;

CREATE OR REFRESH MATERIALIZED VIEW gold_customer_value
COMMENT "What each customer has bought"
AS SELECT customer_name, segment, count(DISTINCT order_id) AS orders, sum(amount) AS total
FROM silver_orders JOIN bronze_customers USING (customer_id)
WHERE status = 'completed'
GROUP BY customer_name, segment;
