-- Databricks notebook source
SET my.input=dbfs:/mnt/raw/trips;
SET pipelines.trigger.interval = 1 minute;
SET my.input;

-- COMMAND ----------

-- the created name has a parameter in it
CREATE OR REFRESH LIVE TABLE ${env}_trips
  USING DELTA
  COMMENT "Trips of ${env}, whole"
  TBLPROPERTIES (quality = 'bronze', 'owner' = "${team.name}")
  PARTITIONED BY (city)
AS SELECT * EXCEPT (fare), cast(fare AS INT), int(fare * 100) AS cents, bigint(concat(id, '0')) AS number
FROM parquet.`${my.input}`;

-- COMMAND ----------

-- MAGIC %sql
-- MAGIC CREATE LIVE TABLE ${env}_cities AS
-- MAGIC SELECT city, count(*) AS trips, boolean(coalesce(max(tipped), 0)) AS tipped,
-- MAGIC   CASE WHEN avg(cents) > 1000 THEN "dear" ELSE "cheap" END AS price
-- MAGIC FROM LIVE.${env}_trips GROUP BY 1
