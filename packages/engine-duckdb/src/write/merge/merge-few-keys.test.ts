import { join } from "node:path";
import type { Engine, TableTarget } from "@sluice/pipelines";
import { field, LONG, STRING, struct, type Value } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, sorted, tableRows, targetAt } from "../../../test/engine-fixture.ts";
import { mergeOf } from "../../../test/merge-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("name", STRING)]);
const ROWS = 2500n;

/** A table, and what it holds. */
class Followed {
  readonly target: TableTarget = targetAt(join(newFolder(), "t"), SCHEMA, {
    properties: { "delta.enableDeletionVectors": "true" },
  });
  readonly rows = new Map<bigint, readonly Value[]>();
  readonly #engine: Engine;
  readonly #seldomSame: boolean;

  constructor(engine: Engine, seldomSame: boolean) {
    this.#engine = engine;
    this.#seldomSame = seldomSame;
  }

  async version(): Promise<number> {
    return (await this.#engine.tables.describe(this.target.location))?.version ?? -1;
  }

  async put(keys: readonly bigint[], name: string): Promise<void> {
    const come = keys.filter((key) => key % 5n !== 0n || name === "first").map((key): Value[] => [key, name]);
    const expected = {
      updated: come.filter(([key]) => this.rows.has(key as bigint)).length,
      deleted: keys.filter((key) => this.rows.has(key) && !come.some(([one]) => one === key)).length,
    };
    const request = mergeOf(this.target, await this.version(), keys, come);
    if (request.merge === undefined) throw new Error("a merge was expected");
    const merge = { ...request.merge, seldomSame: this.#seldomSame };
    const outcome = await this.#engine.write({ ...request, merge });
    for (const key of keys) this.rows.delete(key);
    for (const row of come) this.rows.set(row[0] as bigint, row);
    const inserted = come.length - expected.updated;
    expect(outcome).toMatchObject({ kind: "Committed", rows: come.length, merged: { ...expected, inserted } });
  }
}

function range(from: bigint, count: number, step = 1n): readonly bigint[] {
  return Array.from({ length: count }, (_, i) => from + BigInt(i) * step);
}

test.each([{ seldomSame: true }, { seldomSame: false }])(
  "merges of few keys, again and again, and a large one between them find each row where it lies, seldom the same: $seldomSame",
  { timeout: 120_000 },
  async ({ seldomSame }) => {
    const engine = await newEngine();
    const table = new Followed(engine, seldomSame);
    await engine.tables.ensure(table.target);
    await table.put(range(0n, Number(ROWS)), "first");
    for (let round = 0; round < 8; round += 1) {
      if (round === 6) await table.put(range(100n, 900, 3n), "many");
      await table.put([...range(BigInt(round * 7), 12, 31n), ...range(ROWS + BigInt(round * 3), 5)], `round ${round}`);
      expect(await tableRows(engine, table.target.location), `round ${round}`).toEqual(
        sorted([...table.rows.values()]),
      );
    }
    const kept = await tableRows(await newEngine(), table.target.location);
    expect(kept).toEqual(sorted([...table.rows.values()]));
  },
);

test("rows that replace others unseen are counted by their keys, also where a key is there several times", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA, { properties: { "delta.enableDeletionVectors": "true" } });
  await engine.tables.ensure(target);
  await engine.write(
    mergeOf(
      target,
      0,
      [],
      [
        [7n, "a"],
        [7n, "b"],
        [8n, "c"],
        [null, "d"],
      ],
    ),
  );
  const request = mergeOf(
    target,
    1,
    [7n, 8n],
    [
      [7n, "x"],
      [7n, "y"],
      [7n, "z"],
      [9n, "n"],
    ],
  );
  if (request.merge === undefined) throw new Error("a merge was expected");
  const outcome = await engine.write({ ...request, merge: { ...request.merge, seldomSame: true } });
  expect(outcome).toMatchObject({ rows: 4, merged: { inserted: 2, updated: 2, deleted: 1 } });
  const rows = [
    [7n, "x"],
    [7n, "y"],
    [7n, "z"],
    [9n, "n"],
    [null, "d"],
  ];
  expect(sorted(await tableRows(engine, target.location))).toEqual(sorted(rows as Value[][]));
});
