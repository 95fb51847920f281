import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QUERIES } from "../../test/queries.ts";
import { planOf } from "../../test/warehouse.ts";
import { QueryError } from "../expression/problem.ts";
import { tokenize } from "../sql/lexer.ts";
import { locate } from "../sql/place.ts";

/** How long one text may keep the processor: what it takes of a machine that has nothing else to do. */
const LIMIT_MS = 1000;

function busyMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** What must hold for any text: a plan, or mistakes with places in it, and soon. */
function isAnswered(text: string): boolean {
  const start = process.cpuUsage();
  const problems = problemsOf(text);
  const placed = problems.every(({ span }) => {
    if (span === undefined) return false;
    const { line, column } = locate(span);
    return span.start >= 0 && span.end <= span.text.length && line >= 1 && column >= 1;
  });
  return placed && busyMs(start) < LIMIT_MS;
}

function problemsOf(text: string): QueryError["problems"] {
  try {
    planOf(text);
    return [];
  } catch (error) {
    if (error instanceof QueryError) return error.problems;
    throw error;
  }
}

/** The texts of a query's tokens, blanks between them left out. */
function piecesOf(query: string): readonly string[] {
  return tokenize(query)
    .filter(({ kind }) => kind !== "end")
    .map(({ start, end }) => query.slice(start, end));
}

const PIECES = QUERIES.map(piecesOf);
const WORDS = [
  ...new Set(PIECES.flat()),
  "'",
  '"',
  "`",
  "/*",
  "*/",
  "--",
  "\n",
  "\u0000",
  "😀",
  "\ud800",
  "$",
  "@",
  "=>",
  "::",
];

const piece = fc.constantFrom(...WORDS);
const place = fc.nat(1_000_000);

type Change = (pieces: readonly string[]) => readonly string[];

const change: fc.Arbitrary<Change> = fc.oneof(
  place.map(
    (at): Change =>
      (pieces) =>
        pieces.toSpliced(at % (pieces.length + 1), 1),
  ),
  fc.tuple(place, piece).map(
    ([at, one]): Change =>
      (pieces) =>
        pieces.toSpliced(at % (pieces.length + 1), 0, one),
  ),
  fc.tuple(place, piece).map(
    ([at, one]): Change =>
      (pieces) =>
        pieces.with(at % Math.max(1, pieces.length), one),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (pieces) => {
        const moved = pieces.slice(from % (pieces.length + 1), (from % (pieces.length + 1)) + 4);
        return pieces.toSpliced(to % (pieces.length + 1), 0, ...moved);
      },
  ),
);

const mutated = fc
  .tuple(fc.constantFrom(...PIECES), fc.array(change, { minLength: 1, maxLength: 5 }))
  .map(([pieces, changes]) => changes.reduce((result, one) => one(result), pieces).join(" "));

describe("any text is a query or has mistakes with places, within a second", () => {
  test.each(QUERIES)("right: %s", (query) => {
    expect(problemsOf(query)).toEqual([]);
  });

  test("mutated queries", () => {
    fc.assert(fc.property(mutated, isAnswered), { numRuns: 800, seed: 4 });
  });

  test("words in any order", () => {
    const words = fc.array(piece, { maxLength: 60 }).map((all) => all.join(" "));
    fc.assert(fc.property(words, isAnswered), { numRuns: 300, seed: 5 });
  });

  test("any characters", () => {
    const characters = fc.string({ unit: "binary", maxLength: 200 });
    const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all).toString("latin1"));
    fc.assert(fc.property(fc.oneof(characters, bytes), isAnswered), { numRuns: 150, seed: 6 });
  });

  test("queries that are cut off anywhere", () => {
    for (const query of QUERIES) {
      for (let end = 0; end < query.length; end += 7) expect(isAnswered(query.slice(0, end))).toBe(true);
    }
  });
});

const DEEP = 10_000;

function nest(open: string, middle: string, close: string): string {
  return open.repeat(DEEP) + middle + close.repeat(DEEP);
}

/** Each construct that can hold itself, ten thousand deep or long. */
const DEEP_QUERIES: Readonly<Record<string, string>> = {
  brackets: `SELECT ${nest("(", "1", ")")}`,
  "open brackets": `SELECT ${"(".repeat(DEEP)}`,
  "closed brackets": `SELECT 1${")".repeat(DEEP)}`,
  minus: `SELECT ${nest("- ", "qty", "")} FROM orders`,
  not: `SELECT ${nest("NOT ", "true", "")}`,
  tilde: `SELECT ${nest("~", "qty", "")} FROM orders`,
  case: `SELECT ${nest("CASE WHEN true THEN ", "1", " END")}`,
  "case in conditions": `SELECT ${nest("CASE WHEN ", "true", " THEN true END")}`,
  calls: `SELECT ${nest("abs(", "qty", ")")} FROM orders`,
  casts: `SELECT ${nest("CAST(", "qty", " AS INT)")} FROM orders`,
  "casts behind": `SELECT qty${"::int".repeat(DEEP)} FROM orders`,
  lambdas: `SELECT ${nest("transform(tags, x -> ", "x", ")")} FROM orders`,
  elements: `SELECT tags${"[0]".repeat(DEEP)} FROM orders`,
  fields: `SELECT (addr)${".a".repeat(DEEP)} FROM orders`,
  names: `SELECT a${".a".repeat(DEEP)} FROM orders`,
  paths: `SELECT js:a${".a".repeat(DEEP)} FROM orders`,
  types: `SELECT CAST(NULL AS ${nest("ARRAY<", "INT", ">")})`,
  structs: `SELECT CAST(NULL AS ${nest("STRUCT<a: ", "INT", ">")})`,
  sums: `SELECT ${Array(DEEP).fill("qty").join(" + ")} FROM orders`,
  products: `SELECT ${Array(DEEP).fill("qty").join(" * ")} FROM orders`,
  concatenations: `SELECT ${Array(DEEP).fill("status").join(" || ")} FROM orders`,
  comparisons: `SELECT ${Array(DEEP).fill("qty").join(" = ")} FROM orders`,
  "is null": `SELECT qty${" IS NULL".repeat(DEEP)} FROM orders`,
  between: `SELECT ${nest("1 BETWEEN 0 AND ", "1", "")}`,
  in: `SELECT ${nest("1 IN (", "1", ")")}`,
  like: `SELECT 'a'${" LIKE 'a'".repeat(DEEP)}`,
  "sub-queries in FROM": nest("SELECT * FROM (", "SELECT 1 AS x", ")"),
  "sub-queries as values": `SELECT ${nest("(SELECT ", "1", ")")}`,
  exists: `SELECT 1 WHERE ${nest("EXISTS (SELECT 1 WHERE ", "true", ")")}`,
  "in sub-queries": `SELECT 1 WHERE ${nest("1 IN (SELECT 1 WHERE ", "true", ")")}`,
  "bracketed queries": nest("(", "SELECT 1 AS x", ")"),
  "bracketed joins": `SELECT * FROM ${nest("(", "orders", ")")}`,
  with: nest("WITH a AS (", "SELECT 1 AS x", ") SELECT * FROM a"),
  joins: `SELECT 1 FROM orders${" CROSS JOIN orders".repeat(DEEP)}`,
  "joins inside": `SELECT 1 FROM orders${" JOIN (orders".repeat(DEEP)}`,
  commas: `SELECT 1 FROM orders${", orders".repeat(DEEP)}`,
  "lateral views": `SELECT 1 FROM orders${" LATERAL VIEW explode(tags) t AS x".repeat(DEEP)}`,
  pivots: `SELECT * FROM orders${" UNPIVOT (v FOR c IN (qty))".repeat(DEEP)}`,
  unions: Array(DEEP).fill("SELECT 1 AS x").join(" UNION ALL "),
  intersections: Array(DEEP).fill("SELECT 1 AS x").join(" INTERSECT "),
  windows: `SELECT ${nest("sum(", "qty", ") OVER ()")} FROM orders`,
  intervals: `SELECT INTERVAL ${"1 DAY ".repeat(DEEP)}`,
  comments: `SELECT 1 ${nest("/*", "", "*/")}`,
  "open comments": `SELECT 1 ${"/*".repeat(DEEP)}`,
};

describe("ten thousand of one construct are answered", () => {
  test.each(Object.entries(DEEP_QUERIES))("%s", (_what, query) => {
    expect(isAnswered(query)).toBe(true);
  });
});

/** Ten thousand parts side by side are a query. */
const LONG_QUERIES: Readonly<Record<string, string>> = {
  and: `SELECT id FROM orders WHERE ${Array(DEEP).fill("qty > 1").join(" AND ")}`,
  or: `SELECT id FROM orders WHERE ${Array(DEEP).fill("qty = 1").join(" OR ")}`,
  "a list behind IN": `SELECT id FROM orders WHERE qty IN (${Array.from({ length: DEEP }, (_, i) => i).join(", ")})`,
  columns: `SELECT ${Array.from({ length: DEEP }, (_, i) => `qty AS c${i}`).join(", ")} FROM orders`,
  "branches of CASE": `SELECT CASE ${Array.from({ length: DEEP }, (_, i) => `WHEN qty = ${i} THEN ${i}`).join(" ")} END AS c FROM orders`,
  arguments: `SELECT coalesce(${Array(DEEP).fill("qty").join(", ")}) AS c FROM orders`,
  rows: `SELECT * FROM VALUES ${Array.from({ length: DEEP }, (_, i) => `(${i}, 'a')`).join(", ")} AS t(a, b)`,
  strings: `SELECT ${Array(DEEP).fill("'a'").join(" ")} AS s`,
  "pivots of pivots": `SELECT * FROM orders${Array.from({ length: 300 }, (_, i) => ` UNPIVOT (v${i} FOR c${i} IN (${i === 0 ? "qty" : `v${i - 1}`}))`).join("")}`,
};

describe("ten thousand parts side by side are analyzed", () => {
  test.each(Object.entries(LONG_QUERIES))("%s", (_what, query) => {
    const start = process.cpuUsage();
    expect(problemsOf(query)).toEqual([]);
    expect(busyMs(start)).toBeLessThan(LIMIT_MS);
  });
});
