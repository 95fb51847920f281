import { expect, test } from "vitest";
import { parseExpression, parseQuery } from "../sql/parser.ts";
import {
  expressionChildren,
  mapExpressionChildren,
  someExpression,
  transformExpression,
  walkExpression,
} from "./expression-children.ts";
import { mapRelationChildren, relationChildren, relationSubqueries, transformRelation } from "./relation-children.ts";

const EXPRESSION =
  "CASE WHEN a > 1 THEN sum(b) FILTER (WHERE c) OVER (PARTITION BY d ORDER BY e ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ELSE transform(f, x -> x + CAST(g AS INT)) END";

test("walking an expression meets every part of it once, outermost first", () => {
  const names = [...walkExpression(parseExpression(EXPRESSION))].flatMap((part) =>
    part.kind === "ColumnReference" ? part.name : [],
  );
  expect(names).toEqual(["a", "b", "c", "d", "e", "f", "x", "g"]);
});

test("mapping children by identity gives an equal tree, and transforming changes all parts", () => {
  const expression = parseExpression(EXPRESSION);
  expect(mapExpressionChildren(expression, (child) => child)).toEqual(expression);
  const renamed = transformExpression(expression, (part) =>
    part.kind === "ColumnReference" ? { ...part, name: ["z"] } : part,
  );
  expect(someExpression(renamed, (part) => part.kind === "ColumnReference" && part.name[0] !== "z")).toBe(false);
  expect(expressionChildren(parseExpression("a + b"))).toHaveLength(2);
});

test("relations have their children left to right, sub-queries of expressions apart", () => {
  const relation = parseQuery(
    "WITH q AS (SELECT 1) SELECT * FROM q JOIN t ON q.a = t.a WHERE t.b IN (SELECT c FROM u)",
  );
  expect(mapRelationChildren(relation, (child) => child)).toEqual(relation);
  expect(relationChildren(relation)).toHaveLength(2);
  const tables: string[] = [];
  let subqueries = 0;
  transformRelation(relation, (one) => {
    if (one.kind === "NamedTable") tables.push(one.name.join("."));
    subqueries += relationSubqueries(one).length;
    return one;
  });
  expect(tables).toEqual(["q", "t"]);
  expect(subqueries).toBe(1);
});
