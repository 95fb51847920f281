import type { ConnectorStreamContext } from "@sluice/pipelines";
import { type Backlog, EngineError, type InputSlice, type OffsetRange, type StreamSource } from "@sluice/pipelines";
import type { Topic } from "../client/kafka-client.ts";
import { limitRange } from "../offset/limit-range.ts";
import { countBetween, offsetAt, type Position } from "../offset/position.ts";
import { describeRead, type KafkaRead } from "../option/kafka-read.ts";
import type { Cluster } from "./cluster.ts";
import { type DataLoss, dataLossError } from "./data-loss.ts";
import type { StagedRows } from "./staged-rows.ts";

/** At most so many offsets at once when nothing else is said: what a batch holds is staged on the disk. */
const MOST_OFFSETS = 5_000_000;
const START_FILE = "start.json";

/** The records of topics, in the order of each partition's offsets. Where it began is kept, since "latest" means another place each time. */
export class KafkaStreamSource implements StreamSource {
  readonly description: string;
  readonly #read: KafkaRead;
  readonly #openCluster: () => Cluster;
  readonly #staged: StagedRows;
  readonly #context: ConnectorStreamContext;
  #end: ClusterEnd | undefined;
  #backlog = 0;
  #gaveAt = Number.NEGATIVE_INFINITY;

  /** @param openCluster - Called when the stream is first asked for something. */
  constructor(openCluster: () => Cluster, read: KafkaRead, staged: StagedRows, context: ConnectorStreamContext) {
    this.#openCluster = openCluster;
    this.#read = read;
    this.#staged = staged;
    this.#context = context;
    this.description = describeRead(read);
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    this.#end ??= await this.#observe(last);
    const { latest, topics } = this.#end;
    const known = last?.kind === "Connector" ? (last.through as Position) : await this.#start();
    const after = await this.#continued(known, topics, latest);
    const { maxOffsets = MOST_OFFSETS, minOffsets = 0, maxDelayMs } = this.#read;
    const count = countBetween(after, latest);
    this.#backlog = count;
    const mayWait = count < minOffsets && performance.now() - this.#gaveAt < maxDelayMs;
    if (count === 0 || mayWait) return undefined;
    this.#gaveAt = performance.now();
    const through = limitRange(after, latest, maxOffsets);
    this.#backlog = countBetween(through, latest);
    return { kind: "Connector", format: "kafka", after, through };
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Connector") return { kind: "Rows", rows: [] };
    const { isCommitted, includeHeaders } = this.#read;
    return await this.#staged.stage(this.#cluster.client, [range.after as Position, range.through as Position], {
      isCommitted,
      includeHeaders,
      lost: (loss) => this.#lost(loss),
      signal: this.#context.signal,
    });
  }

  async settle(): Promise<void> {
    this.#staged.remove();
  }

  async finish(): Promise<void> {
    this.#staged.remove();
  }

  renew(): void {
    this.#end = undefined;
  }

  backlog(): Backlog {
    return { files: 0, bytes: 0, records: this.#backlog };
  }

  get #cluster(): Cluster {
    return this.#openCluster();
  }

  async #observe(last: OffsetRange | undefined): Promise<ClusterEnd> {
    const topics = await this.#cluster.topics();
    const known = last?.kind === "Connector" ? (last.through as Position) : {};
    const missing = this.#cluster.missing(topics).filter((name) => known[name] === undefined);
    if (missing.length > 0) throw topicsMissing(missing);
    return { topics, latest: await this.#cluster.latest(topics) };
  }

  /** Where the stream began: found once, then kept. */
  async #start(): Promise<Position> {
    const { store, folder } = this.#context;
    const path = `${folder}/${START_FILE}`;
    const kept = await store.read(path);
    if (kept !== undefined) return JSON.parse(new TextDecoder().decode(kept)) as Position;
    const topics = this.#end?.topics ?? (await this.#cluster.topics());
    const start = await this.#cluster.chosen(topics, this.#read.starting, "starting");
    const put = await store.putIfAbsent(path, new TextEncoder().encode(JSON.stringify(start)));
    return put === "created" ? start : await this.#start();
  }

  /** A position brought up to date with the cluster: new partitions begin with their first record, those that are gone are left out. */
  async #continued(known: Position, topics: ReadonlyMap<string, Topic>, latest: Position): Promise<Position> {
    const anew = this.#deleted(known, topics);
    const added = [...topics.values()].filter(
      ({ name, leaders }) =>
        anew.has(name) || [...leaders.keys()].some((one) => offsetAt(known, name, one) === undefined),
    );
    const starts = await this.#cluster.earliest(new Map(added.map((topic) => [topic.name, topic])));
    return Object.fromEntries(
      [...topics.values()].map((topic) => {
        const partitions = [...topic.leaders.keys()].map((one): [string, number] => {
          const before = anew.has(topic.name) ? undefined : offsetAt(known, topic.name, one);
          const first = offsetAt(starts, topic.name, one) ?? 0;
          const at = before ?? this.#begin(topic.name, one, first);
          return [String(one), this.#within(topic.name, one, at, offsetAt(latest, topic.name, one) ?? at)];
        });
        return [topic.name, { id: topic.id, partitions: Object.fromEntries(partitions) }];
      }),
    );
  }

  /** Tells of topics and partitions that are gone; answers the topics that were made anew. */
  #deleted(known: Position, topics: ReadonlyMap<string, Topic>): ReadonlySet<string> {
    const anew = new Set<string>();
    for (const [name, { id, partitions }] of Object.entries(known)) {
      const topic = topics.get(name);
      const gone = Object.keys(partitions).filter((one) => !topic?.leaders.has(Number(one)));
      if (topic !== undefined && topic.id !== id) {
        anew.add(name);
        this.#lost({ condition: "PARTITIONS_DELETED", reason: `Topic "${name}" was deleted and made anew.` });
      } else if (gone.length > 0) {
        const reason = `Partitions ${gone.join(", ")} of topic "${name}" are gone.`;
        this.#lost({ condition: "PARTITIONS_DELETED", reason });
      }
    }
    return anew;
  }

  #begin(topic: string, partition: number, first: number): number {
    if (first > 0) {
      const reason = `Partition ${partition} of topic "${topic}" is new, and its first record is at offset ${first} and not 0.`;
      this.#lost({ condition: "ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO", reason });
    }
    return first;
  }

  #within(topic: string, partition: number, at: number, end: number): number {
    if (at <= end) return at;
    const reason = `The end of partition ${partition} of topic "${topic}" has gone back from offset ${at} to ${end}.`;
    this.#lost({ condition: "PARTITION_OFFSET_CHANGED", reason });
    return end;
  }

  #lost(loss: DataLoss): void {
    if (this.#read.failOnDataLoss) throw dataLossError(loss);
  }
}

/** What there was when the stream was opened. */
interface ClusterEnd {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly latest: Position;
}

/** The error for topics that do not exist. */
export function topicsMissing(names: readonly string[]): EngineError {
  const message = `There is no topic ${names.map((name) => `"${name}"`).join(", ")} on the cluster that the user may see. Create it, or correct the option subscribe.`;
  return new EngineError(message, { condition: "KAFKA_TOPIC_NOT_FOUND", domain: "user", retry: "never" });
}
