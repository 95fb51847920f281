-- The same tables once more, in SQL.
CREATE STREAMING TABLE customers_scd1_sql (
  CONSTRAINT reachable EXPECT (email IS NOT NULL OR operation = 'DELETE')
);
CREATE FLOW customers_scd1_sql AS AUTO CDC INTO customers_scd1_sql
FROM STREAM(cdc_customers_raw)
KEYS (customer_id)
APPLY AS DELETE WHEN operation = 'DELETE'
SEQUENCE BY updated_at
COLUMNS * EXCEPT (operation)
STORED AS SCD TYPE 1;

CREATE STREAMING TABLE customers_scd2_sql;
CREATE FLOW customers_scd2_sql AS AUTO CDC INTO customers_scd2_sql
FROM STREAM(cdc_customers_raw)
KEYS (customer_id)
APPLY AS DELETE WHEN operation = 'DELETE'
SEQUENCE BY updated_at
COLUMNS * EXCEPT (operation, updated_at)
STORED AS SCD TYPE 2
TRACK HISTORY ON (name, email, address);

CREATE STREAMING TABLE products_sql;
CREATE FLOW products_sql AS AUTO CDC INTO products_sql
FROM STREAM(cdc_products)
KEYS (product_id)
APPLY AS DELETE WHEN operation = 'DELETE'
APPLY AS TRUNCATE WHEN operation = 'TRUNCATE'
SEQUENCE BY change_timestamp;

-- Customers by city, from the table that the changes keep.
CREATE MATERIALIZED VIEW customers_by_city AS
SELECT split_part(address, ', ', 2) AS city, count(*) AS customers, sum(points) AS points
FROM customers_scd1
GROUP BY ALL;
