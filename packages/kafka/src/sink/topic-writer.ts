import type { ConnectorSinkContext, SinkBatch, SinkWriter } from "@sluice/pipelines";
import { Producer, type ProducerWorld } from "./producer.ts";
import { writeRows } from "./write-rows.ts";

/** What writers of one sink share. */
export interface WriterSettings {
  readonly world: () => ProducerWorld;
  readonly context: ConnectorSinkContext;
  readonly folder: () => string;
}

interface OpenProducer {
  readonly producer: Producer;
  /** Transactional id and consumer group. */
  readonly name: string;
  last: number | undefined;
}

/**
 * The batches of one flow, each a transaction of Kafka. It holds the number of the batch too, as the offset of a consumer group that is named as the flow: whether
 * a batch was committed is known for certain after any crash.
 */
export class TransactionalWriter implements SinkWriter {
  readonly #settings: WriterSettings;
  #opened: OpenProducer | undefined;

  constructor(settings: WriterSettings) {
    this.#settings = settings;
  }

  async lastCommitted(stream: string): Promise<number | undefined> {
    return (await this.#open(stream)).last;
  }

  async write(batch: SinkBatch): Promise<void> {
    if (batch.isEmpty) return;
    const opened = await this.#open(batch.stream);
    const { producer, name } = opened;
    const world = this.#settings.world();
    try {
      const { engine } = this.#settings.context;
      await writeRows({ rows: batch, producer, world, engine, folder: this.#settings.folder() });
      await producer.commit({ group: name, number: batch.batch });
      opened.last = batch.batch;
    } catch (error) {
      this.#opened = undefined;
      await producer.abort();
      throw error;
    }
  }

  /** First the producer, which ends what an earlier one left open; then how far it got. */
  async #open(stream: string): Promise<OpenProducer> {
    if (this.#opened !== undefined) return this.#opened;
    const name = `sluice-${stream}`;
    const producer = await Producer.open(this.#settings.world(), name);
    this.#opened = { producer, name, last: await producer.lastCommitted(name) };
    return this.#opened;
  }
}

/** The batches of one flow without transactions: after a crash, or when a broker does not answer in time, messages may be there twice. */
export class PlainWriter implements SinkWriter {
  readonly #settings: WriterSettings;
  #producer: Producer | undefined;

  constructor(settings: WriterSettings) {
    this.#settings = settings;
  }

  async write(batch: SinkBatch): Promise<void> {
    if (batch.isEmpty) return;
    const world = this.#settings.world();
    this.#producer ??= await Producer.open(world, null);
    try {
      const { engine } = this.#settings.context;
      await writeRows({ rows: batch, producer: this.#producer, world, engine, folder: this.#settings.folder() });
    } catch (error) {
      this.#producer = undefined;
      throw error;
    }
  }
}
