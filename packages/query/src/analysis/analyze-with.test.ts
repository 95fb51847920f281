import { expect, test } from "vitest";
import { planOf, problemText, schemaText } from "../../test/warehouse.ts";
import { outputSchema } from "./analyze.ts";
import { walkPlan } from "./plan-children.ts";
import { prune } from "./prune.ts";

/** WITH definitions of which each reads the one before twice. */
function doubled(steps: number, first: string, step: (before: string) => string): string {
  const definitions = Array.from({ length: steps }, (_, i) => `a${i + 1} AS (${step(`a${i}`)})`);
  return `WITH a0 AS (${first}), ${definitions.join(", ")}`;
}

test.each([
  ["joins", (a: string) => `SELECT p.id, q.qty FROM ${a} p JOIN ${a} q ON p.id = q.id`],
  ["unions", (a: string) => `SELECT id, qty FROM ${a} UNION ALL SELECT id + 1, qty FROM ${a}`],
  ["sub-queries", (a: string) => `SELECT id, qty FROM ${a} WHERE qty > (SELECT avg(qty) FROM ${a})`],
])("a chain of doubled references grows with its length: %s", (_what, step) => {
  const plan = prune(planOf(`${doubled(40, "SELECT id, qty FROM orders", step)} SELECT id FROM a40`));
  expect([...walkPlan(plan)].length).toBeLessThan(400);
  expect(outputSchema(plan).fields.map(({ name }) => name)).toEqual(["id"]);
});

test("each reference has columns of its own", () => {
  const columns = "WITH a(k, v) AS (SELECT id, status FROM orders) SELECT x.k, y.v, x._metadata FROM a x, a y";
  expect(problemText(columns)).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION at x._metadata");
  expect(schemaText("WITH a(k, v) AS (SELECT id, status FROM orders) SELECT x.k, y.v FROM a x, a y")).toBe(
    "k bigint!, v string",
  );
});

test("a mistake in a definition is reported once, however often it is read, and also when it is never read", () => {
  const missing = "UNRESOLVED_COLUMN.WITH_SUGGESTION at nope";
  expect(problemText("WITH a AS (SELECT nope FROM orders) SELECT * FROM a, a b, a c")).toBe(missing);
  expect(problemText("WITH a AS (SELECT nope FROM orders) SELECT 1 AS x")).toBe(missing);
});

test("what one reference does not use, another may", () => {
  const plan = prune(
    planOf(
      "WITH a AS (SELECT id, qty, status FROM orders LIMIT 5) SELECT p.qty, q.id FROM a p JOIN a q ON p.id = q.id",
    ),
  );
  const scanned = [...walkPlan(plan)].filter((one) => one.kind === "Scan");
  expect(scanned.map((scan) => scan.output.map(({ name }) => name))).toEqual([["id", "qty"]]);
});
