import { gzipSync } from "node:zlib";
import { compressionsAlgorithms, crc32c } from "@platformatic/kafka";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OutgoingRecord, writeBatch } from "../../test/write-batch.ts";
import { BatchBuilder, encodedHeaders, NO_PRODUCER, visitEncoded } from "./batch-builder.ts";
import { type BatchTools, readBatches, readHeaders, type WantedRecords } from "./read-batches.ts";

const { snappy, lz4 } = compressionsAlgorithms;
const TOOLS: BatchTools = {
  crc32c,
  snappy: (bytes) => snappy.decompressSync(bytes),
  lz4: (bytes) => lz4.decompressSync(bytes),
};

const NOTHING = Buffer.alloc(0);

interface Seen extends OutgoingRecord {
  readonly offset: number;
  readonly timeType: number;
}

function read(
  bytes: Buffer,
  wanted: Partial<WantedRecords> = {},
): { readonly next: number; readonly seen: readonly Seen[] } {
  const seen: Seen[] = [];
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER, aborted: [], ...wanted };
  const next = readBatches(bytes, all, TOOLS, {
    record(buffer, offset, time, timeType, key, keyLength, value, valueLength, at) {
      const part = (start: number, length: number) =>
        length < 0 ? null : Buffer.from(buffer.subarray(start, start + length));
      const headers: [string, Buffer | null][] = [];
      readHeaders(buffer, at, (name, content) => headers.push([name.toString(), content && Buffer.from(content)]));
      seen.push({ offset, time, timeType, key: part(key, keyLength), value: part(value, valueLength), headers });
    },
  });
  return { next, seen };
}

function message(value: string, time = 5): OutgoingRecord {
  return { key: null, value: Buffer.from(value), time, headers: [] };
}

/** A batch as the broker keeps it: with its base offset, perhaps with other attributes and packed records. */
function stored(
  base: number,
  batch: Buffer,
  change: { readonly attributes?: number; readonly pack?: (bytes: Buffer) => Buffer } = {},
): Buffer {
  const body = change.pack === undefined ? batch.subarray(61) : change.pack(batch.subarray(61));
  const bytes = Buffer.concat([batch.subarray(0, 61), body]);
  bytes.writeBigInt64BE(BigInt(base), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  if (change.attributes !== undefined) bytes.writeInt16BE(change.attributes, 21);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

const values = (result: ReturnType<typeof read>) => result.seen.map((one) => `${one.offset} ${one.value}`);

test("what is written is read: keys, values, NULLs, empty bytes, times, headers with names that repeat", () => {
  const content = fc.option(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
  const record = fc.record({
    key: content,
    value: content,
    time: fc.integer({ min: -1, max: 4_000_000_000_000 }),
    headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), content), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const { next, seen } = read(stored(1000, writeBatch(records, crc32c)));
      expect(next).toBe(1000 + records.length);
      expect(seen).toEqual(records.map((one, i) => ({ ...one, offset: 1000 + i, timeType: 0 })));
    }),
    { numRuns: 50 },
  );
});

test("batches that grow record by record are those written at once; records move from one to another as they are", () => {
  const content = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));
  const record = fc.record({
    key: content,
    value: content,
    time: fc.constant(5),
    headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), content), { maxLength: 2 }),
  });
  const settings = { codec: { number: 0, pack: (bytes: Buffer) => bytes }, crc32c, producer: NO_PRODUCER };
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 150 }), (records) => {
      const [builder, moved] = [new BatchBuilder(), new BatchBuilder()];
      for (const { key, value, headers } of records) {
        const bytes = Buffer.concat([key ?? NOTHING, value ?? NOTHING]);
        const place = {
          key: 0,
          keyLength: key?.length ?? -1,
          value: key?.length ?? 0,
          valueLength: value?.length ?? -1,
        };
        const pairs = headers.map(([name, text]) => [Buffer.from(name), text] as const);
        builder.add(bytes, { ...place, headers: pairs.length === 0 ? NOTHING : encodedHeaders(pairs) });
      }
      const batch = builder.finish(5, -1, settings);
      expect(batch.subarray(21)).toEqual(writeBatch(records, crc32c).subarray(21));
      visitEncoded(batch.subarray(61), (from, to) => moved.addEncoded(batch.subarray(61), from, to));
      expect(moved.finish(5, -1, settings)).toEqual(batch);
    }),
    { numRuns: 50 },
  );
});

describe("a range", () => {
  const batch = (base: number, ...texts: readonly string[]) =>
    stored(
      base,
      writeBatch(
        texts.map((one) => message(one)),
        crc32c,
      ),
    );
  const log = Buffer.concat([batch(0, "a", "b", "c"), batch(3, "d", "e"), batch(10, "f")]);

  test("takes what lies in it and goes on behind the last batch seen, over offsets that compaction emptied", () => {
    expect(values(read(log, { from: 1, to: 4 }))).toEqual(["1 b", "2 c", "3 d"]);
    expect(read(log, { from: 5, to: 9 })).toEqual({ next: 11, seen: [] });
    expect(values(read(log))).toHaveLength(6);
  });

  test("leaves a batch that is cut off for the next answer", () => {
    for (let size = 0; size < log.length; size++) {
      const { next, seen } = read(log.subarray(0, size));
      expect(next).toBe(seen.length === 0 ? 0 : (seen.at(-1)?.offset ?? 0) + 1);
      expect([0, 3, 5]).toContain(seen.length);
    }
  });

  test("stops at damaged bytes, naming the offset", () => {
    const damaged = Buffer.from(log);
    damaged[damaged.length - 2] = (damaged.at(-2) ?? 0) ^ 1;
    expect(() => read(damaged)).toThrow("the batch at offset 10 is damaged: the check sum is wrong");
  });

  test("stops at batches of the time before Kafka 0.11", () => {
    const old = Buffer.from(log);
    old[16] = 1;
    expect(() => read(old)).toThrow("record batches of format 1");
  });
});

describe("packed batches", () => {
  const batch = writeBatch([message("one"), message("two".repeat(1000))], crc32c);
  const javaFrame = (bytes: Buffer) => {
    const block = snappy.compressSync(bytes);
    const heading = Buffer.from([0x82, ...Buffer.from("SNAPPY"), 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
    heading.writeInt32BE(block.length, 16);
    return Buffer.concat([heading, block]);
  };
  // Frames of Zstandard with raw blocks: the magic number, a header, then blocks as they are.
  const zstandard = (bytes: Buffer) => {
    const heading = Buffer.alloc(12);
    heading.writeUInt32LE(0xfd2fb528, 0);
    heading[4] = 0xa0;
    heading.writeUInt32LE(bytes.length, 5);
    heading.writeUIntLE((bytes.length << 3) | 1, 9, 3);
    return Buffer.concat([heading, bytes]);
  };
  const cases: readonly (readonly [string, number, (bytes: Buffer) => Buffer])[] = [
    ["gzip", 1, (bytes) => gzipSync(bytes)],
    ["Snappy", 2, (bytes) => snappy.compressSync(bytes)],
    ["Snappy in Java's frames", 2, javaFrame],
    ["LZ4", 3, (bytes) => lz4.compressSync(bytes)],
    ["Zstandard", 4, zstandard],
  ];
  test.each(cases)("%s", (_, attributes, pack) => {
    const { seen } = read(stored(7, batch, { attributes, pack }));
    expect(seen.map((one) => one.value?.length)).toEqual([3, 3000]);
  });
});

test("a topic that stamps on append gives the time of the batch, of type 1", () => {
  const batch = writeBatch([message("a", 5), message("b", 9)], crc32c);
  expect(read(stored(0, batch, { attributes: 8 })).seen.map((one) => [one.time, one.timeType])).toEqual([
    [9, 1],
    [9, 1],
  ]);
});

test("records of transactions taken back are left out, those of others and of the same producer later are not", () => {
  const data = (base: number, id: bigint, text: string) =>
    stored(base, writeBatch([message(text)], crc32c, { id, epoch: 0, sequence: 0, isTransactional: true }));
  const marker = (base: number, id: bigint, kind: number) => {
    const record = { key: Buffer.from([0, 0, 0, kind]), value: Buffer.alloc(6), time: 0, headers: [] };
    const batch = writeBatch([record], crc32c, { id, epoch: 0, sequence: -1, isTransactional: true });
    return stored(base, batch, { attributes: 0x30 });
  };
  const log = Buffer.concat([
    ...[data(0, 1n, "lost"), data(1, 2n, "kept"), marker(2, 1n, 0), data(3, 1n, "again"), marker(4, 1n, 1)],
    ...[data(5, 1n, "lost too"), marker(6, 2n, 1), marker(7, 1n, 0), stored(8, writeBatch([message("plain")], crc32c))],
  ]);
  const aborted = [
    { producer: 1n, first: 5 },
    { producer: 1n, first: 0 },
  ];
  expect(values(read(log, { aborted }))).toEqual(["1 kept", "3 again", "8 plain"]);
  expect(values(read(log, { aborted, from: 3 }))).toEqual(["3 again", "8 plain"]);
  expect(read(log, { aborted, from: 5, to: 8 })).toEqual({ next: 9, seen: [] });
  expect(values(read(log))).toHaveLength(5);
});
