import { EngineError } from "@sluice/pipelines";
import { EARLIEST, type KafkaClient, LATEST, type Topic } from "../client/kafka-client.ts";
import type { Position } from "../offset/position.ts";
import type { KafkaRead } from "../option/kafka-read.ts";
import type { OffsetChoice, PartitionNumbers } from "../option/offset-choice.ts";

/** The topics and offsets of a read as the cluster has them at the moment of asking. */
export class Cluster {
  readonly client: KafkaClient;
  readonly read: KafkaRead;
  readonly #signal: AbortSignal | undefined;

  constructor(client: KafkaClient, read: KafkaRead, signal?: AbortSignal) {
    this.client = client;
    this.read = read;
    this.#signal = signal;
  }

  /** The topics that are read, each with the partitions that are. Names that do not exist are missing. */
  async topics(): Promise<ReadonlyMap<string, Topic>> {
    const { topics } = this.read;
    switch (topics.kind) {
      case "Subscribe":
        return await this.client.topics(topics.topics, this.#signal);
      case "SubscribePattern": {
        const pattern = new RegExp(`^(?:${topics.pattern})$`);
        const names = (await this.client.topicNames(this.#signal)).filter((name) => pattern.test(name));
        return await this.client.topics(names, this.#signal);
      }
      case "Assign": {
        const found = await this.client.topics(Object.keys(topics.partitions), this.#signal);
        return new Map([...found].map(([name, topic]) => [name, only(topic, topics.partitions[name] ?? [])]));
      }
    }
  }

  /** Topics that the read names and the cluster does not have. */
  missing(found: ReadonlyMap<string, Topic>): readonly string[] {
    const { topics } = this.read;
    if (topics.kind === "SubscribePattern") return [];
    const names = topics.kind === "Subscribe" ? topics.topics : Object.keys(topics.partitions);
    return names.filter((name) => !found.has(name));
  }

  /** The end of each partition: where all transactions have ended, unless the read is an uncommitted one. */
  async latest(topics: ReadonlyMap<string, Topic>): Promise<Position> {
    return await this.#position(topics, () => LATEST);
  }

  /** The end of each partition, open transactions included. */
  async written(topics: ReadonlyMap<string, Topic>): Promise<Position> {
    return await this.#position(topics, () => LATEST, undefined, false);
  }

  async earliest(topics: ReadonlyMap<string, Topic>): Promise<Position> {
    return await this.#position(topics, () => EARLIEST);
  }

  /** The place that an option names. @throws EngineError when it does not name it for each partition, or there is none at a time */
  async chosen(topics: ReadonlyMap<string, Topic>, choice: OffsetChoice, option: string): Promise<Position> {
    switch (choice.kind) {
      case "Earliest":
        return await this.earliest(topics);
      case "Latest":
        return await this.latest(topics);
      case "Timestamp":
        return await this.#atTimes(topics, () => choice.time, choice.otherwise);
      case "Timestamps":
        checkPartitions(topics, choice.topics, `${option}OffsetsByTimestamp`);
        return await this.#atTimes(
          topics,
          (topic, partition) => choice.topics[topic]?.[partition] ?? 0,
          choice.otherwise,
        );
      case "Offsets":
        checkPartitions(topics, choice.topics, `${option}Offsets`);
        return await this.#atOffsets(topics, choice.topics);
    }
  }

  async #atOffsets(topics: ReadonlyMap<string, Topic>, wanted: PartitionNumbers): Promise<Position> {
    const marked = await this.#position(topics, (topic, partition) =>
      wanted[topic]?.[partition] === EARLIEST ? EARLIEST : LATEST,
    );
    return Object.fromEntries(
      Object.entries(marked).map(([topic, { id, partitions }]) => [
        topic,
        { id, partitions: mapValues(partitions, (partition, end) => exact(wanted[topic]?.[partition]) ?? end) },
      ]),
    );
  }

  async #atTimes(
    topics: ReadonlyMap<string, Topic>,
    timeOf: (topic: string, partition: number) => number,
    otherwise: "error" | "latest",
  ): Promise<Position> {
    const latest = await this.latest(topics);
    return await this.#position(topics, timeOf, (topic, partition) => {
      if (otherwise === "latest") return latest[topic]?.partitions[partition] ?? 0;
      const message =
        `Partition ${partition} of topic "${topic}" has no record at or after ${new Date(timeOf(topic, partition)).toISOString()}. ` +
        'Give an earlier time, or set startingOffsetsByTimestampStrategy to "latest".';
      throw new EngineError(message, { condition: "KAFKA_NO_OFFSET_AT_TIME", domain: "user", retry: "never" });
    });
  }

  async #position(
    topics: ReadonlyMap<string, Topic>,
    timeOf: (topic: string, partition: number) => number,
    otherwise: (topic: string, partition: number) => number = () => 0,
    isCommitted = this.read.isCommitted,
  ): Promise<Position> {
    const found = await Promise.all(
      [...topics.values()].map(async (topic) => {
        const times = new Map([...topic.leaders.keys()].map((partition) => [partition, timeOf(topic.name, partition)]));
        const offsets = await this.client.offsets(topic, times, isCommitted, this.#signal);
        const partitions = [...topic.leaders.keys()].map((one): [string, number] => [
          String(one),
          offsets.get(one) ?? otherwise(topic.name, one),
        ]);
        return [topic.name, { id: topic.id, partitions: Object.fromEntries(partitions) }] as const;
      }),
    );
    return Object.fromEntries(found);
  }
}

function only(topic: Topic, partitions: readonly number[]): Topic {
  const missing = partitions.find((one) => !topic.leaders.has(one));
  if (missing !== undefined) {
    const message = `Topic "${topic.name}" has no partition ${missing}, which the option assign names: it has ${topic.leaders.size}, from 0.`;
    throw new EngineError(message, { condition: "KAFKA_PARTITION_NOT_FOUND", domain: "user", retry: "never" });
  }
  return { ...topic, leaders: new Map([...topic.leaders].filter(([one]) => partitions.includes(one))) };
}

/** Spark's rule: an option that names partitions names exactly those that are read. */
function checkPartitions(topics: ReadonlyMap<string, Topic>, wanted: PartitionNumbers, option: string): void {
  const given = new Set(
    Object.entries(wanted).flatMap(([topic, all]) => Object.keys(all).map((one) => `${topic}-${one}`)),
  );
  const read = new Set(
    [...topics.values()].flatMap(({ name, leaders }) => [...leaders.keys()].map((one) => `${name}-${one}`)),
  );
  const missing = [...read].filter((one) => !given.has(one));
  const extra = [...given].filter((one) => !read.has(one));
  if (missing.length === 0 && extra.length === 0) return;
  const lacks =
    missing.length > 0 ? ` It lacks ${missing.join(", ")}; use -1 for the latest offset, -2 for the earliest.` : "";
  const more = extra.length > 0 ? ` It names ${extra.join(", ")}, which is not read.` : "";
  const message = `The option ${option} must name all partitions that are read, and no others.${lacks}${more}`;
  throw new EngineError(message, {
    condition: "KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED",
    domain: "user",
    retry: "never",
  });
}

function exact(offset: number | undefined): number | undefined {
  return offset === undefined || offset < 0 ? undefined : offset;
}

function mapValues(
  values: Readonly<Record<string, number>>,
  change: (name: string, value: number) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(name, value)]));
}
