import { DOUBLE, FLOAT, field, type StructType, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, SESSION, scanOf } from "../../test/engine-fixture.ts";

const SCHEMA: StructType = struct([field("d", DOUBLE), field("f", FLOAT)]);

test.each([3, 30])("%i rows of a program keep the sign of zero, and what is no number", async (count) => {
  const engine = await newEngine();
  const values = [-0, 0, Number.NaN, Number.NEGATIVE_INFINITY, 1.5];
  const rows = Array.from({ length: count }, (_, i) => [values[i % 5] ?? 0, values[i % 5] ?? 0]);
  const result = await engine.query(scanOf(SCHEMA), new Map([[0, { kind: "Rows", rows }]]), SESSION);
  const texts = (of: readonly (readonly unknown[])[]) =>
    of.map((row) => row.map((one) => (Object.is(one, -0) ? "-0" : String(one))).join()).sort();
  expect(texts(result.rows)).toEqual(texts(rows));
});
