import { endianness } from "node:os";
import { BLOCK_BYTES, BLOCK_ROWS, countBits, type RowSet, rowSet, rowsOfBlock, sortedBlocks } from "./row-set.ts";

const MAGIC = 1_681_511_377;
const WITHOUT_RUNS = 12_346;
const WITH_RUNS = 12_347;
const MOST_IN_ARRAY = 4096;
const BUCKET_BLOCKS = 65_536;
const OFFSETS_FROM = 4;

/**
 * A set of rows as Delta stores deletion vectors: its magic number, then 64-bit Roaring in the portable form: buckets of 2^32 rows, in each of them blocks
 * of 2^16 as sorted arrays or as bits.
 */
export function encodeRows(rows: RowSet): Uint8Array {
  const buckets = new Map<number, (readonly [number, Uint8Array])[]>();
  for (const [number, bits] of sortedBlocks(rows)) {
    const high = Math.floor(number / BUCKET_BLOCKS);
    const blocks = buckets.get(high) ?? [];
    blocks.push([number % BUCKET_BLOCKS, bits]);
    buckets.set(high, blocks);
  }
  const parts = [...buckets].map(([high, blocks]) => ({ high, bytes: encodeBucket(blocks) }));
  const size = parts.reduce((sum, part) => sum + 4 + part.bytes.length, 12);
  const result = new Uint8Array(size);
  const view = new DataView(result.buffer);
  view.setUint32(0, MAGIC, true);
  view.setBigUint64(4, BigInt(parts.length), true);
  let at = 12;
  for (const { high, bytes } of parts) {
    view.setUint32(at, high, true);
    result.set(bytes, at + 4);
    at += 4 + bytes.length;
  }
  return result;
}

function encodeBucket(blocks: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const counts = blocks.map(([, bits]) => countBits(bits));
  const bodies = blocks.map(([, bits], i) => bodyOf(bits, counts[i] ?? 0));
  const head = 8 + blocks.length * 8;
  const result = new Uint8Array(bodies.reduce((sum, body) => sum + body.length, head));
  const view = new DataView(result.buffer);
  view.setUint32(0, WITHOUT_RUNS, true);
  view.setUint32(4, blocks.length, true);
  let at = head;
  for (const [i, body] of bodies.entries()) {
    view.setUint16(8 + i * 4, blocks[i]?.[0] ?? 0, true);
    view.setUint16(10 + i * 4, (counts[i] ?? 1) - 1, true);
    view.setUint32(8 + blocks.length * 4 + i * 4, at, true);
    result.set(body, at);
    at += body.length;
  }
  return result;
}

function bodyOf(bits: Uint8Array, count: number): Uint8Array {
  return count > MOST_IN_ARRAY ? bits : littleEndian(rowsOfBlock(bits, count));
}

function littleEndian(values: Uint16Array): Uint8Array {
  if (endianness() === "LE") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    bytes[i * 2] = value & 0xff;
    bytes[i * 2 + 1] = value >> 8;
  }
  return bytes;
}

/** The set that `encodeRows`, or another writer, has stored. @throws Error, or RangeError, when the bytes are no such set */
export function decodeRows(bytes: Uint8Array): RowSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  if (magic !== MAGIC) throw new Error(`magic number ${magic} where ${MAGIC} was expected`);
  const buckets = Number(view.getBigUint64(4, true));
  const blocks = new Map<number, Uint8Array>();
  let at = 12;
  for (let i = 0; i < buckets; i += 1) {
    const first = view.getUint32(at, true) * BUCKET_BLOCKS;
    at = decodeBucket(view, at + 4, (number, bits) => blocks.set(first + number, bits));
  }
  return rowSet(blocks);
}

interface BucketHead {
  readonly count: number;
  readonly isRun: (block: number) => boolean;
  /** Where the keys and sizes of the blocks begin. */
  readonly keys: number;
  /** Where the first block begins. */
  readonly body: number;
}

function bucketHead(view: DataView, start: number): BucketHead {
  const cookie = view.getUint32(start, true);
  if ((cookie & 0xffff) === WITH_RUNS) {
    const count = (cookie >>> 16) + 1;
    const keys = start + 4 + Math.ceil(count / 8);
    const body = keys + count * 4 + (count >= OFFSETS_FROM ? count * 4 : 0);
    return { count, keys, body, isRun: (i) => ((view.getUint8(start + 4 + (i >> 3)) >> (i & 7)) & 1) === 1 };
  }
  if (cookie !== WITHOUT_RUNS) throw new Error(`cookie ${cookie} is none of Roaring's`);
  const count = view.getUint32(start + 4, true);
  return { count, keys: start + 8, body: start + 8 + count * 8, isRun: () => false };
}

/** Reads a bucket and answers where it ends. */
function decodeBucket(view: DataView, start: number, add: (number: number, bits: Uint8Array) => void): number {
  const { count, isRun, keys, body } = bucketHead(view, start);
  let at = body;
  for (let i = 0; i < count; i += 1) {
    const size = view.getUint16(keys + i * 4 + 2, true) + 1;
    const bits = new Uint8Array(BLOCK_BYTES);
    if (isRun(i)) at = readRuns(view, at, bits);
    else if (size > MOST_IN_ARRAY) at = readBits(view, at, bits);
    else at = readArray(view, at, size, bits);
    add(view.getUint16(keys + i * 4, true), bits);
  }
  return at;
}

function readBits(view: DataView, at: number, bits: Uint8Array): number {
  if (at + BLOCK_BYTES > view.byteLength) throw new RangeError("the bits end too soon");
  bits.set(new Uint8Array(view.buffer, view.byteOffset + at, BLOCK_BYTES));
  return at + BLOCK_BYTES;
}

function readArray(view: DataView, at: number, size: number, bits: Uint8Array): number {
  for (let i = 0; i < size; i += 1) setBit(bits, view.getUint16(at + i * 2, true));
  return at + size * 2;
}

function readRuns(view: DataView, at: number, bits: Uint8Array): number {
  const runs = view.getUint16(at, true);
  for (let i = 0; i < runs; i += 1) {
    const first = view.getUint16(at + 2 + i * 4, true);
    const last = Math.min(first + view.getUint16(at + 4 + i * 4, true), BLOCK_ROWS - 1);
    for (let row = first; row <= last; row += 1) setBit(bits, row);
  }
  return at + 2 + runs * 4;
}

function setBit(bits: Uint8Array, row: number): void {
  bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
}
