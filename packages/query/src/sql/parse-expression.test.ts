import { describe, expect, test } from "vitest";
import { dayTimeInterval, decimal, INTEGER, LONG, STRING, yearMonthInterval } from "../data-type/data-type.ts";
import type { Expression } from "../expression/expression.ts";
import { parseExpression, parseQuery } from "./parser.ts";
import { printExpression } from "./printer.ts";
import { withoutSpans } from "./without-spans.ts";

const tree = (text: string): Expression => withoutSpans(parseExpression(text));
const column = (...name: string[]): Expression => ({ kind: "ColumnReference", name });
const call = (name: string, ...args: Expression[]): Expression => ({ kind: "Call", name, args });
const int = (value: number): Expression => ({ kind: "Literal", value, dataType: INTEGER });
const text = (value: string): Expression => ({ kind: "Literal", value, dataType: STRING });
const value = (sql: string): unknown => {
  const literal = parseExpression(sql);
  return literal.kind === "Literal" ? [literal.value, literal.dataType] : literal;
};
const [a, b, c] = [column("a"), column("b"), column("c")];

describe("operators", () => {
  test.each([
    ["a OR b AND c", call("or", a, call("and", b, c))],
    ["NOT a AND b", call("and", call("not", a), b)],
    ["!a = b", call("not", call("=", a, b))],
    ["a + b * c", call("+", a, call("*", b, c))],
    ["a || b + c", call("+", call("||", a, b), c)],
    ["a - b - c", call("-", call("-", a, b), c)],
    ["a DIV b % c", call("%", call("div", a, b), c)],
    ["a | b ^ c & a", call("|", a, call("^", b, call("&", c, a)))],
    ["a << b + c", call("<<", a, call("+", b, c))],
    ["a >>> b", call(">>>", a, b)],
    ["a >> b > c", call(">", call(">>", a, b), c)],
    ["a == b", call("=", a, b)],
    ["a != b", call("<>", a, b)],
    ["a <=> b", call("<=>", a, b)],
    ["a !< b", call(">=", a, b)],
    ["-a * b", call("*", call("negative", a), b)],
    ["- -a", call("negative", call("negative", a))],
    ["-5 - -3", call("-", int(-5), int(-3))],
    ["~a", call("~", a)],
    ["a = b IS NULL", call("isnull", call("=", a, b))],
    ["NOT a IS NOT NULL", call("not", call("isnotnull", a))],
    ["a[b].c", { kind: "FieldAccess", expression: call("[]", a, b), field: "c" }],
    ["(a).b", { kind: "FieldAccess", expression: a, field: "b" }],
    ["a.b.c", column("a", "b", "c")],
    ["`a.b`.`c``d`", column("a.b", "c`d")],
  ])("%s", (sql, expected) => {
    expect(tree(sql)).toEqual(expected);
  });

  test("thousands of OR terms make a shallow tree", () => {
    const sql = Array.from({ length: 5000 }, (_, i) => `a = ${i}`).join(" OR ");
    const parsed = tree(sql);
    const depth = (one: Expression): number => (one.kind === "Call" ? 1 + Math.max(...one.args.map(depth)) : 0);
    expect(depth(parsed)).toBeLessThan(20);
    expect(printExpression(parsed)).toBe(sql);
  });
});

describe("predicates", () => {
  test.each([
    ["a BETWEEN 1 AND 2 AND b", call("and", call("between", a, int(1), int(2)), b)],
    ["a NOT BETWEEN 1 AND 2", call("not", call("between", a, int(1), int(2)))],
    ["a IN (1, 2)", call("in", a, int(1), int(2))],
    ["a NOT IN (1)", call("not", call("in", a, int(1)))],
    ["a LIKE 'x%'", call("like", a, text("x%"))],
    ["a ILIKE 'x!%' ESCAPE '!'", call("ilike", a, text("x!%"), text("!"))],
    ["a NOT RLIKE 'x'", call("not", call("rlike", a, text("x")))],
    ["a REGEXP 'x'", call("rlike", a, text("x"))],
    ["a LIKE ANY ('x', 'y')", call("or", call("like", a, text("x")), call("like", a, text("y")))],
    [
      "a NOT LIKE ALL ('x', 'y')",
      call("and", call("not", call("like", a, text("x"))), call("not", call("like", a, text("y")))),
    ],
    ["a IS NOT TRUE", call("not", call("istrue", a))],
    ["a IS UNKNOWN", call("isnull", a)],
    ["a IS DISTINCT FROM b", call("not", call("<=>", a, b))],
    ["a IS NOT DISTINCT FROM b", call("<=>", a, b)],
  ])("%s", (sql, expected) => {
    expect(tree(sql)).toEqual(expected);
  });

  test("IN over a query compares the parts of a tuple", () => {
    expect(tree("(a, b) IN (SELECT c FROM t)")).toMatchObject({ kind: "InSubquery", values: [a, b] });
    expect(tree("(a) NOT IN (SELECT c FROM t)")).toMatchObject({ name: "not", args: [{ values: [a] }] });
    expect(tree("EXISTS (SELECT 1)")).toMatchObject({ kind: "Exists", relation: { kind: "Project" } });
    expect(tree("exists(a, x -> x > 1)")).toMatchObject({ kind: "Call", name: "exists" });
    expect(tree("((SELECT 1)) + 1")).toMatchObject({ name: "+", args: [{ kind: "ScalarSubquery" }, int(1)] });
  });
});

describe("literals", () => {
  test.each<[string, unknown]>([
    ["1", [1, INTEGER]],
    ["-2147483648", [-2147483648, INTEGER]],
    ["2147483648", [2147483648n, LONG]],
    ["9999999999999999999", ["9999999999999999999", decimal(19, 0)]],
    ["1L", [1n, LONG]],
    ["7S", [7, { kind: "short" }]],
    ["-128Y", [-128, { kind: "byte" }]],
    ["1.50", ["1.50", decimal(3, 2)]],
    [".5", ["0.5", decimal(1, 1)]],
    ["5.", ["5", decimal(1, 0)]],
    ["1e3", [1000, { kind: "double" }]],
    ["1.5D", [1.5, { kind: "double" }]],
    ["1.5f", [1.5, { kind: "float" }]],
    ["123.08BD", ["123.08", decimal(5, 2)]],
    ["12E3BD", ["12000", decimal(5, 0)]],
    ["9.0E-2BD", ["0.090", decimal(3, 3)]],
    ["'it''s'", ["it's", STRING]],
    ["'a\\n\\u0041\\101\\%\\x'", ["a\nAA\\%x", STRING]],
    ["\"double\" 'and ' r'raw\\n'", ["doubleand raw\\n", STRING]],
    ["X'1f 0'", "INVALID"],
    ["X '1F0'", [Uint8Array.of(1, 0xf0), { kind: "binary" }]],
    ["DATE '2024-03-05'", [19787, { kind: "date" }]],
    ["DATE '1969'", [-365, { kind: "date" }]],
    ["TIMESTAMP '1970-01-02 00:00:01.5'", [86_401_500_000n, { kind: "timestamp" }]],
    ["TIMESTAMP '1970-01-01T01:00:00+01:00'", [0n, { kind: "timestamp" }]],
    ["TIMESTAMP '2024-07-01 12:00 Europe/Paris'", [1719828000000000n, { kind: "timestamp" }]],
    ["TIMESTAMP_NTZ '1970-01-01 00:00:01'", [1_000_000n, { kind: "timestamp_ntz" }]],
    ["TRUE", [true, { kind: "boolean" }]],
    ["null", [null, { kind: "void" }]],
  ])("%s", (sql, expected) => {
    if (expected === "INVALID") expect(() => parseExpression(sql)).toThrow("INVALID_TYPED_LITERAL");
    else expect(value(sql)).toEqual(expected);
  });

  test("a timestamp without a zone is in the session's zone, also where clocks change", () => {
    const inZone = (sql: string): unknown => {
      const literal = parseExpression(sql, undefined, { timeZone: "America/New_York" });
      return literal.kind === "Literal" && new Date(Number(literal.value as bigint) / 1000).toISOString();
    };
    expect(inZone("TIMESTAMP '2024-01-15 00:00:00'")).toBe("2024-01-15T05:00:00.000Z");
    expect(inZone("TIMESTAMP '2024-03-10 02:30:00'")).toBe("2024-03-10T07:30:00.000Z");
    expect(inZone("TIMESTAMP '2024-11-03 01:30:00'")).toBe("2024-11-03T05:30:00.000Z");
  });

  test.each<[string, unknown]>([
    ["INTERVAL '1-2' YEAR TO MONTH", [14, yearMonthInterval("year", "month")]],
    ["INTERVAL -3 MONTHS", [-3, yearMonthInterval("month")]],
    ["INTERVAL 2 WEEKS 1 DAY", [15n * 86_400_000_000n, dayTimeInterval("day")]],
    ["INTERVAL '1 02:03:04.000005' DAY TO SECOND", [93_784_000_005n, dayTimeInterval("day", "second")]],
    ["INTERVAL '-1:30' MINUTE TO SECOND", [-90_000_000n, dayTimeInterval("minute", "second")]],
    ["INTERVAL '10 minutes'", [600_000_000n, dayTimeInterval("minute")]],
    ["INTERVAL 1.5 SECONDS", [1_500_000n, dayTimeInterval("second")]],
    ["INTERVAL 1 DAY 5 MILLISECONDS", [86_400_005_000n, dayTimeInterval("day", "second")]],
    ["INTERVAL '1 year 2 months'", [14, yearMonthInterval("year", "month")]],
  ])("%s", (sql, expected) => {
    expect(value(sql)).toEqual(expected);
  });

  test.each([
    ["INTERVAL 1 MONTH 2 DAYS", "_LEGACY_ERROR_TEMP_0029"],
    ["INTERVAL '1 month 2 days'", "_LEGACY_ERROR_TEMP_0029"],
    ["INTERVAL 1.5 DAYS", "INVALID_INTERVAL_FORMAT.INVALID_FRACTION"],
    ["INTERVAL 9999999999 DAYS", "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION"],
    ["INTERVAL '1-13' YEAR TO MONTH", "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING"],
    ["INTERVAL '1-x' YEAR TO MONTH", "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING"],
    ["INTERVAL '1' DAY TO SECOND", "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["INTERVAL '1' SECOND TO DAY", "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION"],
    ["INTERVAL '1day'", "INVALID_TYPED_LITERAL"],
  ])("%s is refused", (sql, condition) => {
    expect(() => parseExpression(sql)).toThrow(`[${condition}]`);
  });

  test("intervals over expressions, and columns named interval", () => {
    expect(tree("INTERVAL a DAYS")).toEqual(call("make_dt_interval", a));
    expect(tree("INTERVAL (a + 1) HOURS")).toEqual(call("make_dt_interval", int(0), call("+", a, int(1))));
    expect(tree("interval + 1")).toEqual(call("+", column("interval"), int(1)));
  });
});

describe("forms with words of their own", () => {
  test.each([
    ["CASE a WHEN 1 THEN b ELSE c END", "CASE WHEN a = 1 THEN b ELSE c END"],
    ["a::decimal(10, 2)", "CAST(a AS DECIMAL(10,2))"],
    ["a?::int", "TRY_CAST(a AS INT)"],
    ["-5::string", "CAST(-5 AS STRING)"],
    ["EXTRACT(YEAR FROM a)", "extract('YEAR', a)"],
    ["TRIM(BOTH FROM a)", "trim(a)"],
    ["TRIM(LEADING 'x' FROM a)", "ltrim('x', a)"],
    ["TRIM('x' FROM a)", "trim('x', a)"],
    ["SUBSTRING(a FROM 2 FOR 3)", "substring(a, 2, 3)"],
    ["POSITION('x' IN a)", "position('x', a)"],
    ["OVERLAY(a PLACING 'x' FROM 3)", "overlay(a, 'x', 3)"],
    ["dateadd(day, 1, a)", "dateadd(DAY, 1, a)"],
    ["current_date", "current_date()"],
    ["IDENTIFIER('a.' || 'b')", "a.b"],
    ["IDENTIFIER('upper')(a)", "upper(a)"],
    ["count(*)", "count(*)"],
    ["COUNT(DISTINCT a, b) FILTER (WHERE c)", "count(DISTINCT a, b) FILTER (WHERE c)"],
    ["first(a IGNORE NULLS)", "first(a) IGNORE NULLS"],
    ["listagg(a, ',' ORDER BY b DESC)", "listagg(a, ',') WITHIN GROUP (ORDER BY b DESC)"],
    ["left(a, 1) || right(b, 2)", "left(a, 1) || right(b, 2)"],
    ["if(a, date('2024-01-01'), timestamp(b))", "if(a, date('2024-01-01'), timestamp(b))"],
    ["transform(a, (x, i) -> x + i)", "transform(a, (x, i) -> x + i)"],
    ["f(k => 1, v => a)", "f(k => 1, v => a)"],
    ["(a, b AS x)", "struct(a, b AS x)"],
    ["struct(a x, b AS y, c)", "struct(a AS x, b AS y, c)"],
    ["a:b.c[0]['d e'][*]", "a:`b`.`c`[0].`d e`[*]"],
    ["a:b::int", "CAST(a:`b` AS INT)"],
    ["* EXCEPT (a, b.c)", "* EXCEPT (a, b.c)"],
    ["t.* EXCEPT (a)", "t.* EXCEPT (a)"],
    ["explode(m) AS (k, v)", "explode(m) AS (k, v)"],
    ["a COLLATE UTF8_LCASE", "`collate`(a, 'UTF8_LCASE')"],
  ])("%s reads as %s", (sql, printed) => {
    expect(printExpression(parseExpression(sql))).toBe(printed);
  });

  test("windows keep their parts, named windows are filled in", () => {
    expect(tree("sum(a) OVER (PARTITION BY b ORDER BY c ROWS 2 PRECEDING)")).toEqual({
      kind: "WindowExpression",
      call: call("sum", a),
      partitionBy: [b],
      orderBy: [{ kind: "SortKey", expression: c, ascending: true }],
      frame: { unit: "rows", lower: { kind: "Preceding", offset: int(2) }, upper: { kind: "CurrentRow" } },
    });
    const query = withoutSpans(parseQuery("SELECT rank() OVER v FROM t WINDOW w AS (ORDER BY a), v AS w"));
    expect(query).toMatchObject({
      expressions: [{ kind: "WindowExpression", orderBy: [{ kind: "SortKey", expression: a }] }],
    });
  });

  test("parameters stand for text", () => {
    const options = { parameters: { day: "2024-01-01" } };
    expect(withoutSpans(parseExpression(":day", undefined, options))).toEqual(text("2024-01-01"));
    expect(() => parseExpression(":night", undefined, options)).toThrow("UNBOUND_SQL_PARAMETER");
  });

  test("words that Spark does not reserve are columns", () => {
    for (const word of ["date", "timestamp", "left", "end", "order", "user", "values", "interval", "window", "1a"]) {
      expect(tree(word)).toEqual(column(word));
    }
    expect(tree("w.end")).toEqual(column("w", "end"));
    expect(tree("a.123D_x")).toEqual(column("a", "123D_x"));
  });
});
