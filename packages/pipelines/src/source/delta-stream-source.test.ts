import { struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { MemoryTable } from "../../test/memory-table.ts";
import type { ChangeBounds } from "./change-feed.ts";
import { DeltaStreamSource } from "./delta-stream-source.ts";
import { emptyRangeAfter, NO_ROWS, type OffsetRange } from "./stream-source.ts";

const LOCATION = "/t";

function tableWith(...commits: readonly (readonly number[])[]): { table: MemoryTable; engine: MemoryEngine } {
  const table = new MemoryTable(struct([]));
  for (const ids of commits) append(table, ...ids);
  return { table, engine: new MemoryEngine(new Map([[LOCATION, table]])) };
}

function append(table: MemoryTable, ...ids: readonly number[]): void {
  table.commit({ operation: "WRITE", added: ids.map((id) => ({ id })), removesAll: false });
}

/** The ids of the rows of a range, of a table whose rows are files of their own. */
async function idsOf(
  engine: MemoryEngine,
  table: MemoryTable,
  range: OffsetRange,
  options: Readonly<Record<string, string>> = {},
): Promise<number[]> {
  const slice = await sourceOf(engine, options).slice(range);
  if (slice.kind !== "TableVersion" && slice.kind !== "TableAppends") throw new Error(`not a table: ${slice.kind}`);
  const [after, through] = slice.kind === "TableVersion" ? [-1, slice.version] : [slice.after, slice.through];
  const files = slice.files ?? (await engine.tables.tail(LOCATION, after, through)).files.map((file) => file.path);
  return files.map((path) => {
    const [version = 0, row = 0] = path.split("/").map(Number);
    return Number(table.commits[version]?.added[row]?.["id"]);
  });
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

  test.each([
    [{ maxFilesPerTrigger: "2" }, [[1, 2], [3, 4], [5], [6, 7], [8, 9]]],
    [{ MAXBYTESPERTRIGGER: "3b" }, [[1, 2, 3], [4, 5], [6, 7, 8], [9]]],
    [{ maxFilesPerTrigger: "3", startingVersion: "2" }, [[3, 4, 5], [6, 7, 8], [9]]],
    [
      { maxFilesPerTrigger: "100" },
      [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9],
      ],
    ],
  ])(
    "takes as many files at once as %o says, of the rows of now and of each commit [F147]",
    async (options, expected) => {
      const { table, engine } = tableWith([1, 2], [3, 4, 5]);
      const batches: number[][] = [];
      let last: OffsetRange | undefined;
      const run = async (): Promise<void> => {
        for (;;) {
          const range = await sourceOf(engine, options).next(last);
          if (range === undefined) return;
          batches.push(await idsOf(engine, table, range, options));
          last = range;
        }
      };
      await run();
      append(table, 6, 7, 8);
      append(table);
      append(table, 9);
      await run();
      expect(batches).toEqual(expected);
      expect(await sourceOf(engine, options).slice(emptyRangeAfter(last))).toBe(NO_ROWS);
    },
  );

  test("within a version the place is kept, though a batch has nothing of it and the limits go away", async () => {
    const { table, engine } = tableWith([1, 2, 3]);
    append(table, 4, 5, 6);
    const limited = { maxFilesPerTrigger: "4" };
    const first = await sourceOf(engine, limited).next(undefined);
    const pause = emptyRangeAfter(first);
    expect(await sourceOf(engine).slice(pause)).toBe(NO_ROWS);
    const rest = await sourceOf(engine).next(pause);
    expect(await idsOf(engine, table, first!)).toEqual([1, 2, 3, 4]);
    expect(await idsOf(engine, table, rest!)).toEqual([5, 6]);
    append(table, 7, 8, 9);
    const start = { maxFilesPerTrigger: "1" };
    const second = await sourceOf(engine, start).next(rest);
    expect(await idsOf(engine, table, second!)).toEqual([7]);
    const after = emptyRangeAfter(second);
    expect(await sourceOf(engine).slice(after)).toBe(NO_ROWS);
    expect(await idsOf(engine, table, (await sourceOf(engine).next(after))!)).toEqual([8, 9]);
  });

  test("with limits stops before a change, and goes on behind one that is passed over", async () => {
    const { table, engine } = tableWith([1]);
    const options = { maxFilesPerTrigger: "2", startingVersion: "2", skipChangeCommits: "true" };
    append(table, 2, 3, 4);
    table.commit({ operation: "UPDATE", added: [{ id: 5 }], removesAll: true });
    append(table, 6);
    const first = await sourceOf(engine, options).next(undefined);
    const second = await sourceOf(engine, options).next(first);
    await expect(sourceOf(engine, { maxFilesPerTrigger: "2" }).next(second)).rejects.toThrow(/Detected a data update/);
    const third = await sourceOf(engine, options).next(second);
    const ranges = [first, second, third].map((range) => idsOf(engine, table, range!, options));
    expect(await Promise.all(ranges)).toEqual([[2, 3], [4], [6]]);
  });

  test("a change feed with limits has whole commits, one at least", async () => {
    const { table, engine } = tableWith([1, 2, 3]);
    const options = { maxFilesPerTrigger: "2" };
    const feed = () =>
      new DeltaStreamSource(engine.tables, { name: "t", location: LOCATION, options, target: "silver", changes: {} });
    const first = await feed().next(undefined);
    expect(await feed().slice(first!)).toMatchObject({ kind: "TableChanges", after: null, files: ["1/0", "1/1"] });
    const second = await feed().next(first);
    expect(await feed().slice(second!)).toMatchObject({ after: null, through: 1, files: ["1/2"] });
    append(table, 4);
    table.commit({ operation: "MERGE", added: [{ id: 5 }, { id: 6 }, { id: 7 }], removesAll: true });
    append(table, 8, 9, 10);
    const third = await feed().next(second);
    const fourth = await feed().next(third);
    const fifth = await feed().next(fourth);
    const change = { kind: "Table", id: table.id };
    expect([third, fourth, fifth]).toEqual([
      { ...change, after: 1, through: 2 },
      { ...change, after: 2, through: 3 },
      { ...change, after: 3, through: 4 },
    ]);
    expect(await feed().next(fifth)).toBeUndefined();
  });

  test("names a table that is not there", async () => {
    await expect(sourceOf(new MemoryEngine()).next(undefined)).rejects.toThrow(/no Delta table "t" at \/t.*"silver"/);
  });
});
