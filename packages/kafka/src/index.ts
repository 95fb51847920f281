import type { Connector } from "@sluice/pipelines";
import { KafkaConnector } from "./source/kafka-connector.ts";

/** Kafka as a source of pipelines. The client library is loaded and connections are made when rows are first asked for; close it to give them back. */
export function openKafka(): Connector {
  return new KafkaConnector();
}
