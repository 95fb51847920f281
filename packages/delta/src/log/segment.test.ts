import { expect, test } from "vitest";
import { MemoryStore } from "../storage/memory-store.ts";
import { readSegment, type SegmentOptions } from "./segment.ts";

const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";
const name = (version: number, rest: string): string => `${String(version).padStart(20, "0")}.${rest}`;
const commits = (...versions: readonly number[]): readonly string[] => versions.map((version) => name(version, "json"));

async function segmentOf(files: readonly string[], options: Partial<SegmentOptions> = {}, hint?: string) {
  const store = new MemoryStore();
  for (const file of files) await store.put(`_delta_log/${file}`, new Uint8Array([32]));
  if (hint !== undefined) await store.put("_delta_log/_last_checkpoint", new TextEncoder().encode(hint));
  const segment = await readSegment(store, { useCheckpoints: true, ...options });
  return (
    segment && {
      checkpoint: segment.checkpoint?.version,
      commits: segment.commits.map((one) => one.version),
      version: segment.version,
    }
  );
}

test("a folder without a log is no table", async () => {
  expect(await segmentOf([])).toBeUndefined();
  expect(await segmentOf([".tmp", "00000000000000000000.crc", "readme.json"])).toBeUndefined();
});

test("strangers in the log are ignored", async () => {
  const strangers = [
    name(0, "crc"),
    `.${name(0, "json")}.crc`,
    name(7, "9.compacted.json"),
    "_staged_commits/00000000000000000009.x.json",
  ];
  expect(await segmentOf([...commits(0, 1), ...strangers])).toEqual({
    checkpoint: undefined,
    commits: [0, 1],
    version: 1,
  });
});

test("a segment starts after the newest complete checkpoint at or before the version", async () => {
  const files = [...commits(0, 1, 2, 3, 4, 5), name(2, "checkpoint.parquet"), name(4, "checkpoint.parquet")];
  expect(await segmentOf(files)).toEqual({ checkpoint: 4, commits: [5], version: 5 });
  expect(await segmentOf(files, { atVersion: 3 })).toEqual({ checkpoint: 2, commits: [3], version: 3 });
  expect(await segmentOf(files, { atVersion: 1 })).toEqual({ checkpoint: undefined, commits: [0, 1], version: 1 });
  expect(await segmentOf(files, { useCheckpoints: false })).toEqual({
    checkpoint: undefined,
    commits: [0, 1, 2, 3, 4, 5],
    version: 5,
  });
});

test("a checkpoint in parts counts only when every part is there", async () => {
  const part = (index: number) => name(2, `checkpoint.${String(index).padStart(10, "0")}.0000000002.parquet`);
  expect(await segmentOf([...commits(0, 1, 2), part(1)])).toMatchObject({ checkpoint: undefined });
  expect(await segmentOf([...commits(0, 1, 2), part(1), part(2)])).toMatchObject({ checkpoint: 2, commits: [] });
});

test.each(["json", "parquet"])("a V2 checkpoint with a %s manifest is known by its name", async (format) => {
  expect(await segmentOf([...commits(1, 2), name(1, `checkpoint.${UUID}.${format}`)])).toMatchObject({
    checkpoint: 1,
    commits: [2],
  });
});

test.each([
  ["right", '{"version":4,"size":1}'],
  ["stale", '{"version":2,"size":1}'],
  ["of a checkpoint that is gone", '{"version":5,"size":1}'],
  ["beyond the log", '{"version":99,"size":1}'],
  ["no JSON", "{"],
  ["without a version", '{"size":1}'],
])("a hint that is %s does not lead astray", async (_what, hint) => {
  const files = [...commits(0, 1, 2, 3, 4, 5, 6), name(2, "checkpoint.parquet"), name(4, "checkpoint.parquet")];
  expect(await segmentOf(files, {}, hint)).toEqual({ checkpoint: 4, commits: [5, 6], version: 6 });
});

test("a hole in the log is an error that names the missing version", async () => {
  await expect(segmentOf(commits(0, 1, 3))).rejects.toMatchObject({
    code: "DELTA_VERSIONS_NOT_CONTIGUOUS",
    params: { missing: 2, found: 3 },
  });
  await expect(segmentOf(commits(2, 3))).rejects.toMatchObject({ code: "DELTA_VERSIONS_NOT_CONTIGUOUS" });
});

test("a version that the log does not hold is not found, and the message says what it holds", async () => {
  await expect(segmentOf(commits(0, 1), { atVersion: 5 })).rejects.toThrow(/Version 5.*the latest version is 1/);
  const cleaned = [...commits(4, 5, 6), name(4, "checkpoint.parquet")];
  await expect(segmentOf(cleaned, { atVersion: 2 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
  await expect(segmentOf([...commits(3), ...cleaned], { atVersion: 3 })).rejects.toThrow(/the log begins at version 3/);
});

test("a log that only a checkpoint completes needs a codec", async () => {
  const files = [...commits(4, 5), name(4, "checkpoint.parquet")];
  await expect(segmentOf(files, { useCheckpoints: false })).rejects.toMatchObject({
    code: "DELTA_CHECKPOINT_READER_MISSING",
  });
});
