import { rmSync } from "node:fs";
import { type Connector, type ConnectorResolution, makeProcessFolder } from "@sluice/pipelines";
import type { DataSource } from "@sluice/query";
import { KafkaClient } from "../client/kafka-client.ts";
import type { KafkaRead } from "../option/kafka-read.ts";
import { readOptions } from "../option/read-options.ts";
import { clientSettings } from "./client-settings.ts";
import { KafkaSource } from "./kafka-source.ts";

/** Reads of Kafka. Reads of one cluster with the same login share their connections. */
export class KafkaConnector implements Connector {
  readonly #clients = new Map<string, KafkaClient>();
  #folder: string | undefined;

  resolve(leaf: DataSource): ConnectorResolution {
    const read = readOptions(leaf);
    if (!("topics" in read)) return { errors: read, warnings: [] };
    const folder = (): string => {
      this.#folder ??= makeProcessFolder("kafka");
      return this.#folder;
    };
    return { source: new KafkaSource(read, () => this.#client(read), folder), errors: [], warnings: [] };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #client(read: KafkaRead): KafkaClient {
    const { brokers, clientId, patienceMs, requestMs, security } = read;
    const key = JSON.stringify([brokers, clientId, patienceMs, requestMs, security]);
    const client = this.#clients.get(key) ?? new KafkaClient(clientSettings(read));
    this.#clients.set(key, client);
    return client;
  }
}
