import { dlt } from "sluice";
import { readTopics } from "../read-topics.ts";
import { sensorReading } from "../sensor-reading.ts";

// Two topics, one for each kind of client
export const eventsBronze = dlt.table({ name: "events_bronze", comment: "Raw events from Kafka" }, () =>
  readTopics("user_events_web,user_events_mobile"),
);

// Messages that cannot be decoded go to transactions_bronze_quarantine
export const transactionsBronze = dlt.table(
  {
    name: "transactions_bronze",
    comment: "Raw payments from Kafka",
    expectOrQuarantine: {
      decodes: "from_json(CAST(value AS STRING), 'transaction_id STRING').transaction_id IS NOT NULL",
    },
  },
  () => readTopics("transactions"),
);

export const iotSensorsBronze = dlt.table(
  {
    name: "iot_sensors_bronze",
    comment: "Raw readings from Kafka, in Avro",
    expectOrQuarantine: { decodes: `${sensorReading("PERMISSIVE")}.device_id IS NOT NULL` },
  },
  () => readTopics("iot_sensors"),
);

// The dead letters of both, with where they are in Kafka
export const deadLetters = dlt.table({ name: "dead_letters", comment: "Messages that could not be decoded" }, () => {
  const columns = ["topic", "partition", "offset", "timestamp", "CAST(value AS STRING) AS value"];
  return dlt
    .read("transactions_bronze_quarantine")
    .selectExpr(...columns)
    .unionAll(dlt.read("iot_sensors_bronze_quarantine").selectExpr(...columns));
});
