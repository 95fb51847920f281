import { setTimeout as sleep } from "node:timers/promises";
import type { Admin, AdminOptions, ClusterTopicMetadata, Connection, Reader, SASLOptions } from "@platformatic/kafka";
import type { BlockPackers } from "../record/codec.ts";
import type { BatchTools } from "../record/read-batches.ts";
import { isUnknownTopic } from "./failure.ts";
import { type FetchAnswer, readFetchAnswer } from "./fetch-answer.ts";
import { withPatience } from "./patience.ts";
import type { ClientSettings, TlsSettings } from "./settings.ts";

/** The client library, loaded when a pipeline needs it. */
export type Library = typeof import("@platformatic/kafka");

/** A topic as the cluster has it now. */
export interface Topic {
  readonly name: string;
  /** Another one when the topic was deleted and made anew. */
  readonly id: string;
  /** The broker that serves each partition, by partition. */
  readonly leaders: ReadonlyMap<number, number>;
}

/** A place in the log by time: milliseconds since the epoch, or one of Kafka's marks. */
export const EARLIEST = -2;
export const LATEST = -1;

/** What is asked of one partition. */
export interface FetchPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

/** Of one Fetch: the broker waits this long for records, and answers with about so many bytes. */
const WAIT_MS = 500;
const ANSWER_BYTES = 16 << 20;
const PARTITION_BYTES = 4 << 20;

const MISSING_TIMES = 3;
const MISSING_PAUSE_MS = 300;

/** A cluster as a reader sees it: topics, offsets, and the bytes of record batches. Loads the library and connects at the first question. */
export class KafkaClient {
  readonly settings: ClientSettings;
  #opened: Promise<Opened> | undefined;
  #fetchApi: Promise<FetchApi> | undefined;

  constructor(settings: ClientSettings) {
    this.settings = settings;
  }

  /** What reads the batches of an answer. */
  async tools(): Promise<BatchTools & BlockPackers> {
    return (await this.#open()).tools;
  }

  /** The library, for requests that are made on connections. */
  async library(): Promise<Library> {
    return (await this.#open()).library;
  }

  /** A connection to a broker, or to any. @throws what the library throws */
  async connection(broker?: number): Promise<Connection> {
    const { admin } = await this.#open();
    const connections = await admin.connectToBrokers(broker === undefined ? null : [broker]);
    const found = broker === undefined ? [...connections.values()][0] : connections.get(broker);
    if (found === undefined) throw new Error(`broker ${broker ?? ""} has left the cluster`);
    return found;
  }

  /**
   * The topics of these names; those that do not exist are missing, unless `mayCreate` and the broker makes topics that producers name. Fails as
   * {@link withPatience} does.
   */
  async topics(names: readonly string[], signal?: AbortSignal, mayCreate = false): Promise<ReadonlyMap<string, Topic>> {
    const found = await Promise.all(names.map((name) => this.#topic(name, signal, mayCreate)));
    return new Map(found.flatMap((topic) => (topic === undefined ? [] : [[topic.name, topic]])));
  }

  /** The names of all topics that the user may see, without Kafka's own. */
  async topicNames(signal?: AbortSignal): Promise<readonly string[]> {
    return await this.#patiently("listing topics", signal, (admin) => admin.listTopics({ includeInternals: false }));
  }

  /**
   * The offset of the first record at or after a time, by partition; undefined where there is none so new. `LATEST` of a committed read is where all
   * transactions have ended.
   */
  async offsets(
    topic: Topic,
    times: ReadonlyMap<number, number>,
    isCommitted: boolean,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, number | undefined>> {
    if (times.size === 0) return new Map();
    const partitions = [...times].map(([partition, time]) => ({ partitionIndex: partition, timestamp: BigInt(time) }));
    const request = { topics: [{ name: topic.name, partitions }], isolationLevel: isolation(isCommitted) };
    const what = `asking for the offsets of topic "${topic.name}"`;
    const listed = await this.#patiently(what, signal, (admin) => admin.listOffsets(request));
    const found = listed.flatMap((one) => one.partitions);
    return new Map(
      found.map(({ partitionIndex, offset }) => [partitionIndex, offset < 0n ? undefined : Number(offset)]),
    );
  }

  /** Asks one broker once for records. The buffers of the answer are the caller's. */
  async fetch(broker: number, wanted: readonly FetchPartition[], isCommitted: boolean): Promise<FetchAnswer> {
    const opened = await this.#open();
    const connection = await this.connection(broker);
    this.#fetchApi ??= findFetch(opened).catch((error) => {
      this.#fetchApi = undefined;
      throw error;
    });
    const api = await this.#fetchApi;
    // Session epoch -1: no fetch session, of which a broker keeps only so many.
    return await api(connection, WAIT_MS, 1, ANSWER_BYTES, isolation(isCommitted), 0, -1, byTopic(wanted), [], "");
  }

  /** Forgets who leads which partition. */
  async forget(): Promise<void> {
    (await this.#open()).admin.clearMetadata();
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.admin.close().catch(() => undefined);
  }

  /** A broker that has just begun may not know its topics yet: one that is missing is asked for again. */
  async #topic(name: string, signal: AbortSignal | undefined, mayCreate: boolean): Promise<Topic | undefined> {
    for (let times = 0; times < MISSING_TIMES; times++) {
      const found = await this.#topicNow(name, signal, mayCreate);
      if (found !== undefined) return found;
      await sleep(MISSING_PAUSE_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
    return undefined;
  }

  async #topicNow(name: string, signal: AbortSignal | undefined, mayCreate: boolean): Promise<Topic | undefined> {
    return await this.#patiently(`looking for topic "${name}"`, signal, async (admin) => {
      const metadata = await findTopic(admin, name, mayCreate);
      if (metadata === undefined) return undefined;
      const leaders = new Map(metadata.partitions.map(({ leader }, partition) => [partition, leader]));
      const orphan = [...leaders].find(([, leader]) => leader < 0);
      if (orphan !== undefined) throw new Error(`partition ${orphan[0]} of topic "${name}" has no leader`);
      return { name, id: metadata.id, leaders };
    });
  }

  #open(): Promise<Opened> {
    this.#opened ??= openLibrary(this.settings);
    return this.#opened;
  }

  async #patiently<Result>(
    what: string,
    signal: AbortSignal | undefined,
    attempt: (admin: Admin) => Promise<Result>,
  ): Promise<Result> {
    const { admin } = await this.#open();
    const { brokers, patienceMs } = this.settings;
    return await withPatience({ what, brokers, patienceMs, signal }, () => attempt(admin));
  }
}

interface Opened {
  readonly library: Library;
  readonly admin: Admin;
  readonly tools: BatchTools & BlockPackers;
}

async function openLibrary(settings: ClientSettings): Promise<Opened> {
  const library = await import("@platformatic/kafka");
  // The library's own copies the bytes first.
  const { crc32c } = await import("@node-rs/crc32").catch(() => library);
  const tools = batchTools(library, (bytes) => crc32c(bytes));
  return { library, admin: new library.Admin(adminOptions(settings)), tools };
}

async function findTopic(
  admin: Admin,
  name: string,
  autocreateTopics: boolean,
): Promise<ClusterTopicMetadata | undefined> {
  try {
    return (await admin.metadata({ topics: [name], forceUpdate: true, autocreateTopics })).topics.get(name);
  } catch (error) {
    if (isUnknownTopic(error)) return undefined;
    throw error;
  }
}

async function findFetch({ library, admin }: Opened): Promise<FetchApi> {
  const { fetchV13, fetchV15, fetchV16, fetchV17, createAPI } = library;
  const newest = (await admin.listApis()).find((api) => api.apiKey === FETCH)?.maxVersion ?? 0;
  const versions = [
    [17, fetchV17],
    [16, fetchV16],
    [15, fetchV15],
    [13, fetchV13],
  ] as const;
  const chosen = versions.find(([version]) => version <= newest);
  if (chosen === undefined) throw new Error("the broker is older than Kafka 3.1 and cannot be read from");
  const [version, { createRequest }] = chosen;
  return createAPI<FetchArguments, FetchAnswer>(FETCH, version, createRequest, parseFetch).async;
}

const FETCH = 1;

function isolation(isCommitted: boolean): 0 | 1 {
  return isCommitted ? 1 : 0;
}

function byTopic(wanted: readonly FetchPartition[]): FetchArguments[6] {
  const topics = new Map<string, FetchArguments[6][number]>();
  for (const { topicId, partition, offset } of wanted) {
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topics.set(topicId, topic);
    topic.partitions.push({
      partition,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: PARTITION_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
  }
  return [...topics.values()];
}

type FetchArguments = Parameters<Library["fetchV17"]["createRequest"]>;
type FetchApi = (connection: Connection, ...request: FetchArguments) => Promise<FetchAnswer>;

function parseFetch(_correlation: number, _key: number, _version: number, { buffer, position }: Reader): FetchAnswer {
  const [only, ...more] = buffer.buffers;
  return readFetchAnswer(only !== undefined && more.length === 0 ? only : buffer.buffer, position);
}

function batchTools({ compressionsAlgorithms }: Library, crc32c: BatchTools["crc32c"]): BatchTools & BlockPackers {
  const { snappy, lz4 } = compressionsAlgorithms;
  return {
    crc32c,
    snappy: (bytes) => snappy.decompressSync(bytes),
    lz4: (bytes) => lz4.decompressSync(bytes),
    packSnappy: (bytes) => snappy.compressSync(bytes),
    packLz4: (bytes) => lz4.compressSync(bytes),
  };
}

function adminOptions({ brokers, clientId, tls, sasl, requestMs }: ClientSettings): AdminOptions {
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: 5_000,
    requestTimeout: requestMs,
    ...(tls && { tls: tlsOptions(tls()) }),
    ...(sasl && { sasl: saslOptions(sasl) }),
  };
}

function tlsOptions({ checkName, ...rest }: TlsSettings): NonNullable<AdminOptions["tls"]> {
  return checkName ? rest : { ...rest, checkServerIdentity: () => undefined };
}

function saslOptions(sasl: NonNullable<ClientSettings["sasl"]>): SASLOptions {
  return sasl.mechanism === "OAUTHBEARER" ? { mechanism: sasl.mechanism, token: sasl.token } : { ...sasl };
}
