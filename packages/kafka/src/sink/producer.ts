import { EngineError } from "@sluice/pipelines";
import type { KafkaClient } from "../client/kafka-client.ts";
import { type Waiting, withPatience } from "../client/patience.ts";
import type { ProducerRequests, TransactionalProducer } from "../client/producer-requests.ts";
import type { KafkaWrite } from "../option/kafka-write.ts";
import { type BatchProducer, NO_PRODUCER } from "../record/batch-builder.ts";

/** What a producer needs of its surroundings. */
export interface ProducerWorld {
  readonly client: KafkaClient;
  readonly requests: ProducerRequests;
  readonly write: KafkaWrite;
  readonly signal?: AbortSignal | undefined;
}

const ABORT_PATIENCE_MS = 3_000;
const SEQUENCES = 2 ** 31;

/**
 * One producer at work: it numbers what it writes, and when it has a transactional id what it writes between two commits is there whole or not at all. After a
 * failure it is given up and opened again, which takes back what was not committed.
 */
export class Producer {
  readonly identity: BatchProducer;
  readonly transactionalId: string | null;
  readonly #world: ProducerWorld;
  readonly #sequences = new Map<string, number>();
  /** Partitions of the open transaction, by topic. */
  #partitions = new Map<string, Set<number>>();

  private constructor(world: ProducerWorld, identity: BatchProducer, transactionalId: string | null) {
    this.#world = world;
    this.identity = identity;
    this.transactionalId = transactionalId;
  }

  /** @param transactionalId - Null writes without transactions. @throws EngineError */
  static async open(world: ProducerWorld, transactionalId: string | null): Promise<Producer> {
    const { requests, write } = world;
    if (transactionalId === null && !write.isIdempotent) return new Producer(world, NO_PRODUCER, null);
    const what = transactionalId === null ? "asking for a producer's number" : `beginning as "${transactionalId}"`;
    const identity = await patiently(world, what, () => requests.initProducer(transactionalId, write.transactionMs));
    return new Producer(world, identity, transactionalId);
  }

  /** The last batch that a transaction of this producer's group has committed; undefined for none. */
  async lastCommitted(group: string): Promise<number | undefined> {
    const { requests } = this.#world;
    const offsets = await patiently(this.#world, `asking how far "${group}" is`, () =>
      requests.committedOffsets(group),
    );
    const last = Math.max(-1, ...offsets.map(({ offset }) => offset - 1));
    return last < 0 ? undefined : last;
  }

  /** The number of the first of `count` records that are written next to a partition; -1 when records have none. */
  sequence(topic: string, partition: number, count: number): number {
    if (this.identity.id < 0n) return -1;
    const key = `${topic}/${partition}`;
    const next = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, (next + count) % SEQUENCES);
    return next;
  }

  /** Makes partitions part of the transaction before anything is sent to them. */
  async enlist(partitions: readonly { readonly topic: string; readonly partition: number }[]): Promise<void> {
    const added = new Map<string, number[]>();
    for (const { topic, partition } of partitions) {
      const known = this.#partitions.get(topic) ?? new Set();
      this.#partitions.set(topic, known);
      if (!known.has(partition)) added.set(topic, [...(added.get(topic) ?? []), partition]);
      known.add(partition);
    }
    const producer = this.#transactional();
    if (producer === undefined || added.size === 0) return;
    const what = `opening a transaction on ${[...added.keys()].map((one) => `topic "${one}"`).join(", ")}`;
    await patiently(this.#world, what, () => this.#world.requests.addPartitions(producer, added));
  }

  /** Ends the transaction; with `batch` its number is kept for the group, in the same transaction. Nothing is done when nothing was sent. */
  async commit(batch?: { readonly group: string; readonly number: number }): Promise<void> {
    const producer = this.#transactional();
    const [topic] = this.#partitions.keys();
    if (producer === undefined || topic === undefined) return;
    const { requests } = this.#world;
    if (batch !== undefined) {
      const offset = { topic, partition: 0, offset: batch.number + 1, metadata: "" };
      const what = `keeping the number of the batch for group "${batch.group}"`;
      await patiently(this.#world, what, () => requests.addOffset(producer, batch.group, offset));
    }
    await patiently(this.#world, "committing a transaction", () => requests.endTransaction(producer, true));
    this.#partitions = new Map();
  }

  /**
   * Takes back what was sent, if the broker can be told; else it does so when the producer is opened again, or the transaction is too old. Does nothing to a
   * transaction that the broker has begun to commit.
   */
  async abort(): Promise<void> {
    const producer = this.#transactional();
    if (producer === undefined || this.#partitions.size === 0) return;
    const { signal: _, ...world } = this.#world;
    const impatient = { ...world, write: { ...world.write, patienceMs: ABORT_PATIENCE_MS } };
    await patiently(impatient, "taking back a transaction", () => world.requests.endTransaction(producer, false)).catch(
      () => undefined,
    );
  }

  #transactional(): TransactionalProducer | undefined {
    const { transactionalId } = this;
    return transactionalId === null ? undefined : { ...this.identity, transactionalId };
  }
}

/** Tries until it works, with coordinators and leaders looked up anew each time. @throws EngineError as `withPatience` does, with a way out where transactions are forbidden */
async function patiently<Result>(
  { client, requests, write, signal }: ProducerWorld,
  what: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const waiting: Waiting = { what, brokers: write.brokers, patienceMs: write.patienceMs, signal };
  const asked = withPatience(waiting, async () => {
    try {
      return await attempt();
    } catch (error) {
      requests.forgetCoordinators();
      await client.forget();
      throw error;
    }
  });
  return await asked.catch((error) => {
    throw withWayOut(error, write);
  });
}

const FORBIDDEN = /^KAFKA_(TRANSACTIONAL_ID|GROUP|TOPIC)_AUTHORIZATION_FAILED$/;

function withWayOut(error: unknown, { guarantee }: KafkaWrite): unknown {
  const isForbidden = error instanceof EngineError && FORBIDDEN.test(error.facts.condition ?? "");
  if (!isForbidden || guarantee !== "exactly-once") return error;
  const next =
    "Exactly-once delivery needs WRITE and DESCRIBE on transactional ids and READ on groups that begin with sluice-, and READ and WRITE on the topic; " +
    'or set the option deliveryGuarantee to "at-least-once".';
  return new EngineError(`${error.message} ${next}`, error.facts, error);
}
