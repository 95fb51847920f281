import type { CodecName } from "../record/codec.ts";
import type { SecurityOptions } from "./security.ts";

/** A sink, or a write, of Kafka with its options understood. Plain data. */
export interface KafkaWrite {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly patienceMs: number;
  readonly requestMs: number;
  readonly security: SecurityOptions;
  /** Where all messages go; absent: the column `topic` says it. */
  readonly topic?: string;
  /** `exactly-once`: a batch is a transaction. */
  readonly guarantee: "exactly-once" | "at-least-once";
  /** Whether brokers tell messages that are sent again. */
  readonly isIdempotent: boolean;
  /** -1: all replicas that are in sync; 1: the leader. */
  readonly acks: -1 | 1;
  readonly codec: CodecName;
  /** Bytes of a record batch before it is packed. */
  readonly batchBytes: number;
  /** Bytes of a message at most; absent: what the broker takes. */
  readonly maxMessageBytes?: number;
  readonly transactionMs: number;
}

/** For people: `KafkaSink[orders]`. */
export function describeWrite({ topic, guarantee }: KafkaWrite): string {
  const weaker = guarantee === "exactly-once" ? "" : `, ${guarantee}`;
  return `KafkaSink[${topic ?? "by column"}${weaker}]`;
}
