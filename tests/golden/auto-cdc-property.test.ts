import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newEngine } from "../../packages/engine-duckdb/test/engine-fixture.ts";
import type { ChangeDeclaration } from "../../packages/pipelines/src/declaration/declaration.ts";
import { type Change, expectedRows } from "./change-oracle.ts";
import { batches, change, isTie, KEYS, Merged, SHAPES } from "./merged-changes.ts";

const RUNS = Number(process.env["SLUICE_TEST_CDC_RUNS"] ?? 2);

describe("changes in any order, in any batches, any number of times", () => {
  test.each(SHAPES)(
    "%s: the table is what applying them in order gives [F118] [F119] [F123]",
    async (_, shape, ops) => {
      const engine = await newEngine();
      const changes: ChangeDeclaration = {
        ...{ keys: ["id"], sequenceBy: "seq", scdType: 1, appliesAsDelete: "op = 'D'" },
        columns: { kind: "Except", columns: ["seq", "op", "sets", "sys"] },
        ...shape,
      };
      const events = fc.array(change(fc.constantFrom(...ops)), { minLength: 1, maxLength: 14 });
      const keys = fc.constantFrom(...KEYS);
      await fc.assert(
        fc.asyncProperty(
          events,
          keys,
          fc.boolean(),
          fc.infiniteStream(fc.nat()),
          async (drawn, key, hasTies, random) => {
            const list = hasTies
              ? drawn
              : drawn.filter((one, i) => drawn.findIndex((other) => isTie(shape, one, other)) === i);
            const next = (below: number): number => Number(random.next().value) % below;
            const tables: (readonly unknown[])[] = [];
            for (let round = 0; round < 2; round++) {
              const merged = new Merged(engine, changes, key);
              await mergeAll(merged, batches([...list, ...list.filter(() => next(4) === 0)], next), next);
              tables.push(await merged.rows());
            }
            expect(tables[1]).toEqual(tables[0]);
            const expected = expectedRows(changes, list);
            if (expected !== undefined)
              expect(tables[0]).toEqual(expected.map((row) => JSON.stringify(row)).toSorted());
          },
        ),
        { numRuns: RUNS },
      );
    },
  );
});

/** Merges batches; some die on their way, and run again after others have. */
async function mergeAll(
  merged: Merged,
  all: readonly (readonly Change[])[],
  next: (below: number) => number,
): Promise<void> {
  const died: (readonly [readonly Change[], string])[] = [];
  for (const [i, batch] of all.entries()) {
    if (next(4) > 0) await merged.merge(batch);
    else {
      await merged.die(batch, `died ${i}`);
      died.push([batch, `died ${i}`]);
    }
    if (next(2) > 0) for (const [again, flow] of died.splice(0, 1)) await merged.merge(again, flow);
  }
  for (const [again, flow] of died) await merged.merge(again, flow);
}
