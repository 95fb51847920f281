import { expect, test } from "vitest";
import { DeltaTable, type Fault, FaultyStore, MemoryStore, type ObjectStore, type TableChange } from "../src/index.ts";
import { ID_AND_NAME, modelOf, newFile } from "./table-model.ts";
import { textCodec } from "./text-codec.ts";

const definition = { schema: ID_AND_NAME, properties: { "delta.checkpointInterval": "2" } };

/** Batches of a flow, as a pipeline would commit them; each is named once and may be tried again. */
const BATCHES: readonly TableChange[] = Array.from({ length: 6 }, (_, version) => ({
  operation: "STREAMING UPDATE",
  definition,
  transaction: { appId: "bronze/flow", version },
  add: [newFile(`batch-${version}.parquet`)],
  ...(version === 4 ? { remove: "all" as const } : {}),
}));

async function commitAll(store: ObjectStore): Promise<void> {
  const table = DeltaTable.open(store, { codec: textCodec });
  for (const batch of BATCHES) await table.commit(batch);
}

async function writesWithoutFault(): Promise<number> {
  const store = new FaultyStore(new MemoryStore(), { atWrite: -1, when: "before", kind: "failure" });
  await commitAll(store);
  return store.writes;
}

const writes = await writesWithoutFault();
const faults: readonly Fault[] = Array.from({ length: writes }, (_, index) => index + 1).flatMap((atWrite) =>
  (["before", "after"] as const).flatMap((when) =>
    (["crash", "failure"] as const).map((kind) => ({ atWrite, when, kind })),
  ),
);

test.each(faults)(
  "$kind $when write $atWrite: running the batches again loses nothing and repeats nothing",
  async (fault) => {
    const disk = new MemoryStore();
    await commitAll(new FaultyStore(disk, fault)).catch(() => undefined);
    await commitAll(disk);
    for (const options of [{}, { codec: textCodec }]) {
      const table = DeltaTable.open(disk, options);
      expect(modelOf(await table.snapshot())).toMatchObject({
        files: ["batch-4.parquet", "batch-5.parquet"],
        transactions: { "bronze/flow": 5 },
      });
      expect((await table.history()).map((one) => one.transactions[0]?.version)).toEqual([5, 4, 3, 2, 1, 0]);
    }
  },
);

test("a commit whose answer is lost on the way is known as our own", async () => {
  const disk = new MemoryStore();
  const table = DeltaTable.open(new FaultyStore(disk, { atWrite: 1, when: "after", kind: "failure" }));
  expect(await table.commit({ operation: "WRITE", definition, add: [newFile("a")] })).toMatchObject({
    kind: "Committed",
  });
  expect(await table.commit({ operation: "WRITE", add: [newFile("b")] })).toMatchObject({
    kind: "Committed",
    version: 1,
  });
});
