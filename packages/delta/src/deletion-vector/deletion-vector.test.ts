import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { MemoryStore } from "../storage/memory-store.ts";
import { decodeBase85, encodeBase85 } from "./base85.ts";

import { packDeletionVectors, readDeletionVector } from "./deletion-vector.ts";
import { decodeRows, encodeRows } from "./roaring.ts";
import { NO_ROWS, positionsOf, type RowSet, rowsOf, unionOf } from "./row-set.ts";

const INLINE = {
  storageType: "i",
  pathOrInlineDv: "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
  sizeInBytes: 44,
  cardinality: 6,
};

/** Sparse, dense and full blocks, in several buckets of 2^32 rows. */
function mixedRows(): RowSet {
  const rows = [0, 7, 65_535, 65_536, 2 ** 32 + 5, 5 * 2 ** 32 + 70_000];
  for (let row = 200_000; row < 260_000; row += 2) rows.push(row);
  for (let row = 20 * 65_536; row < 21 * 65_536; row += 1) rows.push(row);
  return rowsOf(rows);
}

test("an inline vector of Delta's is read, however its text is filled up", async () => {
  const store = new MemoryStore();
  expect([...positionsOf(await readDeletionVector(store, INLINE))]).toEqual([3, 4, 7, 11, 18, 29]);
  const bytes = encodeRows(rowsOf([1]));
  const text = encodeBase85(bytes);
  const cut = { ...INLINE, pathOrInlineDv: text, sizeInBytes: bytes.length, cardinality: 1 };
  expect([...positionsOf(await readDeletionVector(store, cut))]).toEqual([1]);
});

test("sets of rows come back from Roaring as they were, sparse, dense and far apart", () => {
  for (const rows of [NO_ROWS, rowsOf([0]), mixedRows()]) {
    const back = decodeRows(encodeRows(rows));
    expect(back.size).toBe(rows.size);
    expect([...positionsOf(back)]).toEqual([...positionsOf(rows)]);
  }
});

test("blocks that others wrote as runs are read", () => {
  const run = [0x3b, 0x30, 0, 0, 1, 0, 0, 4, 0, 1, 0, 10, 0, 4, 0];
  const head = new Uint8Array(16);
  const view = new DataView(head.buffer);
  view.setUint32(0, 1_681_511_377, true);
  view.setBigUint64(4, 1n, true);
  expect([...positionsOf(decodeRows(new Uint8Array([...head, ...run])))]).toEqual([10, 11, 12, 13, 14]);
});

test("the vectors of one commit share a file, each with its size and checksum", async () => {
  const store = new MemoryStore();
  const sets = [rowsOf([1, 2, 3]), mixedRows()];
  const file = packDeletionVectors(sets);
  await store.put(file.path, file.content);
  for (const [i, descriptor] of file.descriptors.entries()) {
    const rows = await readDeletionVector(store, descriptor);
    expect([...positionsOf(rows)]).toEqual([...positionsOf(sets[i] ?? NO_ROWS)]);
  }
  const [first] = file.descriptors;
  if (first === undefined) throw new Error("no descriptor");
  expect(first).toMatchObject({ storageType: "u", offset: 1, cardinality: 3 });
  await expect(readDeletionVector(store, { ...first, cardinality: 4 })).rejects.toMatchObject({
    code: "DELTA_DELETION_VECTOR_CORRUPT",
  });
  const damaged = file.content.slice();
  damaged[10] = (damaged[10] ?? 0) ^ 1;
  await store.put(file.path, damaged);
  await expect(readDeletionVector(store, first)).rejects.toThrow(/checksum/);
  await store.delete(file.path);
  await expect(readDeletionVector(store, first)).rejects.toThrow(/gone/);
});

test("the union of two sets has the rows of both", () => {
  expect([...positionsOf(unionOf(rowsOf([1, 70_000]), rowsOf([2, 1, 140_000])))]).toEqual([1, 2, 70_000, 140_000]);
});

test("Z85 and CRC-32 give the values that their definitions name", () => {
  const hello = Uint8Array.from([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
  expect(encodeBase85(hello)).toBe("HelloWorld");
  expect(decodeBase85("HelloWorld", 8)).toEqual(hello);
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});
