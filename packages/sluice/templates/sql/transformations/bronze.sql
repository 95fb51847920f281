-- A streaming table: each file is read once, however often the pipeline runs.
CREATE OR REFRESH STREAMING TABLE bronze_orders
COMMENT "Orders as they arrive"
AS SELECT *, current_timestamp() AS ingested_at, _metadata.file_name AS source_file
FROM STREAM read_files('/mnt/raw/orders', format => 'json');

-- A materialized view: read anew when its files change.
CREATE OR REFRESH MATERIALIZED VIEW bronze_customers
COMMENT "Customer reference data"
AS SELECT * EXCEPT (_rescued_data) FROM read_files('/mnt/raw/customers', format => 'csv');
