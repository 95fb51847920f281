import { describe, expect, test } from "vitest";
import { QueryError, type QueryProblem } from "../expression/problem.ts";
import { parseDataType, parseExpression, parseQuery } from "./parser.ts";
import { excerpt, locate } from "./place.ts";

function problemOf(read: () => unknown): QueryProblem {
  try {
    read();
  } catch (error) {
    if (error instanceof QueryError && error.problems[0]) return error.problems[0];
    throw error;
  }
  throw new Error("nothing was wrong");
}

test.each([
  "FROM t |> WHERE a > 1",
  "SELECT * FROM t |> SELECT a",
  "SELECT * FROM (FROM t |> LIMIT 1)",
  "TABLE t |> AS u",
])("pipes are refused by name: %s", (sql) => {
  const problem = problemOf(() => parseQuery(sql));
  expect(problem).toMatchObject({ condition: "UNSUPPORTED_FEATURE" });
  expect(problem.message).toContain("SQL pipe syntax (|>)");
  expect(sql.slice(problem.span?.start, problem.span?.end)).toBe("|>");
});

describe("places of mistakes", () => {
  test.each([
    ["SELECT a FORM t", "FORM", "Syntax error at or near 'FORM': did you mean FROM?"],
    ["SELEC 1", "SELEC", "Syntax error at or near 'SELEC': did you mean SELECT?"],
    ["SELECT a, FROM t", "FROM", "Syntax error at or near 'FROM': expected a column after ','."],
    ["SELECT (a FROM t", "FROM", "Syntax error at or near 'FROM': expected ')'."],
    ["SELECT a b c", "c", "Syntax error at or near 'c': extra input 'c'."],
    ["INSERT INTO t SELECT 1", "INSERT", "Syntax error at or near 'INSERT': INSERT is a statement, not a query."],
    ["SELECT a FROM", "M", "Syntax error at or near end of input: expected a table."],
    [
      "SELECT a FROM t\nSELECT b FROM t",
      "SELECT",
      "Syntax error at or near 'SELECT': a statement begins here: end the one before it with ';'.",
    ],
    [
      "SELECT a FROM t\nCREATE OR REFRESH STREAMING TABLE u",
      "CREATE",
      "Syntax error at or near 'CREATE': a statement begins here: end the one before it with ';'.",
    ],
  ])("%s", (sql, at, message) => {
    const problem = problemOf(() => parseQuery(sql));
    expect(problem).toMatchObject({ condition: "PARSE_SYNTAX_ERROR", sqlState: "42601", message });
    expect(sql.slice(problem.span?.start, problem.span?.end)).toBe(at);
  });

  test.each([
    ["SELECT * FROM my-table", "INVALID_IDENTIFIER", "my-table"],
    ["SELECT größe", "INVALID_IDENTIFIER", "größe"],
    ["SELECT DATE '2024-13-01'", "INVALID_TYPED_LITERAL", "DATE '2024-13-01'"],
    ["SELECT 300Y", "INVALID_NUMERIC_LITERAL_RANGE", "300Y"],
    ["SELECT CAST(a AS badtype)", "UNSUPPORTED_DATATYPE", "badtype"],
    ["SELECT CAST(a AS varchar)", "DATATYPE_MISSING_SIZE", "varchar"],
    ["SELECT a LIKE 'x' ESCAPE '##'", "INVALID_ESC", "ESCAPE '##'"],
    ["SELECT :x", "UNBOUND_SQL_PARAMETER", ":x"],
    ["SELECT rank() OVER w", "MISSING_WINDOW_SPECIFICATION", "w"],
    ["SELECT 1 /* open", "UNCLOSED_BRACKETED_COMMENT", "/*"],
    ["WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1", "DUPLICATED_CTE_NAMES", "A"],
    ["WITH r MAX RECURSION LEVEL 5 AS (SELECT 1) SELECT 1", "_LEGACY_ERROR_TEMP_0035", "MAX RECURSION LEVEL 5"],
    ["WITH RECURSIVE r MAX RECURSION LEVEL -5 AS (SELECT 1) SELECT 1", "PARSE_SYNTAX_ERROR", "-"],
    ["WITH RECURSIVE r MAX RECURSION LEVEL 3L AS (SELECT 1) SELECT 1", "PARSE_SYNTAX_ERROR", "3L"],
  ])("%s is %s", (sql, condition, at) => {
    const problem = problemOf(() => parseQuery(sql));
    expect(problem.condition).toBe(condition);
    expect(sql.slice(problem.span?.start, problem.span?.end)).toBe(at);
  });

  test("a place counts from where the text begins in its file", () => {
    const origin = { file: "a.sql", line: 10, column: 5 };
    const later = problemOf(() => parseQuery("SELECT\n  a b c", origin)).span;
    expect(later && locate(later)).toEqual({ file: "a.sql", line: 11, column: 7 });
    const first = problemOf(() => parseQuery("SELECT a b c", origin)).span;
    expect(first && locate(first)).toEqual({ file: "a.sql", line: 10, column: 16 });
    const plain = problemOf(() => parseQuery("SELECT\n  a b c")).span;
    expect(plain && locate(plain)).toEqual({ line: 2, column: 7 });
  });

  test("an excerpt shows the line with carets below", () => {
    expect(excerpt({ text: "SELECT\n\ta wrong b\nFROM t", start: 10, end: 15 })).toBe("\ta wrong b\n\t  ^^^^^");
    expect(excerpt({ text: "a\nlong\nb", start: 2, end: 8 })).toBe("long\n^^^^");
    expect(excerpt({ text: "", start: 0, end: 0 })).toBe("\n^");
  });

  test("spans of expressions cover what they were read from", () => {
    const sql = "SELECT (a + b) * c AS x FROM t";
    const query = parseQuery(sql);
    const [alias] = query.kind === "Project" ? query.expressions : [];
    if (alias?.kind !== "Alias") throw new Error("no alias");
    expect(sql.slice(alias.expression.span?.start, alias.expression.span?.end)).toBe("(a + b) * c");
  });
});

describe("nesting", () => {
  const repeated = (open: string, middle: string, close: string): string =>
    open.repeat(10_000) + middle + close.repeat(10_000);

  test.each<[string, () => unknown]>([
    ["brackets", () => parseExpression(repeated("(", "1", ")"))],
    ["calls", () => parseExpression(repeated("f(", "1", ")"))],
    ["NOT", () => parseExpression(repeated("NOT ", "a", ""))],
    ["elements", () => parseExpression(repeated("", "a", "[0]"))],
    ["sums", () => parseExpression(Array(10_000).fill("a").join(" + "))],
    ["queries", () => parseQuery(repeated("SELECT * FROM (", "SELECT 1", ")"))],
    ["joins", () => parseQuery(`SELECT * FROM t${" JOIN t".repeat(10_000)}`)],
    ["unions", () => parseQuery(Array(10_000).fill("SELECT 1").join(" UNION ALL "))],
    ["types", () => parseDataType(repeated("array<", "int", ">"))],
  ])("of 10,000 %s is an error, not an overflow", (_what, read) => {
    expect(problemOf(read).condition).toBe("FAILED_TO_PARSE_TOO_COMPLEX");
  });

  test("of 250 brackets is fine", () => {
    expect(parseExpression(`${"(".repeat(250)}1${")".repeat(250)}`).kind).toBe("Literal");
  });
});
