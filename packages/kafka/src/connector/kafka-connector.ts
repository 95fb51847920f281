import { rmSync } from "node:fs";
import {
  type Connector,
  type ConnectorResolution,
  type ConnectorSinkResolution,
  makeProcessFolder,
  type SchemaRegistry,
  type SinkDeclaration,
} from "@sluice/pipelines";
import type { DataSource } from "@sluice/query";
import { KafkaClient } from "../client/kafka-client.ts";
import { type ClusterOptions, clientSettings } from "../option/client-settings.ts";
import { readOptions } from "../option/read-options.ts";
import { writeOptions } from "../option/write-options.ts";
import { ConfluentRegistry } from "../registry/confluent-registry.ts";
import { KafkaSink } from "../sink/kafka-sink.ts";
import { KafkaSource } from "../source/kafka-source.ts";

/** Reads and writes of Kafka. Reads of one cluster with the same login share their connections, and so do writes: a read that waits for records holds no write up. */
export class KafkaConnector implements Connector {
  readonly schemas: SchemaRegistry = new ConfluentRegistry();
  readonly #clients = new Map<string, KafkaClient>();
  readonly #names = new Map<string, string[]>();
  #folder: string | undefined;

  resolve(leaf: DataSource): ConnectorResolution {
    const { value: read, errors, warnings } = readOptions(leaf);
    if (read === undefined) return { errors, warnings };
    const source = new KafkaSource(read, () => this.#client("read", read), this.#stagingFolder);
    return { source, errors, warnings };
  }

  resolveSink(declaration: Pick<SinkDeclaration, "options" | "origin">): ConnectorSinkResolution {
    const { value: write, errors, warnings } = writeOptions(declaration);
    if (write === undefined) return { errors, warnings };
    const key = clientKey("write", write);
    const names = this.#names.get(key) ?? [];
    this.#names.set(key, names);
    const sink = new KafkaSink(write, () => this.#client("write", write), this.#stagingFolder, names);
    return { sink, errors, warnings };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  readonly #stagingFolder = (): string => {
    this.#folder ??= makeProcessFolder("kafka");
    return this.#folder;
  };

  #client(use: "read" | "write", options: ClusterOptions): KafkaClient {
    const key = clientKey(use, options);
    const client = this.#clients.get(key) ?? new KafkaClient(clientSettings(options));
    this.#clients.set(key, client);
    return client;
  }
}

function clientKey(use: "read" | "write", options: ClusterOptions): string {
  const { brokers, clientId, patienceMs, requestMs, security } = options;
  return JSON.stringify([use, brokers, clientId, patienceMs, requestMs, security]);
}
