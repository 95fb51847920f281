import {
  type ConnectorSink,
  type ConnectorSinkContext,
  EngineError,
  type SinkRows,
  type SinkWriter,
} from "@sluice/pipelines";
import type { StructType } from "@sluice/query";
import type { KafkaClient } from "../client/kafka-client.ts";
import { ProducerRequests } from "../client/producer-requests.ts";
import { describeWrite, type KafkaWrite } from "../option/kafka-write.ts";
import { Producer, type ProducerWorld } from "./producer.ts";
import { columnProblems } from "./sink-columns.ts";
import { PlainWriter, TransactionalWriter } from "./topic-writer.ts";
import { writeRows } from "./write-rows.ts";

/** Topics of a cluster that rows are written to. */
export class KafkaSink implements ConnectorSink {
  readonly description: string;
  readonly #write: KafkaWrite;
  readonly #client: () => KafkaClient;
  readonly #folder: () => string;
  readonly #names: string[];
  #requests: ProducerRequests | undefined;

  /**
   * @param client - Gives the cluster's client when rows are written. @param folder - Where rows may be staged.
   * @param names - Transactional ids that writes outside of flows may use again: taken and given back here.
   */
  constructor(write: KafkaWrite, client: () => KafkaClient, folder: () => string, names: string[]) {
    this.#write = write;
    this.#client = client;
    this.#folder = folder;
    this.#names = names;
    this.description = describeWrite(write);
  }

  check(columns: StructType): readonly string[] {
    return columnProblems(columns, this.#write.topic);
  }

  open(context: ConnectorSinkContext): SinkWriter {
    const settings = { world: () => this.#world(context), context, folder: this.#folder };
    return this.#write.guarantee === "exactly-once" ? new TransactionalWriter(settings) : new PlainWriter(settings);
  }

  async append(rows: SinkRows, context: ConnectorSinkContext): Promise<void> {
    const [problem] = this.check({ kind: "struct", fields: rows.plan.output });
    if (problem !== undefined)
      throw new EngineError(problem, { condition: "KAFKA_COLUMNS", domain: "user", retry: "never" });
    const world = this.#world(context);
    const name =
      this.#write.guarantee === "exactly-once" ? (this.#names.pop() ?? `sluice-write-${crypto.randomUUID()}`) : null;
    const producer = await Producer.open(world, name);
    try {
      await writeRows({ rows, producer, world, engine: context.engine, folder: this.#folder() });
      await producer.commit();
    } catch (error) {
      await producer.abort();
      throw error;
    }
    if (name !== null) this.#names.push(name);
  }

  #world({ signal }: ConnectorSinkContext): ProducerWorld {
    const client = this.#client();
    if (this.#requests?.client !== client) this.#requests = new ProducerRequests(client);
    return { client, requests: this.#requests, write: this.#write, signal };
  }
}
