import {
  type ConnectorContext,
  type ConnectorRange,
  type ConnectorSource,
  type ConnectorStreamContext,
  EngineError,
  type InputSlice,
  type StreamSource,
} from "@sluice/pipelines";
import type { StructType } from "@sluice/query";
import type { KafkaClient } from "../client/kafka-client.ts";
import { mapOffsets, offsetAt, type Position, rangesBetween } from "../offset/position.ts";
import { describeRead, type KafkaRead } from "../option/kafka-read.ts";
import { recordSchema } from "../staging/record-file.ts";
import { Cluster } from "./cluster.ts";
import { dataLossError } from "./data-loss.ts";
import { KafkaStreamSource, topicsMissing } from "./kafka-stream-source.ts";
import { StagedRows } from "./staged-rows.ts";

/** Topics of a cluster, as a stream or as what they hold now. */
export class KafkaSource implements ConnectorSource {
  readonly format = "kafka";
  readonly description: string;
  readonly schema: StructType;
  readonly #client: () => KafkaClient;
  readonly #read: KafkaRead;
  readonly #folder: () => string;
  readonly #staged: StagedRows;

  /** @param client - Gives the cluster's client when rows are asked for. @param folder - Where rows may be staged. */
  constructor(read: KafkaRead, client: () => KafkaClient, folder: () => string) {
    this.#read = read;
    this.#client = client;
    this.#folder = folder;
    this.#staged = new StagedRows(folder);
    this.description = describeRead(read);
    this.schema = recordSchema(read.includeHeaders);
  }

  stream(context: ConnectorStreamContext): StreamSource {
    return new KafkaStreamSource(
      () => new Cluster(this.#client(), this.#read, context.signal),
      this.#read,
      new StagedRows(this.#folder),
      context,
    );
  }

  async observe({ signal }: ConnectorContext): Promise<ConnectorRange> {
    const cluster = new Cluster(this.#client(), this.#read, signal);
    const topics = await cluster.topics();
    const missing = cluster.missing(topics);
    if (missing.length > 0) throw topicsMissing(missing);
    const after = await cluster.chosen(topics, this.#read.starting, "starting");
    const through = await cluster.chosen(topics, this.#read.ending, "ending");
    const isOpen = this.#read.ending.kind === "Latest";
    checkOrder(after, isOpen ? await cluster.written(topics) : through);
    // Transactions that are open may begin before the start.
    const end = mapOffsets(through, (topic, partition, at) => Math.max(at, offsetAt(after, topic, partition) ?? 0));
    return { kind: "Connector", format: this.format, after, through: end };
  }

  async rows({ after, through }: ConnectorRange, { signal }: ConnectorContext): Promise<InputSlice> {
    const { isCommitted, includeHeaders, failOnDataLoss } = this.#read;
    const lost = (loss: Parameters<typeof dataLossError>[0]): void => {
      if (failOnDataLoss) throw dataLossError(loss);
    };
    const reading = { isCommitted, includeHeaders, lost, signal };
    return await this.#staged.stage(this.#client(), [after as Position, through as Position], reading);
  }
}

/** Spark's rule for reads that are no streams. */
function checkOrder(starting: Position, ending: Position): void {
  const [first] = rangesBetween(ending, starting);
  if (first === undefined) return;
  const { topic, partition, from, to } = first;
  const message =
    `The read begins at offset ${to} of partition ${partition} of topic "${topic}", which is greater than ${from}, where it ends. ` +
    "Give an earlier start or a later end: -2 is the earliest offset, -1 the latest.";
  const condition = "RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET";
  throw new EngineError(message, { condition, domain: "user", retry: "never" });
}
