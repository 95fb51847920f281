/** What stands before the records of a batch, format 2. Positions are in the buffer that the batch is in. */
export interface BatchHeader {
  readonly base: number;
  /** Offset of the last record, kept even when compaction has removed it. */
  readonly last: number;
  /** Codec in bits 0-2; the bits below. */
  readonly attributes: number;
  /** Milliseconds since the epoch. */
  readonly firstTime: number;
  readonly maxTime: number;
  readonly producer: bigint;
  readonly count: number;
  readonly crc: number;
  /** Where the checked part begins, where the records do, and where the batch ends. */
  readonly checked: number;
  readonly body: number;
  readonly end: number;
}

/** Times are those of the log, not of the producer. */
export const APPEND_TIME = 8;
export const TRANSACTIONAL = 16;
/** The batch is a marker of a transaction's end, not data. */
export const CONTROL = 32;

/** Bytes before the records of a batch. */
export const HEADER_BYTES = 61;
const LENGTH_END = 12;
const FORMAT = 2;

/** The header of the batch at a position; undefined when the batch is not there in full, as at the end of an answer. @throws Error for older formats */
export function readHeader(bytes: Buffer, at: number): BatchHeader | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const end = at + LENGTH_END + bytes.readInt32BE(at + 8);
  if (end > bytes.length) return undefined;
  const format = bytes[at + 16];
  if (format !== FORMAT) throw new Error(`record batches of format ${format} (before Kafka 0.11) cannot be read`);
  const base = Number(bytes.readBigInt64BE(at));
  return {
    base,
    last: base + bytes.readInt32BE(at + 23),
    attributes: bytes.readInt16BE(at + 21),
    firstTime: Number(bytes.readBigInt64BE(at + 27)),
    maxTime: Number(bytes.readBigInt64BE(at + 35)),
    producer: bytes.readBigInt64BE(at + 43),
    count: bytes.readInt32BE(at + 57),
    crc: bytes.readUInt32BE(at + 17),
    checked: at + 21,
    body: at + HEADER_BYTES,
    end,
  };
}
