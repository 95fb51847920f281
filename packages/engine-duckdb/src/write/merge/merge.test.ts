import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine, TableTarget, WriteOutcome } from "@sluice/pipelines";
import { field, LONG, struct, type Value } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { newEngine, newFolder, sorted, tableRows, targetAt } from "../../../test/engine-fixture.ts";
import { mergeOf } from "../../../test/merge-fixture.ts";
import { MergeModel, MODEL_SCHEMA } from "../../../test/merge-model.ts";

async function versionOf(engine: Engine, { location }: TableTarget): Promise<number> {
  return (await engine.tables.describe(location))?.version ?? -1;
}

type Json = Readonly<Record<string, unknown>>;

/** The actions of a commit, each with its kind. */
function actionsOf(location: string, version: number): readonly (readonly [kind: string, action: Json])[] {
  const path = join(location, "_delta_log", `${String(version).padStart(20, "0")}.json`);
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.flatMap((line) => Object.entries(JSON.parse(line) as Readonly<Record<string, Json>>));
}

describe.each([
  { vectors: true, feed: true },
  { vectors: true, feed: false },
  { vectors: false, feed: true },
  { vectors: false, feed: false },
])("with deletion vectors $vectors and change feed $feed", ({ vectors, feed }) => {
  test("any merges leave the rows that a map would hold, and count what they did", async () => {
    const engine = await newEngine();
    const model = new MergeModel(vectors ? 7 : 11);
    const properties = { "delta.enableDeletionVectors": `${vectors}`, "delta.enableChangeDataFeed": `${feed}` };
    const target = targetAt(join(newFolder(), "t"), MODEL_SCHEMA, { properties, partitionBy: feed ? ["p"] : [] });
    await engine.tables.ensure(target);
    for (let round = 0; round < 8; round += 1) {
      const { gone, come, counts } = model.next();
      const outcome = await engine.write(mergeOf(target, await versionOf(engine, target), gone, come));
      expect(outcome).toMatchObject({ kind: "Committed", merged: counts });
      expect(await tableRows(engine, target.location)).toEqual(sorted([...model.rows.values()]));
      expect(await engine.tables.describe(target.location)).toMatchObject({ rows: model.rows.size });
    }
    const other = await newEngine();
    expect(await tableRows(other, target.location)).toEqual(sorted([...model.rows.values()]));
    const hasVectors = readdirSync(target.location).some((name) => name.startsWith("deletion_vector_"));
    expect(hasVectors).toBe(vectors);
    expect(existsSync(join(target.location, "_change_data"))).toBe(feed);
  });
});

async function filled(
  engine: Engine,
  properties: Readonly<Record<string, string>>,
  rows: number,
): Promise<TableTarget> {
  const target = targetAt(join(newFolder(), "t"), MODEL_SCHEMA, { properties });
  await engine.tables.ensure(target);
  const all: Value[][] = Array.from({ length: rows }, (_, i) => [BigInt(i), `n${i}`, "p"]);
  await engine.write(mergeOf(target, 0, [], all));
  return target;
}

const VECTORS = { "delta.enableDeletionVectors": "true" };

test("a merge by deletion vectors removes and adds the file with full statistics, and one without rows left goes", async () => {
  const engine = await newEngine();
  const target = await filled(engine, VECTORS, 100);
  await engine.write(mergeOf(target, 1, [5n, 6n], [[5n, "five", "p"]]));
  const actions = actionsOf(target.location, 2);
  const find = (kind: string, has: string) => actions.find(([one, action]) => one === kind && has in action)?.[1];
  const [info, remove, add] = [find("commitInfo", "operation"), find("remove", "path"), find("add", "deletionVector")];
  const deletionVector = { cardinality: 2, storageType: "u" };
  expect(add).toMatchObject({ path: remove?.["path"], dataChange: true, deletionVector });
  expect(JSON.parse(String(add?.["stats"]))).toMatchObject({
    numRecords: 100,
    tightBounds: false,
    minValues: { id: 0 },
  });
  expect(info).toMatchObject({
    isBlindAppend: false,
    operationMetrics: { numTargetRowsUpdated: "1", numTargetRowsDeleted: "1", numTargetDeletionVectorsAdded: "1" },
  });
  const rest = Array.from({ length: 100 }, (_, i) => BigInt(i)).filter((id) => id !== 6n);
  await engine.write(mergeOf(target, 2, rest, []));
  expect(await engine.tables.describe(target.location)).toMatchObject({ files: 0, rows: 0 });
  expect(actionsOf(target.location, 3).filter(([kind]) => kind === "add")).toEqual([]);
});

test("a merge that changes nothing records its transaction and no files", async () => {
  const engine = await newEngine();
  const target = await filled(engine, { ...VECTORS, "delta.enableChangeDataFeed": "true" }, 10);
  const same = mergeOf(target, 1, [3n], [[3n, "n3", "p"]], { transaction: { appId: "flow", version: 4 } });
  expect(await engine.write(same)).toMatchObject({
    kind: "Committed",
    merged: { inserted: 0, updated: 0, deleted: 0 },
  });
  expect(actionsOf(target.location, 2).map(([kind]) => kind)).toEqual(["commitInfo", "txn"]);
  expect(await engine.write(same)).toMatchObject({ kind: "AlreadyCommitted" });
});

test("a merge whose version somebody has overtaken is refused and leaves no files, one by the same row twice too", async () => {
  const engine = await newEngine();
  const target = await filled(engine, VECTORS, 10);
  await engine.write(mergeOf(target, 1, [1n], []));
  const before = readdirSync(target.location).sort();
  await expect(engine.write(mergeOf(target, 1, [2n], [[2n, "x", "p"]]))).rejects.toMatchObject({
    facts: { condition: "DELTA_CONCURRENT_WRITE", retry: "backoff" },
  });
  const twice = mergeOf(target, 2, [2n], [[2n, "x", "p"]], {}, "inner", [2n, 2n]);
  await expect(engine.write(twice)).rejects.toMatchObject({
    facts: { condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE" },
  });
  expect(readdirSync(target.location).sort()).toEqual(before);
  expect(await tableRows(engine, target.location)).toHaveLength(9);
});

test("rows of one identity on both sides are paired one by one", async () => {
  const engine = await newEngine();
  const target = await filled(engine, { ...VECTORS, "delta.enableChangeDataFeed": "true" }, 0);
  const version = await versionOf(engine, target);
  await engine.write(
    mergeOf(
      target,
      version,
      [],
      [
        [1n, "a", "p"],
        [1n, "b", "p"],
        [1n, "c", "p"],
      ],
    ),
  );
  const outcome: WriteOutcome = await engine.write(
    mergeOf(
      target,
      version + 1,
      [1n],
      [
        [1n, "x", "p"],
        [1n, "y", "p"],
      ],
    ),
  );
  expect(outcome).toMatchObject({ merged: { inserted: 0, updated: 2, deleted: 1 } });
  expect(await tableRows(engine, target.location)).toEqual([
    [1n, "x", "p"],
    [1n, "y", "p"],
  ]);
});

test("columns may have the names that a merge uses inside: f, r, o, a, rowid", async () => {
  const engine = await newEngine();
  const schema = struct(["id", "f", "r", "o", "a", "rowid"].map((name) => field(name, LONG)));
  const properties = { ...VECTORS, "delta.enableChangeDataFeed": "true" };
  const target = targetAt(join(newFolder(), "t"), schema, { properties });
  await engine.tables.ensure(target);
  const row = (id: bigint, value: bigint): readonly bigint[] => [id, value, value, value, value, value];
  await engine.write(mergeOf(target, 0, [], [row(1n, 7n), row(2n, 7n), row(3n, 7n)]));
  expect(await engine.write(mergeOf(target, 1, [1n, 2n], [row(1n, 8n), row(2n, 7n)]))).toMatchObject({
    merged: { inserted: 0, updated: 1, deleted: 0 },
  });
  expect(await tableRows(engine, target.location)).toEqual([row(1n, 8n), row(2n, 7n), row(3n, 7n)]);
});
