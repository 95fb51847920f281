import { Cursor } from "../record/cursor.ts";
import type { AbortedTransaction } from "../record/read-batches.ts";

/** What a broker answers for one partition. */
export interface PartitionAnswer {
  readonly topicId: string;
  readonly partition: number;
  /** Kafka's error code; 0 is none. */
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last perhaps cut off; empty when there are none. */
  readonly records: Buffer;
}

/** An answer to Fetch. */
export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly PartitionAnswer[];
}

const ID_BYTES = 16;
const NONE = Buffer.alloc(0);

/** Reads an answer to Fetch, versions 13 to 17, from the byte after its header. Records are views of `bytes`. */
export function readFetchAnswer(bytes: Buffer, start: number): FetchAnswer {
  const cursor = new Cursor(bytes, start + 4);
  const errorCode = bytes.readInt16BE(cursor.at);
  cursor.at += 6;
  const partitions: PartitionAnswer[] = [];
  for (let topics = count(cursor); topics > 0; topics--) {
    const topicId = uuid(bytes, cursor.at);
    cursor.at += ID_BYTES;
    for (let left = count(cursor); left > 0; left--) partitions.push(readPartition(cursor, topicId));
    skipTags(cursor);
  }
  return { errorCode, partitions };
}

function readPartition(cursor: Cursor, topicId: string): PartitionAnswer {
  const { bytes, at } = cursor;
  cursor.at += 30;
  const aborted: AbortedTransaction[] = [];
  for (let left = count(cursor); left > 0; left--) {
    aborted.push({ producer: bytes.readBigInt64BE(cursor.at), first: Number(bytes.readBigInt64BE(cursor.at + 8)) });
    cursor.at += 16;
    skipTags(cursor);
  }
  cursor.at += 4;
  const size = Math.max(count(cursor), 0);
  const records = size === 0 ? NONE : bytes.subarray(cursor.at, cursor.at + size);
  cursor.at += size;
  skipTags(cursor);
  return {
    topicId,
    partition: bytes.readInt32BE(at),
    errorCode: bytes.readInt16BE(at + 4),
    highWatermark: Number(bytes.readBigInt64BE(at + 6)),
    aborted,
    records,
  };
}

/** The length of an array or of bytes: one less than the number there, -1 for none. */
function count(cursor: Cursor): number {
  return cursor.unsigned() - 1;
}

function skipTags(cursor: Cursor): void {
  for (let tags = cursor.unsigned(); tags > 0; tags--) {
    cursor.unsigned();
    const size = cursor.unsigned();
    cursor.at += size;
  }
}

function uuid(bytes: Buffer, at: number): string {
  const hex = bytes.toString("hex", at, at + ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
