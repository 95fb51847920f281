import { struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { MemoryTable } from "../../test/memory-table.ts";
import type { ChangeBounds } from "./change-feed.ts";
import { DeltaStreamSource } from "./delta-stream-source.ts";

const LOCATION = "/t";

function tableWith(...commits: readonly (readonly number[])[]): { table: MemoryTable; engine: MemoryEngine } {
  const table = new MemoryTable(struct([]));
  for (const ids of commits) append(table, ...ids);
  return { table, engine: new MemoryEngine(new Map([[LOCATION, table]])) };
}

function append(table: MemoryTable, ...ids: readonly number[]): void {
  table.commit({ operation: "WRITE", added: ids.map((id) => ({ id })), removesAll: false });
}

function sourceOf(engine: MemoryEngine, options: Readonly<Record<string, string>> = {}): DeltaStreamSource {
  return new DeltaStreamSource(engine.tables, { name: "t", location: LOCATION, options, target: "silver" });
}

describe("a stream of a Delta table", () => {
  test("gives the rows of now first, then what is appended", async () => {
    const { table, engine } = tableWith([1], [2]);
    const first = await sourceOf(engine).next(undefined);
    expect(await sourceOf(engine).slice(first!)).toEqual({ kind: "TableVersion", location: LOCATION, version: 2 });
    append(table, 3);
    append(table, 4);
    const second = await sourceOf(engine).next(first);
    expect(await sourceOf(engine).slice(second!)).toEqual({
      kind: "TableAppends",
      location: LOCATION,
      after: 2,
      through: 4,
    });
    expect(await sourceOf(engine).next(second)).toBeUndefined();
  });

  test("ends at what there was when it was first asked", async () => {
    const { table, engine } = tableWith([1]);
    const source = sourceOf(engine);
    const first = await source.next(undefined);
    append(table, 2);
    expect(await source.next(first)).toBeUndefined();
    expect(await sourceOf(engine).next(first)).toMatchObject({ after: 1, through: 2 });
  });

  test("an empty table has nothing to give yet", async () => {
    const { engine } = tableWith();
    expect(await sourceOf(engine).next(undefined)).toBeUndefined();
  });

  test.each([
    [{ startingVersion: "2" }, { after: 1, through: 3 }],
    [{ STARTINGVERSION: "latest" }, { after: 3, through: 3 }],
  ])("begins where %o says", async (options, range) => {
    const { engine } = tableWith([1], [2], [3]);
    expect(await sourceOf(engine, options).next(undefined)).toMatchObject(range);
  });

  test("of a change feed goes past every commit, from all rows or from a version on [F199]", async () => {
    const { table, engine } = tableWith([1]);
    const feedOf = (changes: ChangeBounds) =>
      new DeltaStreamSource(engine.tables, { name: "t", location: LOCATION, options: {}, target: "silver", changes });
    const first = await feedOf({}).next(undefined);
    expect(await feedOf({}).slice(first!)).toMatchObject({ kind: "TableChanges", after: null, through: 1 });
    table.commit({ operation: "MERGE", added: [{ id: 3 }], removesAll: true });
    append(table, 4);
    expect(await feedOf({}).next(first)).toMatchObject({ after: 1, through: 3 });
    expect(await feedOf({ start: { version: 0 } }).next(undefined)).toMatchObject({ after: -1, through: 3 });
    await expect(feedOf({ start: { version: 9 } }).next(undefined)).rejects.toThrow(/cannot start at version 9/);
  });

  test("commits without rows are no batch, until there are many of them", async () => {
    const { table, engine } = tableWith([1]);
    const first = await sourceOf(engine).next(undefined);
    for (let i = 0; i < 99; i++) append(table);
    expect(await sourceOf(engine).next(first)).toBeUndefined();
    append(table);
    expect(await sourceOf(engine).next(first)).toMatchObject({ after: 1, through: 101 });
  });

  test("gives what came before a change, then stops or passes over it [F71] [F72]", async () => {
    const { table, engine } = tableWith([1]);
    const first = await sourceOf(engine).next(undefined);
    append(table, 2);
    table.commit({ operation: "UPDATE", added: [{ id: 3 }], removesAll: true });
    append(table, 4);
    const second = await sourceOf(engine).next(first);
    expect(second).toMatchObject({ after: 1, through: 2 });
    await expect(sourceOf(engine).next(second)).rejects.toThrow(
      /Detected a data update.*"t" at version 3.*full refresh of "silver"/,
    );
    const skipping = await sourceOf(engine, { skipChangeCommits: "true" }).next(second);
    expect(skipping).toMatchObject({ after: 3, through: 4 });
  });

  test("names a table that is not there", async () => {
    await expect(sourceOf(new MemoryEngine()).next(undefined)).rejects.toThrow(/no Delta table "t" at \/t.*"silver"/);
  });
});
