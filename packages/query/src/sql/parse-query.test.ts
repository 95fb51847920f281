import { describe, expect, test } from "vitest";
import type { Relation } from "../relation/relation.ts";
import { parseQuery } from "./parser.ts";

const kinds = (relation: Relation): string[] => [relation.kind, ...("input" in relation ? kinds(relation.input) : [])];

describe("one SELECT", () => {
  test("clauses nest in the order in which Spark evaluates them", () => {
    const sql =
      "SELECT DISTINCT a FROM t LATERAL VIEW explode(x) e AS y WHERE b GROUP BY a HAVING c QUALIFY d ORDER BY a LIMIT 1 OFFSET 2;";
    expect(kinds(parseQuery(sql))).toEqual([
      ...["Limit", "Offset", "Sort", "Deduplicate", "Qualify", "Having", "Aggregate", "Filter", "LateralView"],
      "NamedTable",
    ]);
  });

  test.each([
    ["SELECT sum(a) FROM t", "Aggregate"],
    ["SELECT 1 + count(*) FROM t", "Aggregate"],
    ["SELECT a FROM t HAVING a", "Having"],
    ["SELECT a FROM t GROUP BY ALL", "Aggregate"],
    ["SELECT sum(a) OVER () FROM t", "Project"],
    ["SELECT sum(sum(a)) OVER () FROM t", "Aggregate"],
    ["SELECT 1 + sum(sum(a)) OVER () FROM t", "Aggregate"],
    ["SELECT (SELECT max(a) FROM t)", "Project"],
    ["SELECT upper(a) FROM t", "Project"],
  ])("%s is %s", (sql, kind) => {
    expect(parseQuery(sql).kind).toBe(kind);
  });

  test("without FROM it stands on one row", () => {
    expect(kinds(parseQuery("SELECT 1"))).toEqual(["Project", "OneRow"]);
  });

  test.each([
    ["GROUP BY ROLLUP (a, b)", "rollup", 2, undefined],
    ["GROUP BY a, b WITH CUBE", "cube", 2, undefined],
    ["GROUP BY GROUPING SETS ((a, b), (a), ())", "sets", 2, [2, 1, 0]],
    ["GROUP BY a, b GROUPING SETS ((a), b)", "sets", 2, [1, 1]],
    ["GROUP BY a, ROLLUP (b, c)", "sets", 3, [3, 2, 1]],
    ["GROUP BY ROLLUP ((a, b), c)", "sets", 3, [3, 2, 0]],
    ["GROUP BY 1, 2", "expressions", 2, undefined],
  ])("%s", (clause, groupBy, grouping, sets) => {
    const parsed = parseQuery(`SELECT a FROM t ${clause}`);
    if (parsed.kind !== "Aggregate") throw new Error(parsed.kind);
    expect(parsed.groupBy).toBe(groupBy);
    expect(parsed.grouping).toHaveLength(grouping);
    expect(parsed.sets?.map((set) => set.length)).toEqual(sets);
  });
});

describe("FROM", () => {
  const from = (sql: string): Relation => {
    const parsed = parseQuery(`SELECT * FROM ${sql}`);
    if (parsed.kind !== "Project") throw new Error(parsed.kind);
    return parsed.input;
  };

  test.each<[string, object]>([
    ["a.b.c", { kind: "NamedTable", name: ["a", "b", "c"], streaming: false }],
    ["LIVE.t", { kind: "NamedTable", name: ["LIVE", "t"] }],
    ["STREAM t", { kind: "NamedTable", name: ["t"], streaming: true }],
    ["STREAM(LIVE.t)", { kind: "NamedTable", name: ["LIVE", "t"], streaming: true }],
    ["STREAM(t) AS s", { kind: "SubqueryAlias", alias: "s", input: { streaming: true } }],
    ["STREAM read_files('p', format => 'json')", { kind: "TableFunction", name: "read_files", streaming: true }],
    [
      "STREAM read_stream('a.b', skipChangeCommits => true)",
      { kind: "NamedTable", name: ["a", "b"], streaming: true, options: { skipChangeCommits: "true" } },
    ],
    ["read_stream('a.b')", { kind: "TableFunction", name: "read_stream" }],
    ["stream", { kind: "NamedTable", name: ["stream"] }],
    ["IDENTIFIER('a.b')", { kind: "NamedTable", name: ["a", "b"] }],
    ["delta.`/x/y`", { kind: "DataSource", format: "delta", paths: ["/x/y"], streaming: false }],
    ["delta.`/x/y` VERSION AS OF 3", { kind: "DataSource", options: { versionAsOf: "3" } }],
    ["delta.`/x/y`@v3 t", { kind: "SubqueryAlias", alias: "t", input: { options: { versionAsOf: "3" } } }],
    ["delta.`/x/y` TIMESTAMP AS OF '2024-01-01'", { kind: "DataSource", options: { timestampAsOf: "2024-01-01" } }],
    ["delta.`/x/y` TIMESTAMP AS OF current_date()", { kind: "UnsupportedRelation" }],
    ["json.`/x/y` version", { kind: "SubqueryAlias", alias: "version" }],
    ["t VERSION AS OF 3", { kind: "NamedTable", version: 3 }],
    [
      "t FOR TIMESTAMP AS OF '2024-01-01' AS x",
      { kind: "SubqueryAlias", input: { timestamp: { value: "2024-01-01" } } },
    ],
    ["t version", { kind: "SubqueryAlias", alias: "version" }],
    ["t WITH ('k' = 'v', n = 1)", { kind: "NamedTable", options: { k: "v", n: "1" } }],
    ["t x(a, b)", { kind: "SubqueryAlias", alias: "x", columns: ["a", "b"] }],
    ["VALUES (1, 'a'), (2, 'b') AS v", { kind: "SubqueryAlias", input: { kind: "InlineTable" } }],
    ["range(3)", { kind: "TableFunction", name: "range" }],
    ["event_log(TABLE(a.b))", { kind: "TableFunction", args: [{ value: { kind: "NamedTable", name: ["a", "b"] } }] }],
    ["a, b JOIN c", { kind: "Join", how: "inner", left: { name: ["a"] }, right: { kind: "Join" } }],
    ["a LEFT SEMI JOIN b ON x", { kind: "Join", how: "semi", condition: {} }],
    ["a ANTI JOIN b USING (x, y)", { kind: "Join", how: "anti", using: ["x", "y"] }],
    ["a FULL OUTER JOIN b", { kind: "Join", how: "full" }],
    ["a NATURAL LEFT JOIN b", { kind: "Join", how: "left", natural: true }],
    ["a CROSS JOIN b", { kind: "Join", how: "cross" }],
    ["a, LATERAL (SELECT 1) s", { kind: "Join", lateral: true }],
    ["a JOIN LATERAL explode(x) AS e(y)", { kind: "Join", lateral: true, right: { input: { kind: "TableFunction" } } }],
    ["t TABLESAMPLE (10 PERCENT) REPEATABLE (7)", { kind: "Sample", fraction: 0.1, seed: 7 }],
    ["t TABLESAMPLE (5 ROWS)", { kind: "Limit" }],
    ["t WATERMARK ts DELAY OF INTERVAL 10 seconds", { kind: "WithWatermark", eventTime: "ts", delay: "10 seconds" }],
    ["t WATERMARK ts DELAY OF INTERVAL '10 minutes' u", { kind: "SubqueryAlias", input: { delay: "10 minutes" } }],
    ["t WATERMARK ts DELAY OF INTERVAL '10' MINUTES", { kind: "WithWatermark", delay: "10 MINUTES" }],
    ["t PIVOT (sum(a) AS s FOR b IN ('x' AS x, 'y'))", { kind: "Pivot", aggregates: [{ names: ["s"] }] }],
    ["t UNPIVOT INCLUDE NULLS ((v, w) FOR n IN ((a, b) AS x))", { kind: "Unpivot", includeNulls: true }],
    ["t UNPIVOT (v FOR n IN (a, b)) AS u", { kind: "SubqueryAlias", input: { kind: "Unpivot", nameColumn: "n" } }],
    ["(a JOIN b) AS j", { kind: "SubqueryAlias", input: { kind: "Join" } }],
    ["(((SELECT 1) UNION (SELECT 2)))", { kind: "SetOperation" }],
  ])("%s", (sql, expected) => {
    expect(from(sql)).toMatchObject(expected);
  });

  test("an inline table has one row per tuple or value", () => {
    const rows = (sql: string): number[] => {
      const parsed = parseQuery(sql);
      return parsed.kind === "InlineTable" ? parsed.rows.map((row) => row.length) : [];
    };
    expect(rows("VALUES 1, (2), (3, 4), struct(5, 6)")).toEqual([1, 1, 2, 1]);
  });
});

describe("whole queries", () => {
  test("INTERSECT binds tighter than UNION and EXCEPT, which group from the left", () => {
    expect(parseQuery("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 MINUS ALL SELECT 4")).toMatchObject({
      operation: "except",
      all: true,
      left: { operation: "union", all: true, right: { operation: "intersect", all: false } },
    });
    expect(parseQuery("SELECT 1 UNION ALL BY NAME SELECT 2")).toMatchObject({ all: true, byName: true });
  });

  test("WITH names queries, with columns or without, with AS or without", () => {
    expect(parseQuery("WITH a AS (SELECT 1), b(x) AS (SELECT 2), c (SELECT 3) SELECT * FROM a")).toMatchObject({
      kind: "With",
      definitions: [{ name: "a" }, { name: "b", columns: ["x"] }, { name: "c" }],
      input: { kind: "Project" },
    });
  });

  test("other forms of queries", () => {
    expect(parseQuery("TABLE a.b").kind).toBe("NamedTable");
    expect(kinds(parseQuery("FROM t SELECT a WHERE b"))).toEqual(["Project", "Filter", "NamedTable"]);
    expect(kinds(parseQuery("SELECT a FROM t DISTRIBUTE BY a SORT BY b DESC"))).toEqual([
      "Sort",
      "Project",
      "NamedTable",
    ]);
    expect(kinds(parseQuery("SELECT a FROM t LIMIT ALL"))).toEqual(["Project", "NamedTable"]);
    expect(kinds(parseQuery("SELECT /*+ BROADCAST(t) */ a -- why\n FROM t /* a /* nested */ b */"))).toEqual([
      ...["Project", "NamedTable"],
    ]);
  });
});
