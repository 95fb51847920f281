/** Rows of one block. */
export const BLOCK_ROWS = 65_536;
/** Bytes of one block's bits. */
export const BLOCK_BYTES: number = BLOCK_ROWS / 8;

/**
 * Positions of rows in a file, from 0: for each block of 65,536 rows that has any, by its number, a bit for each row, the first in the lowest bit of the first
 * byte. Blocks are in no particular order.
 */
export interface RowSet {
  readonly blocks: ReadonlyMap<number, Uint8Array>;
  readonly size: number;
}

export const NO_ROWS: RowSet = { blocks: new Map(), size: 0 };

/** A set from its blocks, which are not to be changed afterwards. */
export function rowSet(blocks: ReadonlyMap<number, Uint8Array>): RowSet {
  let size = 0;
  for (const bits of blocks.values()) size += countBits(bits);
  return { blocks, size };
}

const counted = new WeakMap<Uint8Array, number>();

/** How many bits of a block are set. It is counted once: blocks of a set never change. */
export function countBits(bits: Uint8Array): number {
  const known = counted.get(bits);
  if (known !== undefined) return known;
  const count = countWords(bits);
  counted.set(bits, count);
  return count;
}

function countWords(bits: Uint8Array): number {
  let count = 0;
  const words = wordsOf(bits);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? 0;
    if (word === 0) continue;
    const pairs = word - ((word >>> 1) & 0x55555555);
    const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The bits of a block, 32 at a time: in place where they are aligned so. */
function wordsOf(bits: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bits.byteOffset % 4 === 0 ? bits : bits.slice();
  return new Uint32Array(buffer, byteOffset, length / 4);
}

/** A set of the rows named. */
export function rowsOf(positions: Iterable<number>): RowSet {
  const blocks = new Map<number, Uint8Array>();
  for (const position of positions) {
    const number = Math.floor(position / BLOCK_ROWS);
    const row = position % BLOCK_ROWS;
    const bits = blocks.get(number) ?? new Uint8Array(BLOCK_BYTES);
    bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    blocks.set(number, bits);
  }
  return rowSet(blocks);
}

/** The rows of a set, ascending. */
export function* positionsOf(rows: RowSet): Generator<number> {
  for (const [number, bits] of sortedBlocks(rows)) {
    for (const row of rowsOfBlock(bits)) yield number * BLOCK_ROWS + row;
  }
}

/** The blocks of a set, ascending by their numbers. */
export function sortedBlocks(rows: RowSet): readonly (readonly [number, Uint8Array])[] {
  return [...rows.blocks].sort(([left], [right]) => left - right);
}

/** The rows of one block, ascending, counted from its first; `count` is how many there are. */
export function rowsOfBlock(bits: Uint8Array, count: number = countBits(bits)): Uint16Array {
  const rows = new Uint16Array(count);
  const words = wordsOf(bits);
  for (let at = 0, found = 0; at < words.length; at += 1) {
    if (words[at] !== 0) found = addRows(bits, at * 4, rows, found);
  }
  return rows;
}

/** Adds the rows of four bytes from `start` behind the `found` ones, and answers how many there are then. */
function addRows(bits: Uint8Array, start: number, rows: Uint16Array, found: number): number {
  let end = found;
  for (let at = start; at < start + 4; at += 1) {
    const byte = bits[at] ?? 0;
    for (let bit = 0; byte >> bit > 0; bit += 1) {
      if ((byte >> bit) & 1) rows[end++] = at * 8 + bit;
    }
  }
  return end;
}

/** The rows of a set that another does not have. */
export function differenceOf(rows: RowSet, without: RowSet): RowSet {
  const blocks = new Map<number, Uint8Array>();
  for (const [number, bits] of rows.blocks) {
    const other = without.blocks.get(number);
    blocks.set(number, other === undefined ? bits : combined(bits, other, (left, right) => left & ~right));
  }
  return rowSet(blocks);
}

/** The rows that either set has. */
export function unionOf(left: RowSet, right: RowSet): RowSet {
  if (left.size === 0) return right;
  if (right.size === 0) return left;
  const blocks = new Map(left.blocks);
  for (const [number, bits] of right.blocks) {
    const other = blocks.get(number);
    blocks.set(number, other === undefined ? bits : combined(bits, other, (left, right) => left | right));
  }
  return rowSet(blocks);
}

function combined(left: Uint8Array, right: Uint8Array, word: (left: number, right: number) => number): Uint8Array {
  const [result, other] = [wordsOf(left).slice(), wordsOf(right)];
  for (let at = 0; at < result.length; at += 1) result[at] = word(result[at] ?? 0, other[at] ?? 0);
  return new Uint8Array(result.buffer);
}
