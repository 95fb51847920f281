import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ConnectorSinkContext, SinkRows } from "@sluice/pipelines";
import { BatchBuilder, type BatchSettings, visitEncoded } from "../record/batch-builder.ts";
import { HEADER_BYTES } from "../record/batch-header.ts";
import { type BlockPackers, CODECS, packer, unpack } from "../record/codec.ts";
import type { BatchTools } from "../record/read-batches.ts";
import { FramedRows } from "../staging/framed-rows.ts";
import type { Producer, ProducerWorld } from "./producer.ts";
import { type FullBatch, RecordRouter } from "./record-router.ts";
import { type ReadyBatch, sendBatches } from "./send-batches.ts";
import { exportedColumns } from "./sink-columns.ts";

/** Bytes that wait to be sent while as many are on their way. */
const ROUND_BYTES = 8 << 20;

/** Rows on their way to topics. */
export interface RowsWork {
  readonly rows: SinkRows;
  readonly producer: Producer;
  readonly world: ProducerWorld;
  readonly engine: ConnectorSinkContext["engine"];
  /** Where rows may be staged. */
  readonly folder: string;
}

/** Writes rows as messages; the end of their transaction is the caller's. @throws EngineError; the abort reason */
export async function writeRows({ rows, producer, world, engine, folder }: RowsWork): Promise<void> {
  const { write, client, signal } = world;
  const { plan, shapes, at } = exportedColumns(rows.plan, write.topic);
  const name = crypto.randomUUID();
  const path = join(folder, `${name}.framed`);
  const { inputs, session } = rows;
  const request = { folder, format: "framed", name, plan, inputs, session, partitionBy: [] } as const;
  try {
    const count = await engine.exportFiles(request, signal);
    if (count === 0) return;
    const file = new FramedRows(path, shapes);
    const tools = await client.tools();
    const outgoing = new OutgoingBatches(producer, world, tools);
    const router = new RecordRouter(file, {
      columns: at,
      topic: write.topic,
      batchBytes: write.batchBytes,
      maxMessageBytes: write.maxMessageBytes,
      partitionsOf: async (topic) => (await client.topics([topic], signal, true)).get(topic)?.leaders.size,
      full: (batch) => outgoing.add(batch),
    });
    try {
      await router.run();
      await outgoing.finish();
    } finally {
      file.close();
      await outgoing.settle();
    }
  } finally {
    rmSync(path, { force: true });
  }
}

/** Batches are made while those before them are sent. */
class OutgoingBatches {
  readonly #producer: Producer;
  readonly #world: ProducerWorld;
  readonly #tools: BatchTools & BlockPackers;
  readonly #settings: BatchSettings;
  readonly #time = Date.now();
  readonly #rooms: Buffer[] = [];
  #waiting: ReadyBatch[] = [];
  #bytes = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(producer: Producer, world: ProducerWorld, tools: BatchTools & BlockPackers) {
    this.#producer = producer;
    this.#world = world;
    this.#tools = tools;
    const { codec } = world.write;
    this.#settings = {
      codec: { number: CODECS.indexOf(codec), pack: packer(codec, tools) },
      crc32c: tools.crc32c,
      producer: producer.identity,
    };
  }

  async add({ topic, partition, builder }: FullBatch): Promise<void> {
    const { count } = builder;
    const sequence = this.#producer.sequence(topic, partition, count);
    const bytes = builder.finish(this.#time, sequence, this.#settings, this.#rooms.pop());
    this.#waiting.push({ topic, partition, bytes, count, sequence });
    this.#bytes += bytes.length;
    if (this.#bytes >= ROUND_BYTES) await this.#send();
  }

  async finish(): Promise<void> {
    await this.#send();
    await this.#sending;
  }

  /** Until nothing is on its way, whatever became of it. */
  async settle(): Promise<void> {
    await this.#sending.catch(() => undefined);
  }

  async #send(): Promise<void> {
    await this.#sending;
    const batches = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (batches.length === 0) return;
    const sent = sendBatches(batches, this.#producer, (batch) => this.#split(batch), this.#world);
    this.#sending = sent.then(() => this.#reuse(batches));
    this.#sending.catch(() => undefined);
  }

  /** What brokers have acknowledged is on no way any more: its room serves batches to come. */
  #reuse(batches: readonly ReadyBatch[]): void {
    for (const { bytes } of batches) this.#rooms.push(bytes);
  }

  #split(batch: ReadyBatch): readonly ReadyBatch[] {
    const body = this.#body(batch.bytes);
    const first = Math.ceil(batch.count / 2);
    const builders = [new BatchBuilder(), new BatchBuilder()] as const;
    let seen = 0;
    visitEncoded(body, (from, to) => builders[seen++ < first ? 0 : 1].addEncoded(body, from, to));
    return builders.map((builder, i) => {
      const sequence = batch.sequence < 0 ? -1 : (batch.sequence + i * first) % 2 ** 31;
      const { count } = builder;
      return { ...batch, bytes: builder.finish(this.#time, sequence, this.#settings), count, sequence };
    });
  }

  #body(bytes: Buffer): Buffer {
    const records = bytes.subarray(HEADER_BYTES);
    const { number } = this.#settings.codec;
    return number === 0 ? records : unpack(number, records, this.#tools);
  }
}
