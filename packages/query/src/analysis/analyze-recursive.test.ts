import { describe, expect, test } from "vitest";
import { planOf, problemText, schemaText } from "../../test/warehouse.ts";
import { parseQuery } from "../sql/parser.ts";
import { collectLeaves } from "./collect-leaves.ts";
import { walkPlan } from "./plan-children.ts";
import { prune } from "./prune.ts";

function counting(step: string): string {
  return `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL ${step}) SELECT * FROM t`;
}

test("names and types are those of the first part, and what a step may leave empty may be NULL", () => {
  const tree = `WITH RECURSIVE t(id, depth) AS (SELECT id, 0L FROM orders
    UNION ALL SELECT o.id, cast(depth + 1 AS INT) FROM t JOIN orders o ON o.customer_id = t.id)`;
  expect(schemaText(`${tree} SELECT * FROM t`)).toBe("id bigint!, depth bigint");
  expect(schemaText(`${tree} SELECT a.depth FROM t a JOIN t b ON a.id = b.depth`)).toBe("depth bigint");
});

test("the rows of the time before are those of the loop around them", () => {
  const plan = planOf(`WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL
    SELECT n FROM (WITH RECURSIVE u(m) AS (SELECT n FROM t UNION ALL SELECT m + 1 FROM u WHERE m < 3) SELECT m AS n FROM u) WHERE n < 5)
    SELECT n FROM t`);
  const nodes = [...walkPlan(prune(plan))];
  const [outer, inner] = nodes.flatMap((one) => (one.kind === "UnionLoop" ? [one] : []));
  const refs = nodes.flatMap((one) => (one.kind === "UnionLoopRef" ? [one.loop] : []));
  expect(refs.toSorted()).toEqual([outer?.loop, inner?.loop].toSorted());
  expect([outer?.maxLevel, inner?.maxLevel]).toEqual([100, 100]);
});

describe("what may not refer to itself", () => {
  test.each([
    ["SELECT n + 0.5 FROM t", "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE at SELECT n + 0.5 FROM t"],
    ["SELECT n, n FROM t", "NUM_COLUMNS_MISMATCH at SELECT 1 UNION ALL SELECT n, n FROM t"],
    ["SELECT n + 1 FROM t ORDER BY n", "INVALID_RECURSIVE_CTE at SELECT 1 UNION ALL SELECT n + 1 FROM t ORDER BY n"],
    ["SELECT count(*) + n FROM t GROUP BY n", undefined],
    ["(SELECT n + 1 FROM t ORDER BY n)", undefined],
    ["SELECT 1 FROM scores s LEFT JOIN t ON s.id = t.n", undefined],
    ["SELECT 1 FROM t RIGHT JOIN scores s ON s.id = t.n", undefined],
    ["SELECT 1 FROM t FULL JOIN scores s ON s.id = t.n", undefined],
    ["SELECT n FROM t WHERE n < (SELECT max(n) FROM t)", undefined],
    ["SELECT nope FROM t", "UNRESOLVED_COLUMN.WITH_SUGGESTION at nope"],
  ])("%s", (step, problem) => {
    const whole = `SELECT 1 UNION ALL ${step}`;
    const expected = step.includes("count") ? `CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE at ${step}` : undefined;
    expect(problemText(counting(step))).toBe(problem ?? expected ?? `INVALID_RECURSIVE_REFERENCE.PLACE at ${whole}`);
  });

  test.each([
    ["SELECT n FROM t UNION ALL SELECT 1", "INVALID_RECURSIVE_CTE"],
    ["SELECT 1 AS n UNION SELECT n + 1 FROM t", "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE"],
    ["WITH x AS (SELECT n FROM t) SELECT 1 AS n UNION ALL SELECT n FROM x", "INVALID_RECURSIVE_CTE"],
  ])("%s", (definition, condition) => {
    expect(problemText(`WITH RECURSIVE t AS (${definition}) SELECT * FROM t`)).toContain(condition);
  });

  test("a column of the query outside", () => {
    expect(
      problemText(
        "SELECT (WITH RECURSIVE t(n) AS (SELECT o.qty UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT max(n) FROM t) FROM orders o",
      ),
    ).toContain("ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED");
  });
});

test("without RECURSIVE a name is not known in its own definition, and what reads nothing of itself is plain", () => {
  expect(problemText("WITH t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT * FROM t")).toContain(
    "TABLE_OR_VIEW_NOT_FOUND",
  );
  expect(planOf("WITH RECURSIVE t(n) MAX RECURSION LEVEL 0 AS (SELECT 1) SELECT * FROM t").kind).toBe("Project");
});

test("a name of WITH RECURSIVE is no table, in its own definition neither", () => {
  const leaves = (sql: string) =>
    collectLeaves(parseQuery(sql)).map((one) => (one.kind === "NamedTable" ? one.name.join(".") : one.kind));
  expect(leaves("WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT id FROM t) SELECT * FROM t")).toEqual([
    "orders",
  ]);
  expect(leaves("WITH t AS (SELECT id FROM orders UNION ALL SELECT id FROM t) SELECT * FROM t")).toEqual([
    "orders",
    "t",
  ]);
});
