import { join } from "node:path";
import type { Engine, InputSlice, StateWrite, TableTarget } from "@sluice/pipelines";
import { field, INTEGER, LONG, type Plan, STRING, struct, type Value } from "@sluice/query";
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
  tableRows,
  targetAt,
} from "../../test/engine-fixture.ts";

const SOURCE = struct([field("id", LONG), field("region", STRING), field("place", LONG)]);
const KEYS = struct([field("id", LONG), field("region", STRING)]);

/** Rows `from` to `to` whose key (id, region) repeats after 200 rows; every seventh id and every eleventh region is NULL. */
function source(from: number, to: number): InputSlice {
  return rowsOf(
    Array.from({ length: to - from }, (_, i) => {
      const [place, key] = [from + i, Math.floor((from + i) / 400) * 200 + ((from + i) % 200)];
      return [key % 7 === 0 ? null : BigInt(key), key % 11 === 0 ? null : `r${key % 3}`, BigInt(place)];
    }),
  );
}

/** What a stream with `dropDuplicates(id, region)` is asked for: rows whose key the state lacks, once each, and their keys as the next state. */
function deduplicated(state: TableTarget): { readonly plan: Plan; readonly states: readonly StateWrite[] } {
  const rows = scanOf(SOURCE);
  const seen = scanOf(KEYS, 1);
  const same = (name: string) => call("<=>", columnOf(rows, name), columnOf(seen, name));
  const condition = call("and", same("id"), same("region"));
  const input: Plan = {
    kind: "Join",
    left: rows,
    right: seen,
    how: "anti",
    lateral: false,
    condition,
    output: rows.output,
  };
  const keys = rows.output.slice(0, 2);
  const plan: Plan = {
    kind: "Deduplicate",
    input,
    keys: keys.map((one) => one.id),
    withinWatermark: false,
    output: rows.output,
  };
  const columns = keys.map((attribute) => ({
    attribute: { ...attribute, id: attribute.id + 10_000 },
    expression: columnOf(rows, attribute.name),
  }));
  const next: Plan = { kind: "Project", input: plan, columns, output: columns.map((one) => one.attribute) };
  return { plan, states: [{ target: state, plan: next, mode: "append", version: 0 }] };
}

interface Tables {
  readonly source: TableTarget;
  readonly target: TableTarget;
  readonly state: TableTarget;
}

async function newTables(engine: Engine): Promise<Tables> {
  const folder = newFolder();
  const tables = {
    source: targetAt(join(folder, "source"), SOURCE),
    target: targetAt(join(folder, "target"), SOURCE),
    state: targetAt(join(folder, "state"), KEYS),
  };
  await engine.tables.ensure(tables.state);
  await engine.tables.ensure(tables.source);
  return tables;
}

/** Appends rows to the source and takes them through; answers how many were new. */
async function deliver(engine: Engine, { source: from, target, state }: Tables, rows: InputSlice): Promise<number> {
  const before = await engine.tables.describe(from.location);
  const version = before?.version ?? 0;
  await engine.write(requestOf(from, scanOf(SOURCE), rows, version));
  const seen = (await engine.tables.describe(state.location))?.version ?? 0;
  const inputs = new Map<number, InputSlice>([
    [0, { kind: "TableAppends", location: from.location, after: version, through: version + 1 }],
    [1, { kind: "TableVersion", location: state.location, version: seen }],
  ]);
  const { plan, states } = deduplicated(state);
  const outcome = await engine.write({ ...requestOf(target, plan, rows, version, { states }), inputs });
  return outcome.kind === "Committed" ? outcome.rows : -1;
}

function keysOf(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map(([id, region]) => `${id}/${region}`);
}

test.each([
  ["a small batch", 1_000],
  ["a batch too large to keep", 250_000],
])(
  "%s keeps one whole row of each key, NULLs being equal, and its keys become the state",
  async (_, count) => {
    const engine = await newEngine();
    const tables = await newTables(engine);
    const rows = source(0, count);
    const given = rowsIn(rows);
    const wanted = new Set(keysOf(given));
    expect(await deliver(engine, tables, rows)).toBe(wanted.size);
    const kept = await tableRows(engine, tables.target.location);
    expect(new Set(keysOf(kept))).toEqual(wanted);
    expect(kept.every(([id, region, place]) => keysOf([given[Number(place)] ?? []])[0] === `${id}/${region}`)).toBe(
      true,
    );
    const state = await tableRows(engine, tables.state.location);
    expect(keysOf(state).toSorted()).toEqual([...wanted].toSorted());
    const more = new Set(keysOf(rowsIn(source(0, count + 400))));
    expect(await deliver(engine, tables, source(0, count + 400))).toBe(more.size - wanted.size);
    expect(await deliver(engine, tables, source(0, count))).toBe(0);
  },
  60_000,
);

test("few rows beside many keys: what earlier batches had is left out, new keys and keys with NULLs come once", async () => {
  const engine = await newEngine();
  const tables = await newTables(engine);
  const many = 500_000;
  const seen = new Set(keysOf(rowsIn(source(0, many))));
  expect(await deliver(engine, tables, source(0, many))).toBe(seen.size);
  const few = [
    ...rowsIn(source(many - 1_000, many + 1_000)),
    ...rowsIn(source(0, 400)),
    [null, null, 1n],
    [5n, null, 2n],
  ];
  const fresh = new Set(keysOf(few).filter((key) => !seen.has(key)));
  expect(fresh.size).toBeGreaterThan(100);
  expect(await deliver(engine, tables, rowsOf(few))).toBe(fresh.size);
  expect(await deliver(engine, tables, rowsOf(few))).toBe(0);
  const state = await tableRows(engine, tables.state.location);
  expect(keysOf(state).toSorted()).toEqual([...seen, ...fresh].toSorted());
}, 60_000);

function rowsIn(slice: InputSlice): readonly (readonly Value[])[] {
  return slice.kind === "Rows" ? slice.rows : [];
}

test("a table is read right whoever wrote its files: columns added, types widened, partitions, files of another process", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const first = targetAt(join(folder, "t"), struct([field("id", LONG), field("day", STRING)]), {
    partitionBy: ["day"],
  });
  await engine.write(requestOf(first, scanOf(first.schema), rowsOf([[1n, "a"]]), 0));
  const wider = { ...first, schema: struct([...first.schema.fields, field("extra", INTEGER)]) };
  const one = [[1n, "a", null]];
  const two = [...one, [2n, "b", 7]];
  await engine.write(requestOf(wider, scanOf(wider.schema), rowsOf([[2n, "b", 7]]), 1));
  expect(await tableRows(engine, first.location)).toEqual(two);
  const other = await newEngine();
  expect(await tableRows(other, first.location)).toEqual(two);
  await other.write(requestOf(wider, scanOf(wider.schema), rowsOf([[3n, null, null]]), 2));
  const three = [...two, [3n, null, null]];
  expect(await tableRows(engine, first.location)).toEqual(three);
  expect(await tableRows(other, first.location)).toEqual(three);
  const slice = { kind: "TableAppends", location: first.location, after: 0, through: 1 } as const;
  const appended = await other.query(scanOf(wider.schema), new Map([[0, slice]]), SESSION);
  expect(appended.rows).toEqual([[2n, "b", 7]]);
});
