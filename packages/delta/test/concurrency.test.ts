import { field, INTEGER, LONG, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { DeltaTable, MemoryStore } from "../src/index.ts";
import { ID_AND_NAME, newFile } from "./table-model.ts";

const definition = { schema: ID_AND_NAME };

/** A table with files a and b, and two programs that have it open. */
async function twoPrograms(properties: Readonly<Record<string, string>> = {}) {
  const store = new MemoryStore();
  const mine = DeltaTable.open(store);
  const theirs = DeltaTable.open(store);
  await mine.commit({
    operation: "WRITE",
    definition: { ...definition, properties },
    add: [newFile("a"), newFile("b")],
  });
  return { mine, theirs, read: await mine.snapshot() };
}

async function paths(table: DeltaTable): Promise<readonly string[]> {
  return (await table.snapshot()).files.map((file) => file.path).sort();
}

test("appends of two programs both go through", async () => {
  const { mine, theirs } = await twoPrograms();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? mine : theirs).commit({ operation: "WRITE", add: [newFile(`x${index}`)] }),
    ),
  );
  expect(outcomes.map((one) => one.kind === "Committed" && one.version)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  expect(await paths(mine)).toHaveLength(22);
});

test("a rewrite of files that another program removed is a conflict, and the table stays as the other left it", async () => {
  const { mine, theirs, read } = await twoPrograms();
  await theirs.commit(
    { operation: "DELETE", remove: read.files.filter((file) => file.path === "a") },
    await theirs.snapshot(),
  );
  const outcome = await mine.commit({ operation: "UPDATE", remove: read.files, add: [newFile("c")] }, read);
  expect(outcome).toMatchObject({ kind: "Conflicted", version: 1, code: "DELTA_CONCURRENT_DELETE_DELETE" });
  expect(await paths(mine)).toEqual(["b"]);
});

test("an overwrite takes away what is there when its turn comes", async () => {
  const { mine, theirs, read } = await twoPrograms();
  await theirs.commit({ operation: "WRITE", add: [newFile("late")] });
  expect(await mine.commit({ operation: "WRITE", remove: "all", add: [newFile("new")] }, read)).toMatchObject({
    version: 2,
  });
  expect(await paths(mine)).toEqual(["new"]);
});

test("what was made from the whole table is spoilt by new rows under Serializable, not by blind appends otherwise", async () => {
  for (const [level, kind] of [
    ["Serializable", "Conflicted"],
    ["WriteSerializable", "Committed"],
  ] as const) {
    const { mine, theirs, read } = await twoPrograms({ "delta.isolationLevel": level });
    await theirs.commit({ operation: "WRITE", add: [newFile("late")] });
    expect(
      await mine.commit({ operation: "MERGE", reads: "table", remove: read.files, add: [newFile("m")] }, read),
    ).toMatchObject({ kind });
  }
});

test("rows written for an old schema are a conflict when the writer says what it read", async () => {
  const { mine, theirs, read } = await twoPrograms();
  await theirs.commit({ operation: "WRITE", definition: { schema: struct([field("more", STRING)]) } });
  expect(await mine.commit({ operation: "WRITE", add: [newFile("c")] }, read)).toMatchObject({
    code: "DELTA_METADATA_CHANGED",
  });
});

test("a second instance of one application is skipped where it is behind and stopped where it is ahead", async () => {
  const { mine, theirs, read } = await twoPrograms();
  const batch = (version: number) => ({
    operation: "WRITE",
    add: [newFile(`f${version}`)],
    transaction: { appId: "flow", version },
  });
  await theirs.commit(batch(5));
  expect(await mine.commit(batch(5), read)).toMatchObject({ kind: "AlreadyCommitted", version: 1 });
  expect(await mine.commit(batch(6), read)).toMatchObject({ kind: "Conflicted", code: "DELTA_CONCURRENT_TRANSACTION" });
  expect(await mine.commit(batch(6))).toMatchObject({ kind: "Committed", version: 2 });
});

test("forgotten applications begin again", async () => {
  const { mine } = await twoPrograms();
  await mine.commit({ operation: "WRITE", transaction: { appId: "flow", version: 9 } });
  await mine.commit({ operation: "TRUNCATE", remove: "all", forget: ["flow", "stranger"] });
  expect((await mine.snapshot()).transactionVersion("flow")).toBeUndefined();
  expect(await mine.commit({ operation: "WRITE", transaction: { appId: "flow", version: 0 } })).toMatchObject({
    kind: "Committed",
  });
});

test("a definition that the table meets commits nothing; one that it does not brings columns, properties and comment", async () => {
  const { mine } = await twoPrograms();
  expect(await mine.commit({ operation: "SET", definition })).toEqual({ kind: "Unchanged", version: 0 });
  const wanted = {
    schema: struct([field("extra", LONG)]),
    properties: { "delta.appendOnly": "true" },
    description: "orders",
  };
  expect(await mine.commit({ operation: "SET", definition: wanted })).toMatchObject({ kind: "Committed", version: 1 });
  expect(await mine.commit({ operation: "SET", definition: wanted })).toEqual({ kind: "Unchanged", version: 1 });
  const { metadata } = await mine.snapshot();
  expect(metadata.schema.fields.map((one) => one.name)).toEqual(["id", "name", "extra"]);
  expect(metadata).toMatchObject({ description: "orders", configuration: { "delta.appendOnly": "true" } });
});

test.each([
  [
    "a column of another type",
    { definition: { schema: struct([field("id", INTEGER)]) } },
    "DELTA_FAILED_TO_MERGE_FIELDS",
  ],
  [
    "other partitions",
    { definition: { ...definition, partitionColumns: ["name"] } },
    "DELTA_PARTITION_COLUMNS_CHANGED",
  ],
  ["a file twice", { add: [newFile("x"), newFile("x")] }, "DELTA_INVALID_COMMIT"],
  ["a file that is there", { add: [newFile("a")] }, "DELTA_INVALID_COMMIT"],
  [
    "partition values without partitions",
    { add: [{ ...newFile("x"), partitionValues: { id: "1" } }] },
    "DELTA_INVALID_COMMIT",
  ],
  [
    "a new schema over old files",
    { definition: { schema: struct([field("n", LONG)]) }, schemaMode: "overwrite" as const },
    "DELTA_INVALID_COMMIT",
  ],
  [
    "a name that Parquet readers refuse",
    { definition: { schema: struct([field("a b", LONG)]) } },
    "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
  ],
  [
    "two names that differ in case",
    { definition: { schema: struct([field("x", LONG), field("X", LONG)]) } },
    "DELTA_DUPLICATE_COLUMNS_FOUND",
  ],
  ["a domain of the protocol's", { domains: { "delta.clustering": "{}" } }, "DELTA_INVALID_COMMIT"],
])("%s is refused, and nothing is committed", async (_what, change, code) => {
  const { mine } = await twoPrograms();
  await expect(mine.commit({ operation: "WRITE", ...change })).rejects.toMatchObject({ code });
  expect(await mine.refresh()).toMatchObject({ version: 0 });
});

test("an append-only table keeps its rows, and may be compacted", async () => {
  const { mine, read } = await twoPrograms({ "delta.appendOnly": "true" });
  await expect(mine.commit({ operation: "DELETE", remove: read.files }, read)).rejects.toMatchObject({
    code: "DELTA_CANNOT_MODIFY_APPEND_ONLY",
  });
  const compaction = { operation: "OPTIMIZE", dataChange: false, remove: read.files, add: [newFile("c")] };
  expect(await mine.commit(compaction, read)).toMatchObject({ kind: "Committed" });
});

test("NULLs in a NOT NULL column are refused by the file's statistics", async () => {
  const table = DeltaTable.open(new MemoryStore());
  const schema = struct([field("o", struct([field("id", LONG, false)]), false)]);
  const file = { ...newFile("a"), stats: JSON.stringify({ numRecords: 3, nullCount: { o: { id: 2 } } }) };
  await expect(table.commit({ operation: "WRITE", definition: { schema }, add: [file] })).rejects.toThrow(
    /Column "o.id" is NOT NULL, but the new file "a" has 2 NULL values/,
  );
  await table.commit({ operation: "WRITE", definition: { schema }, add: [newFile("a")] });
  expect((await table.snapshot()).metadata.schema).toEqual(schema);
});

test("a table with a change feed takes appends and whole replacements, not partial rewrites", async () => {
  const { mine, read } = await twoPrograms({ "delta.enableChangeDataFeed": "true" });
  const rewrite = { operation: "UPDATE", remove: read.files.slice(1), add: [newFile("c")] };
  await expect(mine.commit(rewrite, read)).rejects.toMatchObject({ code: "DELTA_CHANGE_DATA_FEED_NEEDED" });
  expect(await mine.commit({ operation: "WRITE", remove: "all", add: [newFile("c")] })).toMatchObject({
    kind: "Committed",
  });
  expect(read.protocol).toMatchObject({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["changeDataFeed"] });
});

test("commit times go on even when the clock stands or turns back", async () => {
  const { mine } = await twoPrograms();
  await mine.commit({
    operation: "SET",
    definition: { ...definition, properties: { "delta.enableInCommitTimestamps": "true" } },
  });
  for (let index = 0; index < 5; index += 1) await mine.commit({ operation: "WRITE", add: [newFile(`t${index}`)] });
  const times = (await mine.history(6)).map((one) => one.timestamp);
  expect(new Set(times).size).toBe(6);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  const { configuration } = (await mine.snapshot()).metadata;
  expect(configuration["delta.inCommitTimestampEnablementVersion"]).toBe("1");
  expect(await mine.versionAt(times[2]!)).toBe(4);
});
