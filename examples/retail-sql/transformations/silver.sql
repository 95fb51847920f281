-- Typed, checked and joined.

CREATE OR REFRESH STREAMING TABLE silver_orders (
  order_id BIGINT COMMENT 'Number of the order',
  customer_id BIGINT,
  shop STRING,
  channel STRING,
  status STRING,
  ordered_at TIMESTAMP,
  items ARRAY<STRUCT<product_id: BIGINT, quantity: BIGINT, unit_price: DOUBLE>>,
  order_day DATE GENERATED ALWAYS AS (CAST(ordered_at AS DATE)) COMMENT 'Day in UTC',
  -- kept and counted
  CONSTRAINT `known customer` EXPECT (customer_id IS NOT NULL),
  -- dropped and counted
  CONSTRAINT has_number EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  -- a status that nobody knows means that the shops' program changed: stop and look
  CONSTRAINT known_status EXPECT (status IS NOT NULL AND status IN ("placed", "paid", "sent", "returned")) ON VIOLATION FAIL UPDATE,
  -- set aside in silver_orders_quarantine, with the reasons
  CONSTRAINT has_items EXPECT (items IS NOT NULL AND size(items) > 0) ON VIOLATION QUARANTINE ROW,
  CONSTRAINT sane_prices EXPECT (NOT exists(items, i -> i.unit_price <= 0 OR i.quantity <= 0)) ON VIOLATION QUARANTINE ROW
)
COMMENT "Orders with their types, checked"
PARTITIONED BY (shop)
TBLPROPERTIES ("quality" = "silver")
AS SELECT
  order_id,
  customer_id,
  upper(trim(shop)) AS shop,
  coalesce(channel, 'store') AS channel,
  lower(status) AS status,
  to_timestamp(ordered_at) AS ordered_at,
  items
FROM STREAM bronze_orders;

CREATE OR REFRESH MATERIALIZED VIEW silver_customers (
  CONSTRAINT has_name EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW
)
COMMENT "The newest line of each customer"
TBLPROPERTIES ("quality" = "silver")
AS SELECT
  CAST(customer_id AS BIGINT) AS customer_id,
  initcap(trim(name)) AS name,
  nullif(trim(lower(email)), '') AS email,
  segment,
  country,
  CAST(exported_at AS TIMESTAMP) AS exported_at
FROM bronze_customers
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY exported_at DESC) = 1;

CREATE TEMPORARY VIEW order_lines
COMMENT "One row for each product of an order"
AS SELECT o.order_id, o.customer_id, o.shop, o.channel, o.status, o.ordered_at, o.order_day, item.*
FROM (SELECT *, explode(items) AS item FROM silver_orders) o;

CREATE OR REFRESH MATERIALIZED VIEW silver_sales
COMMENT "Sold products with their customer and category"
TBLPROPERTIES ("quality" = "silver")
AS WITH sold AS (
  SELECT *, CAST(quantity * unit_price AS DECIMAL(12, 2)) AS revenue FROM order_lines WHERE status <> 'returned'
)
SELECT
  sold.* EXCEPT (status),
  p.name AS product,
  coalesce(p.category, 'unknown') AS category,
  CAST(sold.quantity * p.cost AS DECIMAL(12, 2)) AS cost,
  c.name AS customer,
  c.segment,
  c.country
FROM sold
LEFT JOIN bronze_products p USING (product_id)
LEFT JOIN silver_customers c ON sold.customer_id = c.customer_id;
