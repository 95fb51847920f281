import { field, STRING, struct } from "@sluice/query";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DeltaTable, MemoryStore, type TableChange } from "../src/index.ts";
import { APPS, ID_AND_NAME, modelOf, newFile, type TableModel } from "./table-model.ts";
import { textCodec } from "./text-codec.ts";

type Step =
  | { readonly kind: "Append"; readonly files: number; readonly app?: number }
  | { readonly kind: "Overwrite"; readonly files: number }
  | { readonly kind: "Remove"; readonly every: number }
  | { readonly kind: "Compact" }
  | { readonly kind: "AddColumn" }
  | { readonly kind: "SetDomain"; readonly text: string | null }
  | { readonly kind: "Forget"; readonly app: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("Append" as const), files: fc.nat(3), app: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("Append" as const), files: fc.nat(3) }) },
  fc.record({ kind: fc.constant("Overwrite" as const), files: fc.nat(2) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("Remove" as const), every: fc.integer({ min: 1, max: 3 }) }) },
  fc.constant({ kind: "Compact" as const }),
  fc.constant({ kind: "AddColumn" as const }),
  fc.record({ kind: fc.constant("SetDomain" as const), text: fc.option(fc.string()) }),
  fc.record({ kind: fc.constant("Forget" as const), app: fc.nat(1) }),
);

const appOf = (index: number): string => APPS[index] ?? APPS[0];

interface Planned {
  readonly change: TableChange;
  readonly after: TableModel;
  /** Paths of the files that the change is to remove. */
  readonly removed: readonly string[];
}

/** The change that a step stands for, and the model after it. */
function plan(model: TableModel, one: Step, name: string): Planned {
  const operation = one.kind;
  const fresh = (count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}%20é.parquet`);
  switch (one.kind) {
    case "Append":
      return planAppend(model, one.app, fresh(one.files));
    case "Overwrite": {
      const add = fresh(one.files);
      const change: TableChange = { operation, remove: "all", add: add.map((path) => newFile(path)) };
      return { change, after: { ...model, files: [...add].sort() }, removed: [] };
    }
    case "Remove": {
      const removed = model.files.filter((_, index) => index % one.every === 0);
      return {
        change: { operation },
        after: { ...model, files: model.files.filter((path) => !removed.includes(path)) },
        removed,
      };
    }
    case "Compact": {
      const add = model.files.length > 1 ? fresh(1) : [];
      const removed = add.length > 0 ? model.files : [];
      const change: TableChange = { operation, dataChange: false, add: add.map((path) => newFile(path)) };
      return { change, after: { ...model, files: add.length > 0 ? add : model.files }, removed };
    }
    case "AddColumn": {
      const columns = [...model.columns, name];
      return {
        change: { operation, definition: { schema: struct([field(name, STRING)]) } },
        after: { ...model, columns },
        removed: [],
      };
    }
    case "SetDomain": {
      const { ["sluice.test"]: _, ...others } = model.domains;
      const domains = one.text === null ? others : { ...others, "sluice.test": one.text };
      return { change: { operation, domains: { "sluice.test": one.text } }, after: { ...model, domains }, removed: [] };
    }
    case "Forget": {
      const { [appOf(one.app)]: _, ...transactions } = model.transactions;
      return { change: { operation, forget: [appOf(one.app)] }, after: { ...model, transactions }, removed: [] };
    }
  }
}

function planAppend(model: TableModel, app: number | undefined, add: readonly string[]): Planned {
  const change: TableChange = { operation: "Append", add: add.map((path) => newFile(path)) };
  const after = { ...model, files: [...model.files, ...add].sort() };
  if (app === undefined) return { change, after, removed: [] };
  const transaction = { appId: appOf(app), version: (model.transactions[appOf(app)] ?? -1) + 2 };
  const transactions = { ...model.transactions, [transaction.appId]: transaction.version };
  return { change: { ...change, transaction }, after: { ...after, transactions }, removed: [] };
}

/** Runs steps on a table; gives the model of each version. */
async function run(table: DeltaTable, steps: readonly Step[]): Promise<readonly TableModel[]> {
  const properties = { "delta.checkpointInterval": "3", "delta.feature.domainMetadata": "supported" };
  await table.commit({ operation: "CREATE TABLE", definition: { schema: ID_AND_NAME, properties } });
  const models: TableModel[] = [{ files: [], transactions: {}, columns: ["id", "name"], domains: {} }];
  for (const [index, one] of steps.entries()) {
    const snapshot = await table.snapshot();
    const { change, after, removed } = plan(models.at(-1)!, one, `v${index}`);
    const remove = snapshot.files.filter((file) => removed.includes(file.path));
    const outcome = await table.commit({ ...(remove.length > 0 ? { remove } : {}), ...change }, snapshot);
    if (outcome.kind === "Committed") models.push(after);
    else expect(outcome.kind).toBe("Unchanged");
    expect(modelOf(await table.snapshot())).toEqual(models.at(-1));
  }
  return models;
}

test("any history reads back the same with checkpoints, without, at every version, and after old commits are gone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const store = new MemoryStore();
      const models = await run(DeltaTable.open(store, { codec: textCodec }), steps);
      for (const options of [{}, { codec: textCodec }]) {
        const reader = DeltaTable.open(store, options);
        expect(modelOf(await reader.snapshot())).toEqual(models.at(-1));
        for (const [version, model] of models.entries()) {
          expect(modelOf(await reader.snapshot({ version }))).toEqual(model);
        }
      }
      const lastCheckpoint = Math.floor((models.length - 1) / 3) * 3;
      for (let version = 0; version < lastCheckpoint; version += 1) {
        await store.delete(`_delta_log/${String(version).padStart(20, "0")}.json`);
      }
      expect(modelOf(await DeltaTable.open(store, { codec: textCodec }).snapshot())).toEqual(models.at(-1));
    }),
    { numRuns: 60 },
  );
});
