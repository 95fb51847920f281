-- Databricks notebook source
-- MAGIC %md
-- MAGIC # A shop's pipeline as it was written in 2022: it's all LIVE
-- MAGIC Raw, cleaned and published tables; see "docs".

-- COMMAND ----------

-- DBTITLE 1,Customers: a CSV without a header option, used by its header's names
CREATE STREAMING LIVE TABLE customers
COMMENT "The shop's customers, from the weekly export"
TBLPROPERTIES ("shop.quality" = "mapping", "pipelines.autoOptimize.managed" = "true")
AS SELECT * FROM cloud_files("/databricks-datasets/shop/customers/", "csv");

-- COMMAND ----------

CREATE OR REPLACE STREAMING LIVE TABLE orders_raw
COMMENT "Orders as they come"
TBLPROPERTIES ("shop.quality" = "bronze")
AS
SELECT * FROM cloud_files("/databricks-datasets/shop/orders/", "json", map("cloudFiles.inferColumnTypes", "true"))

-- COMMAND ----------

CREATE OR REFRESH STREAMING LIVE TABLE orders_cleaned (
  CONSTRAINT valid_number EXPECT (order_number IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT `paid in EUR` EXPECT (currency = "EUR")
)
PARTITIONED BY (order_date)
COMMENT "Orders with a number and their customer"
TBLPROPERTIES ("shop.quality" = "silver")
AS
SELECT o.customer_id, o.order_number, o.currency, o.products,
  TIMESTAMP(from_unixtime((cast(o.ordered AS LONG)))) AS order_datetime,
  DATE(from_unixtime((cast(o.ordered AS LONG)))) AS order_date,
  c.city, c.segment
FROM STREAM(LIVE.orders_raw) o
LEFT JOIN LIVE.customers c
  ON c.customer_id = o.customer_id

-- COMMAND ----------

-- MAGIC %python
-- MAGIC display(spark.table("orders_cleaned"))

-- COMMAND ----------

CREATE TEMPORARY LIVE VIEW lines (CONSTRAINT has_quantity EXPECT (quantity > 0) ON VIOLATION DROP ROW)
AS SELECT city, order_date, customer_id, line.price * line.qty AS price, line.qty AS quantity
FROM (SELECT city, order_date, customer_id, EXPLODE(products) AS line FROM LIVE.Orders_Cleaned);

CREATE LIVE TABLE sales_in_ghent
COMMENT "Sales in Ghent"
TBLPROPERTIES ("shop.quality" = "gold")
AS SELECT city, order_date, SUM(price) AS sales, SUM(quantity) AS quantity, COUNT(DISTINCT customer_id) AS customers
FROM LIVE.lines
WHERE city = "Ghent"
GROUP BY city, order_date
ORDER BY sales DESC;

-- COMMAND ----------

CREATE STREAMING LIVE VIEW foreign_orders AS SELECT * FROM STREAM(LIVE.orders_cleaned) WHERE currency <> "EUR";
CREATE STREAMING LIVE TABLE orders_to_review (CONSTRAINT foreign EXPECT (NOT (currency = "EUR")) ON VIOLATION FAIL UPDATE)
AS SELECT * FROM STREAM(LIVE.foreign_orders);
