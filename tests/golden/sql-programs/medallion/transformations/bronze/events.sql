-- Modern spelling: three-part names, one schema a layer, no LIVE.
CREATE OR REFRESH STREAMING TABLE ${catalog}.shop_bronze.events
COMMENT 'App events, one JSON line each'
AS
SELECT
  *,
  _metadata.file_path AS source_path,
  _metadata.file_modification_time AS modified_at,
  current_timestamp() AS ingested_at
FROM STREAM read_files(
  '${volume}/events/',
  format => 'json',
  inferColumnTypes => true,
  schemaEvolutionMode => 'rescue'
);

CREATE OR REFRESH STREAMING TABLE ${catalog}.shop_bronze.users
AS SELECT * FROM STREAM(read_files('${volume}/users', format => 'csv', header => 'true', sep => ';', inferSchema => 'true'));
