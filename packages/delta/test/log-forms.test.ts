import { expect, test } from "vitest";
import { type DeltaError, DeltaTable, MemoryStore, scan } from "../src/index.ts";
import { textCodec } from "./text-codec.ts";

const LOG = "_delta_log";
const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";
const at = (version: number, rest = "json"): string => `${LOG}/${String(version).padStart(20, "0")}.${rest}`;

const schemaString = JSON.stringify({
  type: "struct",
  fields: [{ name: "id", type: "long", nullable: true, metadata: {} }],
});
const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaData = {
  metaData: {
    id: "t",
    format: { provider: "parquet", options: {} },
    schemaString,
    partitionColumns: [],
    configuration: {},
  },
};
const add = (path: string, more = {}) => ({
  add: { path, partitionValues: {}, size: 10, modificationTime: 1, dataChange: true, ...more },
});
const remove = (path: string, more = {}) => ({
  remove: { path, dataChange: true, deletionTimestamp: Date.now(), ...more },
});

async function storeOf(files: Readonly<Record<string, readonly unknown[] | string>>): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [path, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : content.map((one) => JSON.stringify(one)).join("\n");
    await store.put(path, new TextEncoder().encode(text));
  }
  return store;
}

async function pathsOf(store: MemoryStore, codec = true): Promise<readonly string[]> {
  const snapshot = await DeltaTable.open(store, codec ? { codec: textCodec } : {}).snapshot();
  return snapshot.files.map((file) => file.path).sort();
}

test("the last action on a file wins, under every spelling of its path", async () => {
  const store = await storeOf({
    [at(0)]: [protocol, metaData, add("a%20b"), add("c"), add("file:/x/d")],
    [at(1)]: [remove("a b"), remove("c"), remove("file:///x/d")],
    [at(2)]: [add("c")],
  });
  expect(await pathsOf(store)).toEqual(["c"]);
});

test("a new deletion vector replaces the file with the old one", async () => {
  const deletionVector = {
    storageType: "u",
    pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^",
    offset: 4,
    sizeInBytes: 40,
    cardinality: 6,
  };
  const store = await storeOf({
    [at(0)]: [protocol, metaData, add("a", { stats: '{"numRecords":10}' })],
    [at(1)]: [remove("a"), add("a", { deletionVector, stats: '{"numRecords":10}' })],
  });
  const table = DeltaTable.open(store);
  const snapshot = await table.snapshot();
  expect(snapshot).toMatchObject({ fileCount: 1, rowCount: 4 });
  expect(scan(snapshot).files.map((file) => file.deletionVector?.cardinality)).toEqual([
    snapshot.files[0]?.deletionVector?.cardinality,
  ]);
  expect(scan(await table.snapshot({ version: 0 })).paths).toHaveLength(1);
});

test.each(["json", "parquet"])("a V2 checkpoint with a %s manifest and sidecars is read", async (format) => {
  const sidecar = (path: string) => ({ sidecar: { path, sizeInBytes: 1, modificationTime: 1 } });
  const store = await storeOf({
    [at(7, `checkpoint.${UUID}.${format}`)]: [
      { checkpointMetadata: { version: 7 } },
      protocol,
      metaData,
      { txn: { appId: "f", version: 3 } },
      sidecar("one.parquet"),
      sidecar("two.parquet"),
    ],
    [`${LOG}/_sidecars/one.parquet`]: [add("a"), remove("z")],
    [`${LOG}/_sidecars/two.parquet`]: [add("b")],
    [at(8)]: [remove("a"), add("c")],
  });
  expect(await pathsOf(store)).toEqual(["b", "c"]);
  expect((await DeltaTable.open(store, { codec: textCodec }).snapshot()).transactionVersion("f")).toBe(3);
});

test("a checkpoint in parts is read whole", async () => {
  const part = (index: number) => at(2, `checkpoint.000000000${index}.0000000002.parquet`);
  const store = await storeOf({ [part(1)]: [protocol, metaData, add("a")], [part(2)]: [add("b")] });
  expect(await pathsOf(store)).toEqual(["a", "b"]);
});

test("a damaged checkpoint is passed over while the commits before it are there", async () => {
  const commits = { [at(0)]: [protocol, metaData, add("a")], [at(1)]: [add("b")] };
  const damaged = { [at(1, "checkpoint.parquet")]: "PAR1 nonsense" };
  expect(await pathsOf(await storeOf({ ...commits, ...damaged }))).toEqual(["a", "b"]);
  await expect(pathsOf(await storeOf({ ...damaged, [at(2)]: [add("c")] }))).rejects.toMatchObject({
    code: "DELTA_LOG_CORRUPT",
  });
});

test("a half-written commit is an error that names file and line", async () => {
  const store = await storeOf({ [at(0)]: `${JSON.stringify(protocol)}\n{"metaData":{"id` });
  const error: DeltaError = await DeltaTable.open(store)
    .snapshot()
    .then(
      () => expect.unreachable(),
      (caught) => caught,
    );
  expect(error.message).toMatch(/00000000000000000000.json" cannot be read: line 2: /);
});

test("a log without protocol or metadata says what is missing", async () => {
  await expect(pathsOf(await storeOf({ [at(0)]: [metaData] }))).rejects.toMatchObject({
    params: { missing: "protocol" },
  });
  await expect(pathsOf(await storeOf({ [at(0)]: [protocol] }))).rejects.toMatchObject({
    params: { missing: "metaData" },
  });
});

test("a table whose schema is not set yet has no columns, and gets them with its first definition", async () => {
  const { schemaString: _, ...bare } = metaData.metaData;
  const store = await storeOf({ [at(0)]: [protocol, { metaData: bare }] });
  expect((await DeltaTable.open(store).snapshot()).metadata.schema.fields).toEqual([]);
});

test("a table that needs an unknown feature is refused by its name", async () => {
  const unknown = {
    protocol: {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["variantShredding"],
      writerFeatures: ["variantShredding"],
    },
  };
  await expect(pathsOf(await storeOf({ [at(0)]: [unknown, metaData] }))).rejects.toThrow(
    /needs "variantShredding" to be read/,
  );
  const writers = { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["rowTracking"] } };
  const table = DeltaTable.open(await storeOf({ [at(0)]: [writers, metaData, add("a")] }));
  expect((await table.snapshot()).fileCount).toBe(1);
  const change = { operation: "WRITE", add: [{ path: "b", partitionValues: {}, sizeBytes: 1 }] };
  await expect(table.commit(change)).rejects.toThrow(/needs "rowTracking" to be written/);
});

test("another table at the same place is noticed, even when it is further on", async () => {
  const store = await storeOf({ [at(0)]: [protocol, metaData, add("a")], [at(1)]: [add("b")] });
  const table = DeltaTable.open(store);
  await table.snapshot();
  await store.put(
    at(0),
    new TextEncoder().encode(
      [protocol, { metaData: { ...metaData.metaData, id: "u" } }].map((one) => JSON.stringify(one)).join("\n"),
    ),
  );
  await store.put(at(1), new TextEncoder().encode(JSON.stringify(add("much-longer-name"))));
  await store.put(at(2), new TextEncoder().encode(JSON.stringify(add("e"))));
  expect((await table.snapshot()).files.map((file) => file.path).sort()).toEqual(["e", "much-longer-name"]);
  for (const version of [0, 1, 2]) await store.delete(at(version));
  await expect(table.snapshot()).rejects.toMatchObject({ code: "DELTA_TABLE_NOT_FOUND" });
});

test("the tail of a table is its appends up to the first change of rows", async () => {
  const info = (operation: string) => ({ commitInfo: { operation } });
  const table = DeltaTable.open(
    await storeOf({
      [at(0)]: [protocol, metaData, add("a")],
      [at(1)]: [{ txn: { appId: "x", version: 1 } }],
      [at(2)]: [info("OPTIMIZE"), remove("a", { dataChange: false }), add("a2", { dataChange: false })],
      [at(3)]: [metaData, add("b"), add("c")],
      [at(4)]: [info("DELETE"), remove("b")],
      [at(5)]: [add("d")],
    }),
  );
  const versions = async (after: number, through?: number) => {
    const tail = await table.tail(after, through);
    return [tail.appends.map((one) => [one.version, one.files.map((file) => file.path)]), tail.through, tail.changed];
  };
  const changed = { version: 4, operation: "DELETE", adds: false };
  expect(await versions(-1)).toEqual([
    [
      [0, ["a"]],
      [3, ["b", "c"]],
    ],
    3,
    changed,
  ]);
  expect(await versions(0, 2)).toEqual([[], 2, undefined]);
  expect(await versions(4)).toEqual([[[5, ["d"]]], 5, undefined]);
  expect(await versions(5)).toEqual([[], 5, undefined]);
  expect((await table.tail(0)).schemas.map((one) => one.version)).toEqual([3]);
  await expect(table.tail(9)).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
});

test("time travel finds the version of a time, and history tells the newest first", async () => {
  let now = 1000;
  const store = new MemoryStore(() => now);
  const table = DeltaTable.open(store);
  const definition = {
    schema: (await DeltaTable.open(await storeOf({ [at(0)]: [protocol, metaData] })).snapshot()).metadata.schema,
  };
  for (const path of ["a", "b", "c"]) {
    await table.commit({
      operation: `WRITE ${path}`,
      definition,
      add: [{ path, partitionValues: {}, sizeBytes: 1 }],
      operationParameters: { n: 1 },
    });
    now += 1000;
  }
  expect((await table.snapshot({ timestamp: 2999 })).version).toBe(1);
  expect((await table.snapshot({ timestamp: 99_999 })).version).toBe(2);
  await expect(table.snapshot({ timestamp: 999 })).rejects.toMatchObject({
    code: "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
  });
  expect(await table.history(2)).toMatchObject([
    { version: 2, timestamp: 3000, operation: "WRITE c", operationParameters: { n: "1" }, isBlindAppend: true },
    { version: 1, timestamp: 2000, operation: "WRITE b" },
  ]);
});
