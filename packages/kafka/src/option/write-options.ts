import type { SinkDeclaration } from "@sluice/pipelines";
import { CODECS, type CodecName, canPack } from "../record/codec.ts";
import { ClientOptions, type UnderstoodOptions } from "./client-options.ts";
import type { KafkaWrite } from "./kafka-write.ts";
import { WRITE_OPTIONS } from "./option-table.ts";

const WHERE = "The Kafka sink";
const BATCH_BYTES = 512 << 10;
/** What brokers allow at most unless told otherwise: a batch must be sent within it. */
const TRANSACTION_MS = 15 * 60_000;

/** The options of a sink, or of a write, understood. */
export function writeOptions({
  options,
  origin,
}: Pick<SinkDeclaration, "options" | "origin">): UnderstoodOptions<KafkaWrite> {
  return new WriteParser({ where: WHERE, names: WRITE_OPTIONS, options, origin }).understood((parser) =>
    parser.write(),
  );
}

class WriteParser extends ClientOptions {
  write(): KafkaWrite | undefined {
    this.checkNames();
    const { options } = this;
    const brokers = this.brokers();
    const security = this.security();
    const topic = this.#topic();
    const guarantee =
      options.get("deliveryGuarantee")?.trim().toLowerCase() === "at-least-once" ? "at-least-once" : "exactly-once";
    const acks = this.#acks(guarantee);
    const patienceMs = options.count("kafka.delivery.timeout.ms");
    const maxMessageBytes = options.count("kafka.max.request.size");
    if (security === undefined) return undefined;
    return {
      ...this.cluster(),
      ...(patienceMs !== undefined && { patienceMs }),
      brokers,
      security,
      ...(topic !== undefined && { topic }),
      guarantee,
      isIdempotent: acks === -1 && (options.flag("kafka.enable.idempotence") ?? true),
      acks,
      codec: this.#codec(),
      batchBytes: options.count("kafka.batch.size") ?? BATCH_BYTES,
      ...(maxMessageBytes !== undefined && { maxMessageBytes }),
      transactionMs: options.count("kafka.transaction.timeout.ms") ?? TRANSACTION_MS,
    };
  }

  #topic(): string | undefined {
    const topic = this.options.get("topic")?.trim();
    if (topic === undefined || /^[A-Za-z0-9._-]{1,249}$/.test(topic)) return topic;
    return this.bad("topic", topic, "the name of a topic: letters, digits, `.`, `_` and `-`");
  }

  /** Java's rule: what must be there once must be with all replicas, and have numbers. */
  #acks(guarantee: KafkaWrite["guarantee"]): KafkaWrite["acks"] {
    const text = (this.options.get("kafka.acks") ?? "all").trim().toLowerCase();
    const acks = text === "all" || text === "-1" ? -1 : 1;
    if (guarantee === "at-least-once") return acks;
    const next = 'or set deliveryGuarantee to "at-least-once"';
    if (acks === 1) this.bad("kafka.acks", text, `all, which exactly-once delivery needs; ${next}`);
    if (this.options.flag("kafka.enable.idempotence") === false) {
      this.bad("kafka.enable.idempotence", "false", `true, which exactly-once delivery needs; ${next}`);
    }
    return acks;
  }

  #codec(): CodecName {
    const text = (this.options.get("kafka.compression.type") ?? "none").trim().toLowerCase();
    const codec = CODECS.find((one) => one === text) ?? "none";
    if (canPack(codec)) return codec;
    const why = `this Node (${process.version}) cannot pack zstd: use Node 22.15 or later, or lz4, snappy or gzip`;
    this.mistake({ kind: "NotSupported", option: "kafka.compression.type", value: text, why });
    return "none";
  }
}
