import { APPEND_TIME, type BatchHeader, CONTROL, readHeader, TRANSACTIONAL } from "./batch-header.ts";
import { type BlockCodecs, unpack } from "./codec.ts";
import { Cursor } from "./cursor.ts";

/**
 * Takes records, in the order of their offsets. Positions are in `bytes`, which are the taker's only until it returns; a length of -1 is NULL. `time` is in
 * milliseconds since the epoch, `timeType` 0 when the producer gave it and 1 when the log did. `headers` is where the count of the headers stands.
 */
export interface RecordSink {
  record(
    bytes: Buffer,
    offset: number,
    time: number,
    timeType: 0 | 1,
    key: number,
    keyLength: number,
    value: number,
    valueLength: number,
    headers: number,
  ): void;
}

/** A transaction that was taken back: all records of the producer from the offset to its next marker. */
export interface AbortedTransaction {
  readonly producer: bigint;
  readonly first: number;
}

/** Which records of an answer are wanted. */
export interface WantedRecords {
  /** Included. */
  readonly from: number;
  /** Excluded. */
  readonly to: number;
  /** As the broker lists them for this answer; none for an uncommitted read. */
  readonly aborted: readonly AbortedTransaction[];
}

/** What reading batches needs: codecs, and the check sum of CRC-32C. */
export interface BatchTools extends BlockCodecs {
  readonly crc32c: (bytes: Buffer) => number;
}

/**
 * Gives the wanted records of a run of batches to a sink, and answers the offset to go on from: offsets without a record (removed by compaction, markers,
 * transactions taken back) are passed. A batch that the answer holds only in part is left for the next.
 *
 * @throws Error for damaged bytes, naming the offset of the batch.
 */
export function readBatches(records: Buffer, wanted: WantedRecords, tools: BatchTools, sink: RecordSink): number {
  const openings = [...wanted.aborted].sort((left, right) => left.first - right.first);
  const aborted = new Set<bigint>();
  let next = wanted.from;
  for (let at = 0; ; ) {
    const header = readHeader(records, at);
    if (header === undefined) return next;
    while (openings[0] !== undefined && openings[0].first <= header.last) {
      aborted.add(openings[0].producer);
      openings.shift();
    }
    if (header.last >= wanted.from && header.base < wanted.to) readBatch(records, header, wanted, aborted, tools, sink);
    else if ((header.attributes & CONTROL) !== 0) endTransaction(bodyOf(records, header, tools), header, aborted);
    next = Math.max(next, header.last + 1);
    at = header.end;
  }
}

function readBatch(
  records: Buffer,
  header: BatchHeader,
  wanted: WantedRecords,
  aborted: Set<bigint>,
  tools: BatchTools,
  sink: RecordSink,
): void {
  try {
    if (tools.crc32c(records.subarray(header.checked, header.end)) !== header.crc)
      throw new Error("the check sum is wrong");
    const isAborted = (header.attributes & TRANSACTIONAL) !== 0 && aborted.has(header.producer);
    if ((header.attributes & CONTROL) !== 0) endTransaction(bodyOf(records, header, tools), header, aborted);
    else if (!isAborted) readRecords(bodyOf(records, header, tools), header, wanted, sink);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the batch at offset ${header.base} is damaged: ${reason}`, { cause });
  }
}

function bodyOf(records: Buffer, { attributes, body, end }: BatchHeader, tools: BatchTools): Buffer {
  const packed = records.subarray(body, end);
  return (attributes & 7) === 0 ? packed : unpack(attributes & 7, packed, tools);
}

/** The key of a marker: two bytes of version, two of its kind, 0 for taken back. */
function endTransaction(bytes: Buffer, { producer }: BatchHeader, aborted: Set<bigint>): void {
  const cursor = new Cursor(bytes);
  cursor.signed();
  cursor.at += 1;
  for (let field = 0; field < 3; field++) cursor.signed();
  if (bytes.readInt16BE(cursor.at + 2) === 0) aborted.delete(producer);
}

function readRecords(bytes: Buffer, header: BatchHeader, wanted: WantedRecords, sink: RecordSink): void {
  const cursor = new Cursor(bytes);
  for (let i = 0; i < header.count; i++) {
    const length = cursor.signed();
    const end = cursor.at + length;
    if (end > bytes.length) throw new Error("a record is longer than its batch");
    if (readRecord(cursor, header, wanted, sink) > end) throw new Error("a value is longer than its record");
    cursor.at = end;
  }
}

/** Answers where the record's headers begin. */
function readRecord(cursor: Cursor, header: BatchHeader, { from, to }: WantedRecords, sink: RecordSink): number {
  const { bytes } = cursor;
  const timeType = (header.attributes & APPEND_TIME) === 0 ? 0 : 1;
  cursor.at += 1;
  const time = header.firstTime + cursor.signed();
  const offset = header.base + cursor.signed();
  const keyLength = cursor.signed();
  const key = cursor.at;
  if (keyLength > 0) cursor.at += keyLength;
  const valueLength = cursor.signed();
  const value = cursor.at;
  if (valueLength > 0) cursor.at += valueLength;
  if (offset >= from && offset < to && cursor.at <= bytes.length) {
    const when = timeType === 1 ? header.maxTime : time;
    sink.record(bytes, offset, when, timeType, key, keyLength, value, valueLength, cursor.at);
  }
  return cursor.at;
}

/** Headers may repeat a name, so they are pairs and no map. Called with the position that a record was given with. */
export function readHeaders(bytes: Buffer, at: number, visit: (name: Buffer, value: Buffer | null) => void): number {
  const cursor = new Cursor(bytes, at);
  const count = cursor.signed();
  for (let i = 0; i < count; i++) {
    const nameLength = cursor.signed();
    const name = bytes.subarray(cursor.at, cursor.at + nameLength);
    cursor.at += nameLength;
    const length = cursor.signed();
    visit(name, length < 0 ? null : bytes.subarray(cursor.at, cursor.at + length));
    cursor.at += Math.max(length, 0);
  }
  return count;
}
