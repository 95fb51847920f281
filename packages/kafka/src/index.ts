import type { Connector } from "@sluice/pipelines";
import { KafkaConnector } from "./connector/kafka-connector.ts";

/** Kafka as a source and a sink of pipelines. The client library is loaded and connections are made when rows are first read or written; close it to give them back. */
export function openKafka(): Connector {
  return new KafkaConnector();
}
