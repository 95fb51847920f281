import { readFileSync } from "node:fs";
import { spark } from "sluice";

const SCHEMA = readFileSync(new URL("sensor.avsc", import.meta.url), "utf8");

/**
 * SQL for the reading that the column `value` holds in Avro: written with sensor.avsc or, with the parameter `schema_registry`, with the schema whose id it
 * begins with, as Confluent's clients write it.
 *
 * @param mode - FAILFAST: bytes that are no reading end the flow; PERMISSIVE: they are a struct of NULLs
 */
export function sensorReading(mode: "FAILFAST" | "PERMISSIVE"): string {
  const registry = spark.conf.get("schema_registry", "");
  const schema = registry === "" ? `'${SCHEMA}'` : `'iot_sensors-value', '${registry}'`;
  return `from_avro(value, ${schema}, map('mode', '${mode}'))`;
}
