-- Raw data as it arrives: each file is read once.

CREATE OR REFRESH STREAMING TABLE bronze_orders
COMMENT "Orders as the shops send them: JSON, one file a delivery"
TBLPROPERTIES ("quality" = "bronze")
AS SELECT
  *,
  _metadata.file_name AS source_file,
  current_timestamp() AS ingested_at
FROM STREAM read_files('${raw}/orders', format => 'json');

CREATE OR REFRESH STREAMING TABLE bronze_customers
COMMENT "Customers as the till system exports them: CSV, each export with what changed"
TBLPROPERTIES ("quality" = "bronze")
AS SELECT *, _metadata.file_name AS source_file
FROM STREAM read_files('${raw}/customers', format => 'csv', header => true);

CREATE OR REFRESH MATERIALIZED VIEW bronze_products
COMMENT "The catalogue of products: Parquet, replaced as a whole"
TBLPROPERTIES ("quality" = "bronze")
AS SELECT * FROM parquet.`${raw}/products`;
