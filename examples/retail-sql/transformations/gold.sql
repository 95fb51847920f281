-- What the shop's people look at.
SET quality = gold;

CREATE OR REFRESH MATERIALIZED VIEW gold_daily_sales (
  order_day DATE NOT NULL COMMENT 'Day in UTC',
  shop STRING NOT NULL,
  orders BIGINT,
  revenue DECIMAL(18, 2),
  currency STRING,
  CONSTRAINT one_a_day PRIMARY KEY (order_day, shop)
)
COMMENT "Orders and revenue by day and shop"
TBLPROPERTIES ("quality" = "${quality}")
AS SELECT order_day, shop, count(DISTINCT order_id) AS orders, sum(revenue) AS revenue, :currency AS currency
FROM silver_sales
GROUP BY ALL;

CREATE OR REFRESH MATERIALIZED VIEW gold_category_months
COMMENT "Revenue of each category by month, and how it changed"
TBLPROPERTIES ("quality" = "${quality}")
AS WITH months AS (
  SELECT category, date_trunc('MONTH', order_day) AS month, sum(revenue) AS revenue, sum(revenue - cost) AS margin
  FROM silver_sales
  GROUP BY 1, 2
)
SELECT
  *,
  round(margin / nullif(revenue, 0), 3) AS margin_share,
  revenue - lag(revenue) OVER (PARTITION BY category ORDER BY month) AS change
FROM months;

CREATE OR REFRESH MATERIALIZED VIEW gold_customer_value
COMMENT "What each customer has bought, and how recently"
TBLPROPERTIES ("quality" = "${quality}")
AS SELECT
  customer_id,
  any_value(customer) AS customer,
  any_value(segment) AS segment,
  count(DISTINCT order_id) AS orders,
  sum(revenue) AS revenue,
  max(order_day) AS last_order,
  CASE WHEN sum(revenue) >= 1500 THEN 'gold' WHEN sum(revenue) >= 500 THEN 'silver' ELSE 'bronze' END AS tier
FROM silver_sales
WHERE customer_id IS NOT NULL
GROUP BY customer_id;

CREATE OR REFRESH MATERIALIZED VIEW gold_best_sellers
COMMENT "The three best sellers of each category"
TBLPROPERTIES ("quality" = "${quality}")
AS SELECT category, product, sum(quantity) AS sold, sum(revenue) AS revenue,
  rank() OVER (PARTITION BY category ORDER BY sum(revenue) DESC) AS place
FROM silver_sales
WHERE product IS NOT NULL
GROUP BY category, product
QUALIFY place <= 3;

CREATE OR REFRESH MATERIALIZED VIEW gold_order_problems
COMMENT "Orders that were set aside, by shop and reason"
TBLPROPERTIES ("quality" = "${quality}")
AS SELECT shop, reason, count(*) AS orders, min(ordered_at) AS first_seen, max(ordered_at) AS last_seen
FROM (SELECT *, explode(_quarantine_reasons) AS reason FROM silver_orders_quarantine)
GROUP BY shop, reason;
