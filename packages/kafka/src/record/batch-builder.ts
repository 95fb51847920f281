import { HEADER_BYTES, TRANSACTIONAL } from "./batch-header.ts";
import { Cursor } from "./cursor.ts";

/** Who writes a batch: a producer that numbers its records, so that the broker takes each of them once. */
export interface BatchProducer {
  readonly id: bigint;
  readonly epoch: number;
  readonly isTransactional: boolean;
}

/** A producer that numbers nothing: what is sent again may be there twice. */
export const NO_PRODUCER: BatchProducer = { id: -1n, epoch: -1, isTransactional: false };

/** How the records of a batch are packed: Kafka's number of the codec, 0 for none. */
interface BatchCodec {
  readonly number: number;
  readonly pack: (bytes: Buffer) => Buffer;
}

/** What makes batches of records. */
export interface BatchSettings {
  readonly codec: BatchCodec;
  readonly crc32c: (bytes: Buffer) => number;
  readonly producer: BatchProducer;
}

/** A message as it lies in a buffer; a length of -1 is NULL. `headers` points at their count and what follows as {@link encodedHeaders} gives it. */
export interface RecordPlace {
  key: number;
  keyLength: number;
  value: number;
  valueLength: number;
  /** Headers as the format has them; empty for none. */
  headers: Buffer;
}

/** Kafka's own count of what a record needs besides its key, value and headers, at most. */
export const RECORD_OVERHEAD = 40;
const FIRST_ROOM = 16 << 10;
const NO_HEADERS = Buffer.from([0]);
const NO_ROOM = Buffer.alloc(0);

/** Records of one partition that become one batch, format 2, all with the same time. */
export class BatchBuilder {
  #bytes = Buffer.allocUnsafe(FIRST_ROOM);
  #at = HEADER_BYTES;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes so far, not packed. */
  get size(): number {
    return this.#at;
  }

  /** Adds a message whose parts lie in `bytes`. */
  add(bytes: Buffer, { key, keyLength, value, valueLength, headers }: RecordPlace): void {
    const ends = headers.length === 0 ? NO_HEADERS : headers;
    const body =
      signedSize(keyLength) + Math.max(keyLength, 0) + signedSize(valueLength) + Math.max(valueLength, 0) + ends.length;
    this.#begin(body);
    this.#data(bytes, key, keyLength);
    this.#data(bytes, value, valueLength);
    this.#copy(ends, 0, ends.length);
  }

  /** Adds a message as another batch has it: what stands behind its number. */
  addEncoded(bytes: Buffer, from: number, to: number): void {
    this.#begin(to - from);
    this.#copy(bytes, from, to);
  }

  /**
   * The batch; the builder is empty afterwards.
   *
   * @param room - Is written to and returned in part when it is large enough. @param time - Of all records, in milliseconds since the epoch. @param sequence - Number of the first record, counted by partition; -1 for none.
   */
  finish(time: number, sequence: number, settings: BatchSettings, room: Buffer = NO_ROOM): Buffer {
    const { codec, crc32c, producer } = settings;
    const records = this.#bytes.subarray(HEADER_BYTES, this.#at);
    const bytes = withHeader(codec.number === 0 ? records : codec.pack(records), room);
    bytes.writeBigInt64BE(0n, 0);
    bytes.writeInt32BE(bytes.length - 12, 8);
    bytes.writeInt32BE(-1, 12);
    bytes.writeInt8(2, 16);
    bytes.writeInt16BE(codec.number | (producer.isTransactional ? TRANSACTIONAL : 0), 21);
    bytes.writeInt32BE(this.#count - 1, 23);
    bytes.writeBigInt64BE(BigInt(time), 27);
    bytes.writeBigInt64BE(BigInt(time), 35);
    bytes.writeBigInt64BE(producer.id, 43);
    bytes.writeInt16BE(producer.epoch, 51);
    bytes.writeInt32BE(sequence, 53);
    bytes.writeInt32BE(this.#count, 57);
    bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
    this.#at = HEADER_BYTES;
    this.#count = 0;
    return bytes;
  }

  /** Length, attributes, time and number of a record whose rest has `body` bytes. */
  #begin(body: number): void {
    const length = 2 + signedSize(this.#count) + body;
    this.#reserve(length + 5);
    this.#signed(length);
    this.#bytes[this.#at++] = 0;
    this.#bytes[this.#at++] = 0;
    this.#signed(this.#count);
    this.#count += 1;
  }

  #data(source: Buffer, from: number, length: number): void {
    this.#signed(length);
    if (length > 0) this.#copy(source, from, from + length);
  }

  /** To copy few bytes one by one is cheaper than a call. */
  #copy(source: Buffer, from: number, to: number): void {
    if (to - from > 24) {
      source.copy(this.#bytes, this.#at, from, to);
      this.#at += to - from;
    } else for (let i = from; i < to; i++) this.#bytes[this.#at++] = source[i] as number;
  }

  #signed(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128;
    this.#bytes[this.#at++] = rest;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const room = Buffer.allocUnsafe(Math.max(this.#at + size, this.#bytes.length * 2));
    this.#bytes.copy(room, 0, 0, this.#at);
    this.#bytes = room;
  }
}

/** Records behind room for their header. */
function withHeader(records: Buffer, room: Buffer): Buffer {
  const size = HEADER_BYTES + records.length;
  const bytes = room.length >= size ? room.subarray(0, size) : Buffer.allocUnsafe(size);
  records.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** Headers as a record has them. The names are UTF-8; a value may be NULL. */
export function encodedHeaders(headers: readonly (readonly [name: Buffer, value: Buffer | null])[]): Buffer {
  const parts = headers.flatMap(([name, value]) => [
    signedBytes(name.length),
    name,
    signedBytes(value?.length ?? -1),
    ...(value === null ? [] : [value]),
  ]);
  return Buffer.concat([signedBytes(headers.length), ...parts]);
}

/** Visits the records of a batch that is not packed: where each begins behind its number, and where it ends. */
export function visitEncoded(body: Buffer, visit: (from: number, to: number) => void): void {
  const cursor = new Cursor(body);
  while (cursor.at < body.length) {
    const length = cursor.signed();
    const end = cursor.at + length;
    cursor.at += 1;
    cursor.signed();
    cursor.signed();
    visit(cursor.at, end);
    cursor.at = end;
  }
}

function signedSize(value: number): number {
  let size = 1;
  for (let rest = value < 0 ? -2 * value - 1 : 2 * value; rest > 127; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function signedBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
