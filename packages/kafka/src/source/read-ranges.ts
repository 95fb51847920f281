import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "@sluice/pipelines";
import { failureFacts, toKafkaError } from "../client/failure.ts";
import type { PartitionAnswer } from "../client/fetch-answer.ts";
import { EARLIEST, type KafkaClient, type Topic } from "../client/kafka-client.ts";
import { unlessAborted } from "../client/patience.ts";
import type { PartitionRange } from "../offset/position.ts";
import { readBatches } from "../record/read-batches.ts";
import type { RecordFile } from "../staging/record-file.ts";
import type { DataLoss } from "./data-loss.ts";

/** How ranges are read. */
export interface RangeReading {
  readonly isCommitted: boolean;
  /** Told of records that are gone; reading goes on behind them when it returns. */
  readonly lost: (loss: DataLoss) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Kafka's codes: records expired; topic unknown by name or id. */
const OUT_OF_RANGE = 1;
const UNKNOWN = [3, 100];
/** No leader, another one, or one that is not yet ready: metadata tells soon. */
const MOVED = [5, 6, 7, 8, 9, 13, 74, 75, 76, 78, 103];

const PAUSE_MS = 200;

/**
 * Writes the records of ranges to a file, all brokers at work at the same time. A range may hold fewer records than offsets, and is read when its end is
 * passed.
 *
 * @throws EngineError when the cluster does not answer for as long as patience lasts, refuses, or gives damaged bytes; the abort reason
 */
export async function readRanges(
  client: KafkaClient,
  ranges: readonly PartitionRange[],
  sink: RecordFile,
  reading: RangeReading,
): Promise<void> {
  const work = new RangeWork(client, ranges, sink, reading);
  while (work.isLeft) await work.round();
}

/** One range and how far it is read. */
interface OpenRange extends PartitionRange {
  at: number;
}

class RangeWork {
  readonly #client: KafkaClient;
  readonly #sink: RecordFile;
  readonly #reading: RangeReading;
  #open: readonly OpenRange[];
  #topics: ReadonlyMap<string, Topic> | undefined;
  #movedAt = performance.now();

  constructor(client: KafkaClient, ranges: readonly PartitionRange[], sink: RecordFile, reading: RangeReading) {
    this.#client = client;
    this.#open = ranges.map((range) => ({ ...range, at: range.from }));
    this.#sink = sink;
    this.#reading = reading;
  }

  get isLeft(): boolean {
    return this.#open.length > 0;
  }

  /** Asks each broker that leads partitions until none of its own is left, or something is to be looked at anew. */
  async round(): Promise<void> {
    this.#topics ??= await this.#findTopics();
    const outcomes = await Promise.allSettled(
      [...this.#byLeader()].map(([broker, ranges]) => this.#drain(broker, ranges)),
    );
    this.#open = this.#open.filter((range) => range.at < range.to);
    const failed = outcomes.find((one) => one.status === "rejected");
    if (failed !== undefined) await this.#recover(failed.reason);
  }

  async #findTopics(): Promise<ReadonlyMap<string, Topic>> {
    const { signal, lost } = this.#reading;
    const names = [...new Set(this.#open.map((range) => range.topic))];
    const topics = await this.#client.topics(names, signal);
    const gone = this.#open.filter(
      ({ topic, topicId, partition }) =>
        topics.get(topic)?.id !== topicId || !topics.get(topic)?.leaders.has(partition),
    );
    for (const range of gone) {
      const reason = `${placeOf(range)} was deleted, or made anew, before offsets ${range.at} to ${range.to} were read.`;
      lost({ condition: "COULD_NOT_READ_OFFSET_RANGE", reason });
      range.at = range.to;
    }
    this.#open = this.#open.filter((range) => range.at < range.to);
    return topics;
  }

  #byLeader(): ReadonlyMap<number, OpenRange[]> {
    const leaders = new Map<number, OpenRange[]>();
    for (const range of this.#open) {
      const leader = this.#topics?.get(range.topic)?.leaders.get(range.partition) ?? -1;
      leaders.set(leader, [...(leaders.get(leader) ?? []), range]);
    }
    return leaders;
  }

  /** Those that were just read go to the end of the line, so that none waits for ever behind the limit of an answer. */
  async #drain(broker: number, ranges: readonly OpenRange[]): Promise<void> {
    let line = [...ranges];
    while (line.length > 0) {
      this.#reading.signal?.throwIfAborted();
      const wanted = line.map(({ topicId, partition, at }) => ({ topicId, partition, offset: at }));
      const asked = this.#client.fetch(broker, wanted, this.#reading.isCommitted);
      const answer = await unlessAborted(asked, this.#reading.signal);
      if (answer.errorCode !== 0) throw new ServerError(answer.errorCode, `broker ${broker}`);
      const moved = new Set<OpenRange>();
      for (const part of answer.partitions) {
        const range = line.find((one) => one.partition === part.partition && one.topicId === part.topicId);
        if (range === undefined) continue;
        const before = range.at;
        await this.#take(range, part);
        if (range.at > before) moved.add(range);
      }
      if (moved.size > 0) this.#movedAt = performance.now();
      else this.#checkPatience(line);
      line = [...line.filter((one) => !moved.has(one)), ...moved].filter((one) => one.at < one.to);
    }
  }

  async #take(range: OpenRange, { errorCode, aborted, records, highWatermark }: PartitionAnswer): Promise<void> {
    if (errorCode === OUT_OF_RANGE) return await this.#skipExpired(range);
    if (errorCode !== 0) throw new ServerError(errorCode, placeOf(range));
    if (records.length === 0 && highWatermark < range.to) return this.#end(range, highWatermark);
    const tools = await this.#client.tools();
    this.#sink.enter(range.topic, range.partition);
    try {
      range.at = readBatches(records, { from: range.at, to: range.to, aborted }, tools, this.#sink);
    } catch (error) {
      const message = `${placeOf(range)}: ${error instanceof Error ? error.message : error}.`;
      throw new EngineError(
        message,
        { condition: "KAFKA_DAMAGED_RECORDS", domain: "external", retry: "backoff" },
        error,
      );
    }
  }

  async #skipExpired(range: OpenRange): Promise<void> {
    const topic = this.#topics?.get(range.topic);
    if (topic === undefined) throw new ServerError(UNKNOWN[0] ?? 0, placeOf(range));
    const found = await this.#client.offsets(
      topic,
      new Map([[range.partition, EARLIEST]]),
      false,
      this.#reading.signal,
    );
    const earliest = found.get(range.partition) ?? range.to;
    if (earliest <= range.at) return this.#end(range, range.at);
    const reason = `The records of ${placeOf(range)} from offset ${range.at} to ${Math.min(earliest, range.to)} are no longer there.`;
    this.#reading.lost({ condition: "COULD_NOT_READ_OFFSET_RANGE", reason });
    range.at = Math.min(earliest, range.to);
  }

  #end(range: OpenRange, end: number): void {
    const reason = `${placeOf(range)} ends at offset ${end}, before ${range.to}: its log was truncated or made anew.`;
    this.#reading.lost({ condition: "PARTITION_OFFSET_CHANGED", reason });
    range.at = range.to;
  }

  #checkPatience(line: readonly OpenRange[]): void {
    const waited = performance.now() - this.#movedAt;
    const { patienceMs, brokers } = this.#client.settings;
    const [first] = line;
    if (waited < patienceMs || first === undefined) return;
    throw toKafkaError(
      new Error(`no record at offset ${first.at} of ${placeOf(first)}`),
      "reading records",
      brokers,
      waited,
    );
  }

  async #recover(error: unknown): Promise<void> {
    const { signal } = this.#reading;
    signal?.throwIfAborted();
    const { patienceMs, brokers } = this.#client.settings;
    const waited = performance.now() - this.#movedAt;
    const isLast = error instanceof EngineError || isRefusal(error) || waited > patienceMs;
    if (isLast) throw toKafkaError(error, `reading ${nameTopics(this.#open)}`, brokers, waited);
    await this.#client.forget();
    this.#topics = undefined;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** A broker's answer that is an error code. */
class ServerError extends Error {
  readonly isPassing: boolean;

  constructor(code: number, where: string) {
    super(`${where} answered with Kafka's error ${code}`);
    this.isPassing = UNKNOWN.includes(code) || MOVED.includes(code);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ServerError ? !error.isPassing : failureFacts(error).kind === "Refused";
}

function placeOf({ topic, partition }: PartitionRange): string {
  return `Partition ${partition} of topic "${topic}"`;
}

function nameTopics(ranges: readonly PartitionRange[]): string {
  return [...new Set(ranges.map(({ topic }) => `topic "${topic}"`))].join(", ");
}
