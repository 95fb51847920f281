CREATE OR REFRESH STREAMING TABLE silver_orders (
  CONSTRAINT valid_order_id EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT valid_amount EXPECT (amount > 0 AND amount < 100000) ON VIOLATION QUARANTINE ROW,
  CONSTRAINT known_customer EXPECT (customer_id IS NOT NULL)
)
COMMENT "Orders that make sense"
AS SELECT order_id, customer_id, CAST(amount AS DECIMAL(10, 2)) AS amount, status, to_timestamp(order_date) AS order_date
FROM STREAM bronze_orders;
