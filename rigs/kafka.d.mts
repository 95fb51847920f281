import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** What is installed for Kafka. `client` is a key with its certificate, as PKCS12. */
export interface KafkaRig {
  readonly libs: string;
  readonly ca: string;
  readonly client: { readonly file: string; readonly password: string };
  readonly password: string;
}

/** A broker and its addresses. It advertises each address to who asks there. */
export interface KafkaBroker {
  readonly plaintext: string;
  readonly sasl: string;
  readonly tls: string;
  readonly saslTls: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** What is installed; undefined when nothing is. */
export function kafkaRig(): KafkaRig | undefined;

/**
 * Starts a broker with empty logs on free ports. `stop` and `kill` end it and keep its logs, `start` begins it again with them on the same ports, `remove`
 * ends it for good.
 */
export function startBroker(): Promise<KafkaBroker>;

/** Starts Apache Kafka's own client with the words of a command; see kafka-client/JavaClient.java. */
export function startJavaClient(words: readonly string[]): ChildProcessByStdio<Writable, Readable, null>;

export function install(): Promise<void>;
