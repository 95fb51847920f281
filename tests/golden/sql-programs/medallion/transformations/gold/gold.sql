USE CATALOG ${catalog};
USE SCHEMA shop_gold;

-- reads what is declared in files that come later
CREATE OR REFRESH MATERIALIZED VIEW daily_active (
  day DATE NOT NULL COMMENT 'UTC',
  country STRING,
  users INT,
  events BIGINT,
  busy BOOLEAN GENERATED ALWAYS AS (events > 2),
  CONSTRAINT pk PRIMARY KEY (day, country),
  CONSTRAINT fk FOREIGN KEY (country) REFERENCES main.shop_gold.`country list`,
  CONSTRAINT some EXPECT (users > 0) ON VIOLATION FAIL UPDATE
)
CLUSTER BY AUTO
AS
WITH `12m` AS (SELECT * FROM shop_silver.events WHERE event_time >= DATE '2026-01-01'),
per_day AS (SELECT DATE(event_time) AS day, country, count(DISTINCT user_id) AS users, count(*) AS events FROM `12m` GROUP BY ALL)
SELECT day, country, users, events FROM per_day;

CREATE MATERIALIZED VIEW `country list` AS SELECT DISTINCT country FROM MAIN.Shop_Silver.Events WHERE country IS NOT NULL;

CREATE PRIVATE MATERIALIZED VIEW first_clicks AS
SELECT user_id, min_by(kind, event_time) AS first_kind, cast(max(amount) AS INT) AS top
FROM shop_silver.events
GROUP BY 1
HAVING count(*) > 0;

CREATE MATERIALIZED VIEW devices AS
SELECT payload:device.name::STRING AS device, sum(payload:tags[0]::INT) AS tag_total, count_if(payload:device.name = 'phone') AS phones
FROM shop_silver.payloads GROUP BY ALL;

CREATE MATERIALIZED VIEW raw_lines AS SELECT count(*) AS n FROM json.`${volume}/events`;
