import { col, dlt, expr, fromJson, lit, when } from "sluice";
import { sensorReading } from "../sensor-reading.ts";

const EVENT = "event_id STRING, customer_id STRING, event_type STRING, page STRING, timestamp TIMESTAMP";
const TRANSACTION =
  "transaction_id STRING, customer_id STRING, amount DECIMAL(10,2), merchant STRING, timestamp TIMESTAMP";

// Clients send again what was not confirmed: each event counts once
export const eventsSilver = dlt.table(
  {
    name: "events_silver",
    comment: "Validated events",
    expectOrDrop: { valid_timestamp: "timestamp IS NOT NULL" },
  },
  () =>
    dlt
      .readStream("events_bronze")
      .select(
        fromJson(col("value").cast("string"), EVENT).alias("event"),
        when(col("topic").eq("user_events_web"), lit("web")).otherwise(lit("mobile")).alias("platform"),
      )
      .select("event.*", "platform")
      .dropDuplicates(["event_id"]),
);

export const transactions = dlt.table(
  {
    name: "transactions",
    comment: "Validated payments",
    expect: { positive_amount: "amount > 0" },
    expectOrDrop: { valid_timestamp: "timestamp IS NOT NULL", valid_customer: "customer_id IS NOT NULL" },
  },
  () =>
    dlt
      .readStream("transactions_bronze")
      .select(fromJson(col("value").cast("string"), TRANSACTION).alias("payment"))
      .select("payment.*"),
);

export const iotSensorsSilver = dlt.table(
  {
    name: "iot_sensors_silver",
    comment: "Plausible readings",
    expectOrDrop: { plausible_temperature: "temperature BETWEEN -40 AND 150" },
  },
  () =>
    dlt
      .readStream("iot_sensors_bronze")
      .select(expr(sensorReading("FAILFAST")).alias("reading"))
      .select("reading.*"),
);
