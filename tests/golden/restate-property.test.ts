import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newEngine } from "../../packages/engine-duckdb/test/engine-fixture.ts";
import type { ChangeDeclaration } from "../../packages/pipelines/src/declaration/declaration.ts";
import { type Change, expectedRows } from "./change-oracle.ts";
import { batches, change, isTie, Merged, SHAPES } from "./merged-changes.ts";

const RUNS = Number(process.env["SLUICE_TEST_CDC_RUNS"] ?? 2);

describe("keys made anew from what their sources have left", () => {
  test.each(SHAPES)(
    "%s: chosen keys are what the changes left make, others what all changes make",
    async (_, shape, ops) => {
      const engine = await newEngine();
      const changes: ChangeDeclaration = {
        ...{ keys: ["id"], sequenceBy: "seq", scdType: 1, appliesAsDelete: "op = 'D'" },
        columns: { kind: "Except", columns: ["seq", "op", "sets", "sys"] },
        ...shape,
      };
      const events = fc.array(change(fc.constantFrom(...ops)), { minLength: 3, maxLength: 14 });
      const lost = fc.constantFrom("keep", "forget" as const);
      await fc.assert(
        fc.asyncProperty(events, lost, fc.infiniteStream(fc.nat()), async (drawn, choice, random) => {
          const next = (below: number): number => Number(random.next().value) % below;
          const list = drawn.filter((one, i) => drawn.findIndex((other) => isTie(shape, one, other)) === i);
          const late = list.filter(() => next(4) === 0);
          const early = list.filter((one) => !late.includes(one));
          fc.pre(early.length > 0);
          const left = early.filter((one) => one.op === "T" || next(3) > 0);
          const chosen = [1, 2, 3].filter(() => next(2) === 0);
          const merged = new Merged(engine, changes);
          for (const batch of batches(early, next)) await merged.merge(batch);
          const remembered = await merged.rows();
          const where = `id IN (${[0, ...chosen].join(", ")})`;
          await merged.restate(left, { where, lost: choice });
          const isKnown = (one: Change): boolean =>
            one.op === "T" || !chosen.includes(one.id) || left.includes(one) || choice === "keep";
          if (choice === "keep") expect(await merged.rows()).toEqual(remembered);
          for (const batch of batches(late, next)) await merged.merge(batch);
          const expected = expectedRows(changes, [...early.filter(isKnown), ...late]);
          if (expected !== undefined)
            expect(await merged.rows()).toEqual(expected.map((row) => JSON.stringify(row)).toSorted());
        }),
        { numRuns: RUNS },
      );
    },
    240_000,
  );
});
