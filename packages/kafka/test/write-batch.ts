import { HEADER_BYTES } from "../src/record/batch-header.ts";

/** A message to be written. NULL is no bytes, which is not the same as empty ones. */
export interface OutgoingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

/** Who writes a batch: a producer that numbers its batches, so that the broker takes each of them once. */
export interface BatchProducer {
  readonly id: bigint;
  readonly epoch: number;
  /** Number of the batch's first record, counted by partition. */
  readonly sequence: number;
  readonly isTransactional: boolean;
}

const LENGTH_ROOM = 5;
const NUMBERS_ROOM = 40;

/** One batch without compression, format 2. @param crc32c - The check sum of CRC-32C. */
export function writeBatch(
  records: readonly OutgoingRecord[],
  crc32c: (bytes: Buffer) => number,
  producer?: BatchProducer,
): Buffer {
  const writer = new BatchWriter(records);
  const bytes = writer.records();
  const first = records[0]?.time ?? 0;
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(0, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(producer?.isTransactional ? 16 : 0, 21);
  bytes.writeInt32BE(records.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(first), 27);
  bytes.writeBigInt64BE(BigInt(records.reduce((most, { time }) => Math.max(most, time), first)), 35);
  bytes.writeBigInt64BE(producer?.id ?? -1n, 43);
  bytes.writeInt16BE(producer?.epoch ?? -1, 51);
  bytes.writeInt32BE(producer?.sequence ?? -1, 53);
  bytes.writeInt32BE(records.length, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

class BatchWriter {
  readonly #records: readonly OutgoingRecord[];
  readonly #bytes: Buffer;
  #at = HEADER_BYTES;

  constructor(records: readonly OutgoingRecord[]) {
    this.#records = records;
    this.#bytes = Buffer.alloc(HEADER_BYTES + records.reduce((sum, record) => sum + roomFor(record), 0));
  }

  /** The records behind room for the header. */
  records(): Buffer {
    const first = this.#records[0]?.time ?? 0;
    for (const [index, record] of this.#records.entries()) this.#record(record, index, record.time - first);
    return this.#bytes.subarray(0, this.#at);
  }

  /** The length stands first and is known last. */
  #record({ key, value, headers }: OutgoingRecord, index: number, age: number): void {
    const start = this.#at;
    this.#at += LENGTH_ROOM;
    const body = this.#at;
    this.#bytes[this.#at++] = 0;
    this.#signed(age);
    this.#signed(index);
    this.#data(key);
    this.#data(value);
    this.#signed(headers.length);
    for (const [name, content] of headers) {
      this.#data(Buffer.from(name));
      this.#data(content);
    }
    const end = this.#at;
    this.#at = start;
    this.#signed(end - body);
    this.#bytes.copyWithin(this.#at, body, end);
    this.#at += end - body;
  }

  #data(content: Buffer | null): void {
    this.#signed(content?.length ?? -1);
    if (content !== null) this.#at += content.copy(this.#bytes, this.#at);
  }

  #signed(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128;
    this.#bytes[this.#at++] = rest;
  }
}

function roomFor({ key, value, headers }: OutgoingRecord): number {
  const inHeaders = headers.reduce((sum, [name, content]) => sum + 20 + 3 * name.length + (content?.length ?? 0), 0);
  return NUMBERS_ROOM + (key?.length ?? 0) + (value?.length ?? 0) + inHeaders;
}
