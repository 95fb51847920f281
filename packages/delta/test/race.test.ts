import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { DeltaTable } from "../src/index.ts";

const run = promisify(execFile);
const WRITERS = 4;
const COMMITS = 25;
const WRITER = join(import.meta.dirname, "race-writer.mjs");

const folder = await mkdtemp(join(tmpdir(), "delta-race-"));
afterAll(() => rm(folder, { recursive: true }));

test("processes that create and append to one table at once lose nothing", { timeout: 120_000 }, async () => {
  const location = join(folder, "table");
  const writers = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`);
  await Promise.all(writers.map((writer) => run(process.execPath, [WRITER, location, writer, String(COMMITS)])));
  const snapshot = await DeltaTable.open(location).snapshot();
  const expected = writers.flatMap((writer) =>
    Array.from({ length: COMMITS }, (_, index) => `${writer}-${index}.parquet`),
  );
  expect(snapshot.files.map((file) => file.path).sort()).toEqual(expected.sort());
  expect(writers.map((writer) => snapshot.transactionVersion(writer))).toEqual(writers.map(() => COMMITS - 1));
  expect(snapshot.version).toBe(WRITERS * COMMITS - 1);
});
