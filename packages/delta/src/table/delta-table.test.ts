import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { field, generationMetadata, INTEGER, LONG, STRING, type StructType, struct } from "@sluice/query";
import { afterAll, expect, test } from "vitest";
import { scan } from "../scan/scan.ts";
import { MemoryStore } from "../storage/memory-store.ts";
import type { NewFile } from "../transaction/table-change.ts";
import { DeltaTable } from "./delta-table.ts";

const folder = await mkdtemp(join(tmpdir(), "delta-table-"));
afterAll(() => rm(folder, { recursive: true }));

const schema = struct([field("id", LONG), field("name", STRING)]);

function file(path: string, numRecords = 1): NewFile {
  return { path, partitionValues: {}, sizeBytes: 100, stats: JSON.stringify({ numRecords }) };
}

test("a table is created by its first append and read back from disk", async () => {
  const location = join(folder, "größe = 1");
  const table = DeltaTable.open(location);
  expect(await table.refresh()).toBeUndefined();
  const outcome = await table.commit({ operation: "WRITE", definition: { schema }, add: [file("a.parquet", 3)] });
  expect(outcome).toMatchObject({ kind: "Committed", version: 0 });
  const snapshot = await DeltaTable.open(location).snapshot();
  expect(snapshot).toMatchObject({ version: 0, fileCount: 1, sizeBytes: 100, rowCount: 3 });
  expect(snapshot.metadata.schema).toEqual(schema);
  expect(snapshot.protocol).toMatchObject({ minReaderVersion: 1, minWriterVersion: 2 });
  expect(scan(snapshot).paths).toEqual([join(location, "a.parquet")]);
});

test("a transaction version is committed once, and never a lower one", async () => {
  const table = DeltaTable.open(new MemoryStore());
  const append = (version: number, path: string) =>
    table.commit({
      operation: "STREAMING UPDATE",
      definition: { schema },
      add: [file(path)],
      transaction: { appId: "f", version },
    });
  expect(await append(0, "a")).toMatchObject({ kind: "Committed", version: 0 });
  expect(await append(0, "b")).toMatchObject({ kind: "AlreadyCommitted" });
  expect(await append(7, "c")).toMatchObject({ kind: "Committed", version: 1 });
  expect(await append(3, "d")).toMatchObject({ kind: "AlreadyCommitted", version: 1 });
  const snapshot = await table.snapshot();
  expect(snapshot.transactionVersion("f")).toBe(7);
  expect(snapshot.fileCount).toBe(2);
});

test("an overwrite replaces files and schema in one commit, and old versions stay readable", async () => {
  const table = DeltaTable.open(new MemoryStore());
  await table.commit({ operation: "WRITE", definition: { schema }, add: [file("a")] });
  const other = struct([field("n", INTEGER)]);
  await table.commit({
    operation: "WRITE",
    definition: { schema: other },
    schemaMode: "overwrite",
    remove: "all",
    add: [file("b")],
  });
  const latest = await table.snapshot();
  expect(latest.metadata.schema).toEqual(other);
  expect(latest.files.map((one) => one.path)).toEqual(["b"]);
  const first = await table.snapshot({ version: 0 });
  expect(first.metadata.schema).toEqual(schema);
  expect(first.files.map((one) => one.path)).toEqual(["a"]);
});

test("rows are added to a table that computes a column only by who names its expression", async () => {
  const table = DeltaTable.open(new MemoryStore());
  const generated = struct([field("id", LONG), field("twice", LONG, true, generationMetadata("id * 2"))]);
  const append = (definition: { readonly schema: StructType } | undefined, path: string) =>
    table.commit({ operation: "WRITE", ...(definition && { definition }), add: [file(path)] });
  expect(await append({ schema: generated }, "a")).toMatchObject({ kind: "Committed" });
  expect((await table.snapshot()).protocol).toMatchObject({
    minReaderVersion: 1,
    writerFeatures: ["generatedColumns"],
  });
  expect(await append({ schema: generated }, "b")).toMatchObject({ kind: "Committed" });
  const refusal = { code: "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", params: { features: ["generatedColumns"] } };
  const plain = struct([field("id", LONG), field("twice", LONG)]);
  await expect(append({ schema: plain }, "c")).rejects.toMatchObject(refusal);
  await expect(append(undefined, "d")).rejects.toMatchObject(refusal);
  const moved = { operation: "OPTIMIZE", dataChange: false, add: [file("e")], remove: "all" as const };
  expect(await table.commit(moved)).toMatchObject({ kind: "Committed" });
});
