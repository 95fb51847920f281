import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine, InputSlice, TableTarget } from "@sluice/pipelines";
import { field, LONG, type Plan, STRING, struct, type Typed } from "@sluice/query";
import { expect, test } from "vitest";
import {
  call,
  columnOf,
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  targetAt,
} from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("name", STRING)]);

/** A table of three files, of which the first and the last cannot be read. */
async function brokenTable(engine: Engine): Promise<TableTarget> {
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const files: string[] = [];
  for (const [version, first] of [0n, 100n, 200n].entries()) {
    const rows = [first, first + 1n, first + 99n].map((id) => [id, `n${id}`]);
    await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf(rows), version));
    const all = readdirSync(target.location).filter((name) => name.startsWith("part-"));
    files.push(all.find((name) => !files.includes(name)) ?? "");
  }
  for (const gone of [files[0], files[2]]) rmSync(join(target.location, gone ?? ""));
  return target;
}

test("a semi join with keys reads only files of the table that can hold them", async () => {
  const engine = await newEngine();
  const target = await brokenTable(engine);
  const table = scanOf(SCHEMA, 0);
  const keys = scanOf(struct([field("k", LONG)]), 1);
  const condition = call("=", columnOf(keys, "k"), columnOf(table, "id"));
  const join_ = { kind: "Join", left: table, right: keys, how: "semi", condition, lateral: false } as const;
  const plan: Plan = { ...join_, output: table.output };
  const slice = { kind: "TableVersion", location: target.location, version: 2 } as const;
  const ask = async (wanted: readonly (bigint | null)[], what: Plan = plan) => {
    const inputs = new Map<number, InputSlice>([
      [0, slice],
      [1, rowsOf(wanted.map((key) => [key]))],
    ]);
    return (await engine.query(what, inputs, SESSION)).rows.map((row) => row[0]);
  };
  expect(await ask([101n, null, 150n])).toEqual([101n]);
  expect(await ask([])).toEqual([]);
  await expect(ask([1n, 101n])).rejects.toThrow();
  const outer: Plan = { ...join_, how: "left", output: [...table.output, ...keys.output] };
  await expect(ask([101n], outer)).rejects.toThrow();
});

test("rows that must be greater or less than keys are read from files that can have such", async () => {
  const engine = await newEngine();
  const target = await brokenTable(engine);
  const table = scanOf(SCHEMA, 0);
  const bounds = scanOf(struct([field("low", LONG), field("high", LONG)]), 1);
  const [id, low, high] = [columnOf(table, "id"), columnOf(bounds, "low"), columnOf(bounds, "high")];
  const ask = async (condition: Typed, rows: readonly (readonly bigint[])[]) => {
    const join_ = { kind: "Join", left: table, right: bounds, how: "semi", condition, lateral: false } as const;
    const inputs = new Map<number, InputSlice>([
      [0, { kind: "TableVersion", location: target.location, version: 2 }],
      [1, rowsOf(rows)],
    ]);
    return (await engine.query({ ...join_, output: table.output }, inputs, SESSION)).rows
      .map((row) => row[0])
      .toSorted();
  };
  const between = call("and", call(">=", id, low), call(">", high, id));
  expect(await ask(between, [[101n, 150n]])).toEqual([101n]);
  await expect(ask(call(">=", id, low), [[101n, 150n]])).rejects.toThrow();
  await expect(ask(call("<", high, id), [[1n, 199n]])).rejects.toThrow();
  expect(await ask(call("and", call("<=", low, id), call("<", id, high)), [[100n, 101n]])).toEqual([100n]);
});
