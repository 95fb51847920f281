import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "@sluice/pipelines";
import { failureFacts, toKafkaError } from "../client/failure.ts";
import type { Topic } from "../client/kafka-client.ts";
import { unlessAborted } from "../client/patience.ts";
import type { ProduceAnswer } from "../client/producer-requests.ts";
import type { Producer, ProducerWorld } from "./producer.ts";
import { topicMissing } from "./topic-missing.ts";

/** A batch that waits to be sent. */
export interface ReadyBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
  readonly count: number;
  /** The number of its first record. */
  readonly sequence: number;
}

/** Makes two batches of one, in order, with the same numbers. */
export type SplitBatch = (batch: ReadyBatch) => readonly ReadyBatch[];

/** Of one request, unless one batch alone is larger. */
const REQUEST_BYTES = 8 << 20;
const PAUSE_MS = 100;

/**
 * Sends batches, those of a partition one after the other and never two at a time, to all brokers at the same time. What a broker refuses as too large is split;
 * leaders that move and brokers that do not answer are waited for.
 *
 * @throws EngineError when patience is over, the cluster refuses, or a single message is too large; the abort reason
 */
export async function sendBatches(
  batches: readonly ReadyBatch[],
  producer: Producer,
  split: SplitBatch,
  world: ProducerWorld,
): Promise<void> {
  await producer.enlist(batches);
  const work = new SendWork(batches, producer, split, world);
  while (work.isLeft) await work.round();
}

class SendWork {
  readonly #world: ProducerWorld;
  readonly #producer: Producer;
  readonly #split: SplitBatch;
  #lines: Map<string, ReadyBatch[]>;
  #topics: ReadonlyMap<string, Topic> | undefined;
  #movedAt = performance.now();
  #pause = PAUSE_MS;

  constructor(batches: readonly ReadyBatch[], producer: Producer, split: SplitBatch, world: ProducerWorld) {
    this.#world = world;
    this.#producer = producer;
    this.#split = split;
    this.#lines = new Map();
    for (const batch of batches) this.#lines.set(keyOf(batch), [...(this.#lines.get(keyOf(batch)) ?? []), batch]);
  }

  get isLeft(): boolean {
    return this.#lines.size > 0;
  }

  /** Sends until nothing is left, or something is to be looked at anew. */
  async round(): Promise<void> {
    this.#topics ??= await this.#findTopics();
    const outcomes = await Promise.allSettled([...this.#byLeader()].map(([broker, keys]) => this.#drain(broker, keys)));
    const failed = outcomes.find((one) => one.status === "rejected");
    if (failed !== undefined) await this.#recover(failed.reason);
  }

  async #findTopics(): Promise<ReadonlyMap<string, Topic>> {
    const names = [...new Set([...this.#lines.values()].flatMap(([first]) => first?.topic ?? []))];
    const topics = await this.#world.client.topics(names, this.#world.signal);
    const missing = names.filter((name) => !topics.has(name));
    if (missing.length > 0) throw topicMissing(missing);
    return topics;
  }

  #byLeader(): ReadonlyMap<number, readonly string[]> {
    const leaders = new Map<number, string[]>();
    for (const [key, [first]] of this.#lines) {
      const leader = this.#topics?.get(first?.topic ?? "")?.leaders.get(first?.partition ?? -1) ?? -1;
      leaders.set(leader, [...(leaders.get(leader) ?? []), key]);
    }
    return leaders;
  }

  async #drain(broker: number, keys: readonly string[]): Promise<void> {
    const { requests, write, signal } = this.#world;
    for (;;) {
      signal?.throwIfAborted();
      const batches = this.#next(keys);
      if (batches.length === 0) return;
      const { transactionalId } = this.#producer;
      const request = { transactionalId, acks: write.acks, timeoutMs: write.requestMs, batches };
      const answers = await unlessAborted(requests.produce(broker, request), signal);
      for (const answer of answers) this.#take(answer);
      this.#movedAt = performance.now();
      this.#pause = PAUSE_MS;
    }
  }

  /** The first batch of each line, as many as fit into a request. */
  #next(keys: readonly string[]): readonly ReadyBatch[] {
    const chosen: ReadyBatch[] = [];
    let bytes = 0;
    for (const key of keys) {
      const batch = this.#lines.get(key)?.[0];
      if (batch === undefined || (bytes > 0 && bytes + batch.bytes.length > REQUEST_BYTES)) continue;
      chosen.push(batch);
      bytes += batch.bytes.length;
    }
    return chosen;
  }

  #take(answer: ProduceAnswer): void {
    const key = keyOf(answer);
    const [batch, ...others] = this.#lines.get(key) ?? [];
    const { error } = answer;
    if (batch === undefined) return;
    if (error === undefined || error.apiId === "DUPLICATE_SEQUENCE_NUMBER") {
      if (others.length > 0) this.#lines.set(key, others);
      else this.#lines.delete(key);
      return;
    }
    if (!TOO_LARGE.includes(error.apiId)) throw error;
    if (batch.count === 1) throw tooLarge(batch);
    this.#lines.set(key, [...this.#split(batch), ...others]);
  }

  async #recover(error: unknown): Promise<void> {
    const { client, write, signal } = this.#world;
    signal?.throwIfAborted();
    const waited = performance.now() - this.#movedAt;
    const isLast = error instanceof EngineError || failureFacts(error).kind !== "Passing" || waited > write.patienceMs;
    if (isLast) throw toKafkaError(error, `writing to ${this.#names()}`, write.brokers, waited);
    await client.forget();
    this.#topics = undefined;
    await sleep(this.#pause, undefined, { signal }).catch(() => undefined);
    this.#pause = Math.min(2 * this.#pause, 2000);
  }

  #names(): string {
    const names = new Set([...this.#lines.values()].flatMap(([first]) => first?.topic ?? []));
    return [...names].map((name) => `topic "${name}"`).join(", ");
  }
}

const TOO_LARGE: readonly string[] = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

function tooLarge({ topic, partition, bytes }: ReadyBatch): EngineError {
  const message =
    `A message for partition ${partition} of topic "${topic}" takes ${bytes.length} bytes with its headers and what the format adds, more than the topic takes ` +
    "(max.message.bytes, by default message.max.bytes of the broker). Raise the limit of the topic, make the message smaller, or set kafka.compression.type.";
  return new EngineError(message, { condition: "KAFKA_MESSAGE_TOO_LARGE", domain: "user", retry: "never" });
}

function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}
