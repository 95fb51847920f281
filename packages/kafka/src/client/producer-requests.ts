import type { Connection, ProtocolError, Reader } from "@platformatic/kafka";
import type { BatchProducer } from "../record/batch-builder.ts";
import type { KafkaClient, Library } from "./kafka-client.ts";

/** A batch on its way to one partition. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

/** What a broker answers for one partition. */
export interface ProduceAnswer {
  readonly topic: string;
  readonly partition: number;
  /** Absent: the batch is in the log. */
  readonly error?: ProtocolError;
}

/** How far a consumer group is, as it was committed. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** Who writes in a transaction. */
export interface TransactionalProducer extends BatchProducer {
  readonly transactionalId: string;
}

const PRODUCE = 0;
const OFFSET_FETCH = 9;
const GROUP = 0;
const TRANSACTION = 1;

/**
 * What a producer asks of brokers, once each: nothing is tried again. All rejects with what the library throws, errors of Kafka in it by name. The versions of the
 * requests are those of Kafka 3.1.
 */
export class ProducerRequests {
  readonly client: KafkaClient;
  readonly #coordinators = new Map<string, number>();

  constructor(client: KafkaClient) {
    this.client = client;
  }

  /** A producer's number; with a transactional id its next epoch: an open transaction of it is taken back, and who had the epoch before is shut out. */
  async initProducer(transactionalId: string | null, timeoutMs: number): Promise<BatchProducer> {
    const { initProducerIdV4 } = await this.client.library();
    const connection =
      transactionalId === null ? await this.client.connection() : await this.#coordinator(TRANSACTION, transactionalId);
    const answer = await initProducerIdV4.api.async(connection, transactionalId, timeoutMs, -1n, -1);
    return { id: answer.producerId, epoch: answer.producerEpoch, isTransactional: transactionalId !== null };
  }

  /** Makes partitions part of the open transaction, or opens one. */
  async addPartitions(
    producer: TransactionalProducer,
    partitions: ReadonlyMap<string, readonly number[]>,
  ): Promise<void> {
    const { addPartitionsToTxnV3 } = await this.client.library();
    const { transactionalId, id: producerId, epoch: producerEpoch } = producer;
    const topics = [...partitions].map(([name, list]) => ({ name, partitions: [...list] }));
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly: false, topics };
    await addPartitionsToTxnV3.api.async(await this.#coordinator(TRANSACTION, transactionalId), [transaction]);
  }

  /** Commits an offset of a consumer group as a part of the open transaction. */
  async addOffset(
    producer: TransactionalProducer,
    group: string,
    { topic, partition, offset, metadata }: CommittedOffset,
  ): Promise<void> {
    const { addOffsetsToTxnV3, txnOffsetCommitV3 } = await this.client.library();
    const { transactionalId, id, epoch } = producer;
    await addOffsetsToTxnV3.api.async(
      await this.#coordinator(TRANSACTION, transactionalId),
      transactionalId,
      id,
      epoch,
      group,
    );
    const committed = {
      ...{ partitionIndex: partition, committedOffset: BigInt(offset), committedLeaderEpoch: -1 },
      committedMetadata: metadata,
    };
    const topics = [{ name: topic, partitions: [committed] }];
    const connection = await this.#coordinator(GROUP, group);
    await txnOffsetCommitV3.api.async(connection, transactionalId, group, id, epoch, -1, "", null, topics);
  }

  async endTransaction({ transactionalId, id, epoch }: TransactionalProducer, commit: boolean): Promise<void> {
    const { endTxnV3 } = await this.client.library();
    const connection = await this.#coordinator(TRANSACTION, transactionalId);
    await endTxnV3.api.async(connection, transactionalId, id, epoch, commit);
  }

  /** All that a group has committed. Rejects while a transaction over its offsets is open. */
  async committedOffsets(group: string): Promise<readonly CommittedOffset[]> {
    const library = await this.client.library();
    const api = library.createAPI(OFFSET_FETCH, 8, offsetFetch(library), library.offsetFetchV8.parseResponse);
    const answer = await api.async(await this.#coordinator(GROUP, group), group);
    const topics = answer.groups.flatMap((one) => one.topics);
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset, metadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: Number(committedOffset),
        metadata: metadata ?? "",
      })),
    );
  }

  /** Sends batches, at most one for each partition, to the broker that leads them. */
  async produce(
    broker: number,
    request: {
      readonly transactionalId: string | null;
      readonly acks: number;
      readonly timeoutMs: number;
      readonly batches: readonly PartitionBatch[];
    },
  ): Promise<readonly ProduceAnswer[]> {
    const library = await this.client.library();
    const api = library.createAPI(PRODUCE, 9, produceRequest(library), produceAnswer(library));
    return await api.async(await this.client.connection(broker), request);
  }

  /** Asks anew who coordinates what. */
  forgetCoordinators(): void {
    this.#coordinators.clear();
  }

  async #coordinator(type: typeof GROUP | typeof TRANSACTION, key: string): Promise<Connection> {
    const { findCoordinatorV4 } = await this.client.library();
    const name = `${type} ${key}`;
    const known = this.#coordinators.get(name);
    if (known !== undefined) return await this.client.connection(known);
    const answer = await findCoordinatorV4.api.async(await this.client.connection(), type, [key]);
    const broker = answer.coordinators[0]?.nodeId ?? -1;
    const connection = await this.client.connection(broker);
    this.#coordinators.set(name, broker);
    return connection;
  }
}

type ProduceRequest = Parameters<ProducerRequests["produce"]>[1];

/** The library's own would encode messages, which are encoded already. */
function produceRequest({ Writer }: Library) {
  return ({ transactionalId, acks, timeoutMs, batches }: ProduceRequest) => {
    const topics = byTopic(batches);
    return Writer.create()
      .appendString(transactionalId)
      .appendInt16(acks)
      .appendInt32(timeoutMs)
      .appendArray(topics, (writer, [topic, list]) => {
        writer.appendString(topic).appendArray(list, (out, { partition, bytes }) => {
          out
            .appendInt32(partition)
            .appendUnsignedVarInt(bytes.length + 1)
            .append(bytes);
        });
      })
      .appendTaggedFields();
  };
}

function byTopic(batches: readonly PartitionBatch[]): [string, PartitionBatch[]][] {
  const topics = new Map<string, PartitionBatch[]>();
  for (const batch of batches) topics.set(batch.topic, [...(topics.get(batch.topic) ?? []), batch]);
  return [...topics];
}

function produceAnswer(library: Library) {
  return (_correlation: number, _key: number, _version: number, reader: Reader): ProduceAnswer[] => {
    const topics = reader.readArray((topicReader) => {
      const topic = topicReader.readString();
      return topicReader.readArray((partitionReader) => readPartition(partitionReader, topic, library));
    });
    return topics.flat();
  };
}

function readPartition(reader: Reader, topic: string, { ProtocolError }: Library): ProduceAnswer {
  const partition = reader.readInt32();
  const code = reader.readInt16();
  for (let i = 0; i < 3; i++) reader.readInt64();
  const records = reader.readArray((record) => {
    record.readInt32();
    return record.readNullableString();
  });
  const message = reader.readNullableString() ?? records.find((one) => one !== null) ?? null;
  return { topic, partition, ...(code !== 0 && { error: new ProtocolError(code, message) }) };
}

/** All topics of a group, which the library's own cannot ask for; offsets of open transactions are waited for. */
function offsetFetch({ Writer }: Library) {
  return (group: string) =>
    Writer.create()
      .appendArray([group], (writer, name) => {
        writer.appendString(name).appendUnsignedVarInt(0);
      })
      .appendBoolean(true)
      .appendTaggedFields();
}
