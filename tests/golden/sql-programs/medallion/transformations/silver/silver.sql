CREATE OR REFRESH STREAMING TABLE ${catalog}.shop_silver.events (
  CONSTRAINT has_time EXPECT (event_time IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT no_rescue EXPECT (_rescued_data IS NULL),
  CONSTRAINT `known kind` EXPECT (kind IN ("view", "click", "buy")) ON VIOLATION QUARANTINE ROW
)
AS SELECT * EXCEPT (e._rescued_data, u._rescued_data, time, source_path, modified_at),
  e._rescued_data,
  to_timestamp(time) AS event_time,
  coalesce(nullif(amount, 0), 0.0) AS clean_amount
FROM STREAM main.shop_bronze.events AS e
LEFT JOIN main.shop_bronze.users AS u USING (user_id);

CREATE STREAMING TABLE ${catalog}.shop_silver.payloads;
CREATE FLOW payloads_of_events AS INSERT INTO main.shop_silver.payloads BY NAME
SELECT user_id, payload FROM STREAM(main.shop_bronze.events) WHERE payload IS NOT NULL;
CREATE FLOW first_payload AS INSERT INTO ONCE main.shop_silver.payloads BY NAME
SELECT '{"device": {"name": "none"}, "tags": [100]}' AS payload, CAST(0 AS BIGINT) AS user_id;
