import { EngineError } from "@sluice/pipelines";
import { BatchBuilder, RECORD_OVERHEAD, type RecordPlace } from "../record/batch-builder.ts";
import { partitionOfKey } from "../record/partitioner.ts";
import type { FramedRows } from "../staging/framed-rows.ts";
import { headersOf } from "./row-headers.ts";
import type { ExportedColumns } from "./sink-columns.ts";
import { topicMissing } from "./topic-missing.ts";

/** A builder whose records are enough for a batch. */
export interface FullBatch {
  readonly topic: string;
  readonly partition: number;
  readonly builder: BatchBuilder;
}

/** How rows become messages. */
export interface RouterSettings {
  readonly columns: ExportedColumns["at"];
  /** The option, which wins over the column. */
  readonly topic?: string | undefined;
  /** Of a batch, before it is packed. */
  readonly batchBytes: number;
  readonly maxMessageBytes?: number | undefined;
  /** The number of partitions of a topic; undefined when there is no such topic. */
  readonly partitionsOf: (topic: string) => Promise<number | undefined>;
  /** Takes the records of a builder, which is empty afterwards. */
  readonly full: (batch: FullBatch) => Promise<void>;
}

interface OpenTopic {
  readonly name: string;
  readonly bytes: Buffer;
  readonly partitions: number;
  readonly builders: Map<number, BatchBuilder>;
  /** Where messages without keys go until its batch is full. */
  sticky: number;
}

/** Puts rows into the batches of their partitions. Messages with keys go where Java's client puts them, those without to one partition after the other, a batch each. */
export class RecordRouter {
  readonly #rows: FramedRows;
  readonly #settings: RouterSettings;
  readonly #topics = new Map<string, OpenTopic>();
  readonly #place: RecordPlace = { key: 0, keyLength: -1, value: 0, valueLength: -1, headers: NO_HEADERS };
  #topic: OpenTopic | undefined;

  constructor(rows: FramedRows, settings: RouterSettings) {
    this.#rows = rows;
    this.#settings = settings;
  }

  /** Routes all rows, then gives what is left. @throws EngineError naming the row that cannot be a message */
  async run(): Promise<void> {
    while (this.#rows.next()) {
      const topic = this.#knownTopic() ?? (await this.#openTopic());
      const size = this.#read();
      const partition = this.#partition(topic);
      const builder = topic.builders.get(partition) ?? this.#newBuilder(topic, partition);
      if (builder.count > 0 && builder.size + size > this.#settings.batchBytes) {
        if (partition === topic.sticky) topic.sticky = (topic.sticky + 1) % topic.partitions;
        await this.#settings.full({ topic: topic.name, partition, builder });
      }
      builder.add(this.#rows.bytes, this.#place);
    }
    for (const { name, builders } of this.#topics.values()) {
      for (const [partition, builder] of builders) {
        if (builder.count > 0) await this.#settings.full({ topic: name, partition, builder });
      }
    }
  }

  /** The topic of the row, when it is that of the row before. */
  #knownTopic(): OpenTopic | undefined {
    const { columns, topic } = this.#settings;
    const known = this.#topic;
    if (topic !== undefined || known === undefined) return known;
    const start = this.#start(columns.topic);
    const length = this.#length(columns.topic);
    const isSame =
      length === known.bytes.length && this.#rows.bytes.compare(known.bytes, 0, length, start, start + length) === 0;
    return isSame ? known : undefined;
  }

  async #openTopic(): Promise<OpenTopic> {
    const name = this.#topicName();
    const known = this.#topics.get(name);
    if (known !== undefined) {
      this.#topic = known;
      return known;
    }
    const partitions = await this.#settings.partitionsOf(name);
    if (partitions === undefined) throw topicMissing([name]);
    const sticky = Math.floor(Math.random() * partitions);
    const opened = { name, bytes: Buffer.from(name), partitions, builders: new Map(), sticky };
    this.#topics.set(name, opened);
    this.#topic = opened;
    return opened;
  }

  #topicName(): string {
    const { columns, topic } = this.#settings;
    if (topic !== undefined) return topic;
    const start = this.#start(columns.topic);
    const length = this.#length(columns.topic);
    if (length >= 0) return this.#rows.bytes.toString("utf8", start, start + length);
    throw this.#wrong(
      "KAFKA_NULL_TOPIC",
      "null topic present in the data. Use the topic option for setting a topic, or filter such rows out.",
    );
  }

  #newBuilder(topic: OpenTopic, partition: number): BatchBuilder {
    const builder = new BatchBuilder();
    topic.builders.set(partition, builder);
    return builder;
  }

  /** Finds the parts of the message; answers how many bytes it takes at most. */
  #read(): number {
    const { columns, maxMessageBytes } = this.#settings;
    const place = this.#place;
    place.key = this.#start(columns.key);
    place.keyLength = this.#length(columns.key);
    place.value = this.#start(columns.value);
    place.valueLength = this.#length(columns.value);
    place.headers = this.#headers();
    const size = RECORD_OVERHEAD + Math.max(place.keyLength, 0) + Math.max(place.valueLength, 0) + place.headers.length;
    if (maxMessageBytes === undefined || size <= maxMessageBytes) return size;
    const reason = `it takes ${size} bytes, more than kafka.max.request.size (${maxMessageBytes}). Raise the option, or make the message smaller.`;
    throw this.#wrong("KAFKA_MESSAGE_TOO_LARGE", reason);
  }

  #headers(): Buffer {
    const { columns } = this.#settings;
    const count = this.#length(columns.headers);
    if (count <= 0) return NO_HEADERS;
    const headers = headersOf(this.#rows.bytes, this.#start(columns.headers), count);
    if (headers !== undefined) return headers;
    throw this.#wrong("KAFKA_NULL_HEADER", "a header has no key, which Kafka does not allow.");
  }

  #partition({ name, partitions, sticky }: OpenTopic): number {
    const column = this.#settings.columns.partition;
    const length = this.#length(column);
    const { key, keyLength } = this.#place;
    if (length < 0) return keyLength < 0 ? sticky : partitionOfKey(this.#rows.bytes, key, keyLength, partitions);
    const given = this.#rows.bytes.readInt32BE(this.#start(column));
    if (given >= 0 && given < partitions) return given;
    const reason = `its partition is ${given}, and topic "${name}" has partitions 0 to ${partitions - 1}.`;
    throw this.#wrong("KAFKA_PARTITION_NOT_FOUND", reason);
  }

  #start(column: number): number {
    return this.#rows.starts[column] as number;
  }

  /** -1 for NULL, or when there is no such column. */
  #length(column: number): number {
    return this.#rows.lengths[column] as number;
  }

  #wrong(condition: string, reason: string): EngineError {
    const { value: column } = this.#settings.columns;
    const start = this.#start(column);
    const length = this.#length(column);
    const shown = this.#rows.bytes.toString("utf8", start, start + Math.min(Math.max(length, 0), 60));
    const value = length < 0 ? "NULL" : `"${shown}${length > 60 ? ".." : ""}"`;
    const message = `The row with value ${value} cannot be a message of Kafka: ${reason}`;
    return new EngineError(message, { condition, domain: "user", retry: "never" });
  }
}

const NO_HEADERS = Buffer.alloc(0);
