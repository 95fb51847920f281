import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataType } from "../data-type/data-type.ts";
import {
  array,
  DOUBLE,
  dayTimeInterval,
  decimal,
  field,
  INTEGER,
  INTERVAL_DAY_TIME,
  INTERVAL_YEAR_MONTH,
  LONG,
  map,
  STRING,
  struct,
  yearMonthInterval,
} from "../data-type/data-type.ts";
import type { Expression, Literal } from "../expression/expression.ts";
import { INFIX } from "./operator.ts";
import { parseExpression, parseQuery } from "./parser.ts";
import { printExpression, printRelation } from "./printer.ts";
import { withoutSpans } from "./without-spans.ts";

const EXPRESSIONS = [
  ...[
    "1",
    "-1",
    "- -1",
    "+1",
    "1.50",
    "-0.5BD",
    "1e300",
    "1.5F",
    "9999999999",
    "7Y",
    "NULL",
    "TRUE",
    "'it''s\\n'",
    "X'00FF'",
  ],
  ...[
    "DATE '0001-01-01'",
    "DATE '9999-12-31'",
    "TIMESTAMP '1969-12-31 23:59:59.999999'",
    "TIMESTAMP_NTZ '2024-02-29 00:00'",
  ],
  ...[
    "INTERVAL '-1-2' YEAR TO MONTH",
    "INTERVAL '-1 00:00:00.5' DAY TO SECOND",
    "-INTERVAL 1 DAY",
    "INTERVAL '-3' YEAR",
    "INTERVAL '100:30' HOUR TO MINUTE",
    "INTERVAL '0.000005' SECOND",
  ],
  ...[
    "INTERVAL a DAYS",
    "INTERVAL (a + b) MONTHS",
    "a.b.c",
    "`a b`.`select`",
    "`from`",
    "`interval`",
    "`1`",
    "end",
    "t.*",
  ],
  ...[
    "* EXCEPT (a, b.c)",
    "a AS `x y`",
    "explode(m) AS (k, v)",
    "a[0][b].c.d",
    "(a).b",
    "(a.b).c",
    "f(x).y",
    "(a:b)[0]",
    "(a:b).c",
  ],
  ...[
    "a:b.c[0].d",
    "a:['x y'][*]",
    "f(x):a::int",
    "a::int::string",
    "-5::string",
    "(-5)::string",
    "-(5::int)",
    "a?::date",
  ],
  ...[
    "CAST(a AS STRUCT<x: INT NOT NULL, y: ARRAY<STRING>>)",
    "TRY_CAST(a AS DECIMAL(10,2))",
    "NOT NOT a",
    "NOT (a AND b)",
  ],
  ...["a OR b OR c AND d", "a OR (b OR c)", "(a OR b) AND c", "a = b = c", "a = (b = c)", "(a IS NULL) = (b IS NULL)"],
  ...[
    "a = b IS NULL",
    "(a IN (1)) IN (TRUE)",
    "NOT a IN (1, 2)",
    "a NOT BETWEEN b + 1 AND c = d",
    "(a BETWEEN 1 AND 2) AND b",
  ],
  ...[
    "a LIKE b || '%' ESCAPE '/'",
    "a LIKE ANY ('x', 'y', 'z')",
    "a NOT ILIKE ALL ('x', 'y')",
    "a RLIKE '\\\\d+'",
    "a IS NOT TRUE",
  ],
  ...[
    "a IS DISTINCT FROM b",
    "a <=> b",
    "-(-a)",
    "-(+a)",
    "~-a",
    "a - (b - c)",
    "a - -b",
    "a * (b + c)",
    "(a + b) * c",
    "a DIV b % c",
  ],
  ...[
    "a & b | c ^ d",
    "a << 1 >> 2 >>> 3",
    "a || (b || c)",
    "CASE WHEN a THEN b ELSE c END",
    "CASE a WHEN 1 THEN 'x' END",
  ],
  ...[
    "count(*)",
    "count(DISTINCT a, b) FILTER (WHERE c > 1)",
    "first(a) IGNORE NULLS",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY a DESC)",
  ],
  ...[
    "listagg(a, ',' ORDER BY b NULLS LAST)",
    "f(a => 1, `b c` => 2)",
    "s.f(1)",
    "`a.b`(1)",
    "transform(a, x -> x + 1)",
    "exists(a, x -> x > 1)",
  ],
  ...[
    "aggregate(a, 0, (s, x) -> s + x, s -> s * 2)",
    "(a, b)",
    "(a AS x, b)",
    "struct(a AS x, b)",
    "EXTRACT(YEAR FROM a)",
    "left(a, 1)",
  ],
  ...[
    "TRIM(TRAILING 'x' FROM a)",
    "SUBSTRING(a FROM 1 FOR 2)",
    "POSITION('a' IN b)",
    "OVERLAY(a PLACING b FROM 1 FOR 2)",
    "if(a, b, c)",
  ],
  ...[
    "dateadd(MONTH, 1, a)",
    "datediff(a, b)",
    "timestampdiff(HOUR, a, b)",
    "current_timestamp",
    "current_date()",
    "date '2024-01-01' + 1",
  ],
  ...[
    "sum(a) OVER ()",
    "rank() OVER (PARTITION BY a, b ORDER BY c DESC NULLS FIRST, d)",
    "sum(a) OVER (ORDER BY b RANGE CURRENT ROW)",
  ],
  ...[
    "sum(a) FILTER (WHERE b) OVER (ORDER BY c ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING)",
    "lag(a, 1) IGNORE NULLS OVER (ORDER BY b)",
  ],
  ...[
    "a IN (SELECT b FROM t)",
    "(a, b) NOT IN (SELECT c, d FROM t)",
    "struct(a, b) IN (SELECT c FROM t)",
    "NOT EXISTS (SELECT 1)",
  ],
  ...[
    "(SELECT max(a) FROM t) + 1",
    "a = ANY_VALUE(b)",
    "a COLLATE UTF8_LCASE",
    "map('a', 1)['a']",
    "array(1, 2)[0]",
    "named_struct('a', 1).a",
  ],
];

const QUERIES = [
  ...[
    "SELECT 1",
    "SELECT a, b AS c FROM t",
    "SELECT DISTINCT a FROM t",
    "SELECT * FROM t",
    "SELECT t.*, s.* EXCEPT (x) FROM t JOIN s",
  ],
  ...[
    "SELECT 1 WHERE a",
    "TABLE a.b",
    "TABLE a ORDER BY b LIMIT 1",
    "VALUES (1, 'a'), (2, NULL)",
    "VALUES 1, -2",
    "VALUES (1) AS t(a)",
  ],
  ...[
    "SELECT * FROM VALUES -1, 2 AS t(a)",
    "SELECT * FROM (VALUES (1, 2))",
    "FROM t",
    "FROM t SELECT a WHERE b",
    "SELECT a FROM STREAM t",
  ],
  ...[
    "SELECT a FROM STREAM(LIVE.t) AS s",
    "SELECT * FROM delta.`/a b/c`",
    "SELECT * FROM t CHANGES FROM VERSION 1 EXCLUSIVE TO VERSION 5 WITH (computeUpdates = 'true') AS c JOIN u",
    "SELECT * FROM f(TABLE (SELECT 1) PARTITION BY a, b => 2) t, u VERSION AS OF 'snapshot'",
    "SELECT * FROM (SELECT TRANSFORM (a) USING 'cat' AS b FROM t WHERE a > 1) WHERE c = b",
    "SELECT TRANSFORM (a) USING 'cat' FROM t",
    "SELECT * FROM t WATERMARK f(a) DELAY OF INTERVAL 1 MINUTE AS w WHERE b",
    "SELECT * FROM STREAM json.`s3://b/c`",
    "SELECT * FROM range(1, 10)",
  ],
  ...[
    "SELECT * FROM STREAM read_files('/x', format => 'csv', header => true)",
    "SELECT * FROM cloud_files('/x', 'json', map('a', 'b'))",
  ],
  ...[
    "SELECT * FROM event_log(TABLE(a.b))",
    "SELECT * FROM f(k => TABLE(t))",
    "SELECT * FROM t VERSION AS OF 3",
    "SELECT * FROM t WITH ('a' = 'b')",
  ],
  ...[
    "SELECT * FROM t TIMESTAMP AS OF current_timestamp() - INTERVAL 1 DAY AS x",
    "SELECT * FROM a AS x(b, c)",
    "SELECT * FROM (SELECT 1) AS x",
  ],
  ...[
    "SELECT * FROM (SELECT 1)",
    "SELECT * FROM a, b, c WHERE a.x = b.x",
    "SELECT * FROM a, b JOIN c ON d",
    "SELECT * FROM a JOIN (b JOIN c ON d) ON e",
  ],
  ...[
    "SELECT * FROM (a JOIN b) AS x JOIN c USING (d, e)",
    "SELECT * FROM a LEFT SEMI JOIN b ON c",
    "SELECT * FROM a LEFT ANTI JOIN b USING (c)",
  ],
  ...[
    "SELECT * FROM a RIGHT OUTER JOIN b ON c FULL JOIN d ON e",
    "SELECT * FROM a NATURAL FULL JOIN b",
    "SELECT * FROM a CROSS JOIN b",
  ],
  ...["SELECT * FROM a, LATERAL (SELECT a.b) AS s", "SELECT * FROM a LEFT JOIN LATERAL explode(a.b) AS e(c) ON TRUE"],
  ...[
    "SELECT * FROM a LATERAL VIEW OUTER explode(b) e AS k, v LATERAL VIEW posexplode(c) f WHERE d",
    "SELECT * FROM a LATERAL VIEW inline(b) e",
  ],
  ...[
    "SELECT * FROM t TABLESAMPLE (12.5 PERCENT)",
    "SELECT * FROM t TABLESAMPLE (0.1 PERCENT) REPEATABLE (3) AS s",
    "SELECT * FROM t TABLESAMPLE (5 ROWS) AS s",
  ],
  ...[
    "SELECT * FROM (t AS a) TABLESAMPLE (BUCKET 1 OUT OF 3)",
    "SELECT * FROM t WATERMARK ts DELAY OF INTERVAL 10 MINUTES AS s",
  ],
  ...[
    "SELECT * FROM STREAM t WATERMARK to_timestamp(a) AS ts DELAY OF INTERVAL '1 hour'",
    "SELECT * FROM (SELECT 1) WATERMARK a DELAY OF INTERVAL 1 DAY",
  ],
  ...[
    "SELECT * FROM t PIVOT (sum(a) AS s, avg(b) FOR c IN ('x' AS x, 'y'))",
    "SELECT * FROM t PIVOT (max(a) FOR (b, c) IN ((1, 2) AS x, (3, 4)))",
  ],
  ...[
    "SELECT * FROM a JOIN b PIVOT (max(a) FOR b IN (1)) AS p JOIN c",
    "SELECT * FROM a JOIN (b PIVOT (max(a) FOR b IN (1)))",
  ],
  ...[
    "SELECT * FROM t UNPIVOT (v FOR n IN (a AS x, b))",
    "SELECT * FROM t UNPIVOT INCLUDE NULLS ((v, w) FOR n IN ((a, b) AS x, (c, d)))",
  ],
  ...[
    "SELECT a, sum(b) FROM t GROUP BY a",
    "SELECT a FROM t GROUP BY ALL",
    "SELECT count(*) FROM t",
    "SELECT a FROM t HAVING a > 1",
  ],
  ...[
    "SELECT a, b FROM t GROUP BY ROLLUP (a, b)",
    "SELECT a FROM t GROUP BY a WITH CUBE",
    "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, ())",
  ],
  ...[
    "SELECT a FROM t GROUP BY a, b GROUPING SETS ((b))",
    "SELECT a FROM t GROUP BY a, CUBE (b, c)",
    "SELECT a FROM t GROUP BY 1, 2 HAVING max(b) > 1",
  ],
  ...[
    "SELECT a FROM t GROUP BY GROUPING SETS (())",
    "SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1",
  ],
  ...[
    "SELECT DISTINCT a FROM t GROUP BY a HAVING b QUALIFY c ORDER BY a DESC NULLS LAST LIMIT 10 OFFSET 5",
    "SELECT a FROM t OFFSET 5",
  ],
  ...[
    "SELECT sum(a) OVER w, rank() OVER (w) FROM t WINDOW w AS (PARTITION BY b ORDER BY c)",
    "SELECT a FROM t ORDER BY ALL",
  ],
  ...[
    "SELECT 1 UNION SELECT 2",
    "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3",
    "SELECT 1 UNION ALL (SELECT 2 UNION ALL SELECT 3)",
  ],
  ...[
    "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3",
    "(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3",
    "SELECT 1 EXCEPT ALL SELECT 2 MINUS SELECT 3",
  ],
  ...[
    "SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a",
    "(SELECT 1 LIMIT 1) UNION ALL (SELECT 2 ORDER BY 1) ORDER BY 1 LIMIT 3",
  ],
  ...[
    "(SELECT a FROM t ORDER BY a LIMIT 1) ORDER BY a",
    "(SELECT a FROM t LIMIT 1) LIMIT 2",
    "((SELECT 1) OFFSET 1) LIMIT 1",
  ],
  ...[
    "WITH a AS (SELECT 1), b(x, y) AS (SELECT * FROM a) SELECT * FROM b ORDER BY x",
    "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 5), b AS (SELECT 1) SELECT * FROM a",
    "WITH RECURSIVE a(n) MAX RECURSION LEVEL 7 AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT * FROM a LIMIT 3",
    "WITH a AS (WITH b AS (SELECT 1) TABLE b) TABLE a",
  ],
  ...[
    "(WITH a AS (SELECT 1) TABLE a) UNION ALL SELECT 2",
    "WITH a AS (SELECT 1) (WITH b AS (SELECT 2) TABLE b)",
    "SELECT (WITH a AS (SELECT 1) TABLE a)",
  ],
  ...[
    "SELECT * FROM (SELECT 1 UNION ALL SELECT 2) AS u",
    "SELECT * FROM a WHERE b IN (SELECT c FROM d WHERE d.e = a.e) AND EXISTS (SELECT 1)",
  ],
  `SELECT o.order_id, upper(trim(c.name)) AS customer, sum(o.quantity * o.price) AS total, count(DISTINCT o.sku) AS skus
   FROM STREAM(LIVE.orders) AS o LEFT JOIN LIVE.customers AS c ON o.customer_id = c.id AND c.__END_AT IS NULL
   WHERE o.status IN ('pending', 'completed') AND o.amount BETWEEN 0 AND 100000 GROUP BY ALL`,
  `SELECT *, _metadata.file_path AS source_file, current_timestamp() AS ingested FROM STREAM read_files('/Volumes/raw', format => 'json')`,
  `SELECT window(ts, '10 minutes').start AS s, CASE WHEN count(*) > 10 THEN 'high' ELSE 'low' END AS load FROM t GROUP BY window(ts, '10 minutes')`,
  "SELECT * EXCEPT (_rescued_data), CAST(a AS BIGINT), b:c.d::double, date_trunc('DAY', ts) AS d FROM STREAM raw",
];

describe("printed SQL reads back as the same tree", () => {
  test.each(EXPRESSIONS)("%s", (sql) => {
    const tree = parseExpression(sql);
    expect(withoutSpans(parseExpression(printExpression(tree)))).toEqual(withoutSpans(tree));
  });

  test.each(QUERIES)("%s", (sql) => {
    const tree = parseQuery(sql);
    expect(withoutSpans(parseQuery(printRelation(tree)))).toEqual(withoutSpans(tree));
  });

  test("for any expression", () => {
    fc.assert(
      fc.property(anyExpression, (tree) => {
        const printed = printExpression(tree);
        expect(withoutSpans(parseExpression(printed)), printed).toEqual(tree);
      }),
      { numRuns: 500 },
    );
  });

  test("for any literal", () => {
    fc.assert(
      fc.property(anyLiteral, (tree) => {
        const printed = printExpression(tree);
        expect(withoutSpans(parseExpression(printed)), printed).toEqual(tree);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what has no tree of its own in SQL", () => {
  test("nested literals and typed NULLs print as calls and casts", () => {
    const literal = (value: Literal["value"], dataType: DataType): string =>
      printExpression({ kind: "Literal", value, dataType });
    expect(literal([1, null], array(INTEGER))).toBe("array(1, CAST(NULL AS INT))");
    expect(literal([["a", 1n]], map(STRING, LONG))).toBe("map('a', 1L)");
    expect(literal([1], struct([field("x y", INTEGER)]))).toBe("struct(1 AS `x y`)");
    expect(literal("1.5", decimal(10, 3))).toBe("CAST('1.5' AS DECIMAL(10,3))");
    expect(literal(Number.NaN, DOUBLE)).toBe("CAST('NaN' AS DOUBLE)");
  });

  test("rows of the program print as VALUES", () => {
    const schema = struct([field("a", INTEGER), field("b", STRING)]);
    expect(printRelation({ kind: "LocalRelation", schema, rows: [[1, "x"]] })).toBe(
      "SELECT * FROM VALUES (1, 'x') AS t(a, b)",
    );
    expect(printRelation({ kind: "LocalRelation", schema, rows: [] })).toMatch(/LIMIT 0$/);
  });

  test("a filter over a table prints as SELECT *, withColumn is an error", () => {
    const input = { kind: "NamedTable", name: ["t"], streaming: false, options: {} } as const;
    const condition = parseExpression("a > 1");
    expect(printRelation({ kind: "Filter", input, condition })).toBe("SELECT * FROM t WHERE a > 1");
    expect(() =>
      printRelation({ kind: "WithColumns", input, columns: [{ name: "a", expression: condition }] }),
    ).toThrow("Spark SQL has no form for withColumn(..)");
  });
});

const name = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "c",
    "select",
    "from",
    "order",
    "date",
    "x y",
    "é",
    "1",
    "a`b",
    "left",
    "end",
    "not",
    "case",
  ),
  fc.string({ minLength: 1, maxLength: 5 }),
);

const literal = (value: fc.Arbitrary<Literal["value"]>, dataType: DataType): fc.Arbitrary<Expression> =>
  value.map((one) => ({ kind: "Literal", value: one, dataType }));

const date = fc.integer({ min: -719_162, max: 2_932_896 });
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const instant = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });

const anyLiteral: fc.Arbitrary<Expression> = fc.oneof(
  literal(fc.integer(), INTEGER),
  literal(long, LONG),
  literal(fc.integer({ min: -128, max: 127 }), { kind: "byte" }),
  literal(fc.double({ noNaN: true, noDefaultInfinity: true }), DOUBLE),
  literal(fc.float({ noNaN: true, noDefaultInfinity: true }), { kind: "float" }),
  literal(fc.string({ unit: "binary" }), STRING),
  literal(fc.uint8Array(), { kind: "binary" }),
  literal(date, { kind: "date" }),
  literal(instant, { kind: "timestamp" }),
  literal(instant, { kind: "timestamp_ntz" }),
  literal(fc.integer(), INTERVAL_YEAR_MONTH),
  literal(fc.integer(), yearMonthInterval("month")),
  literal(long, INTERVAL_DAY_TIME),
  literal(long, dayTimeInterval("hour", "second")),
  literal(long, dayTimeInterval("second")),
);

const { anyExpression } = fc.letrec<{ anyExpression: Expression }>((tie) => {
  const inner = tie("anyExpression");
  const call = (names: readonly string[], count: number): fc.Arbitrary<Expression> =>
    fc.record({
      kind: fc.constant("Call"),
      name: fc.constantFrom(...names),
      args: fc.array(inner, { minLength: count, maxLength: count }),
    });
  return {
    anyExpression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.record({ kind: fc.constant("ColumnReference"), name: fc.array(name, { minLength: 1, maxLength: 3 }) }),
      anyLiteral,
      call(Object.keys(INFIX), 2),
      call(["not", "negative", "positive", "~", "isnull", "isnotnull", "istrue", "isfalse"], 1),
      call(["like", "ilike", "rlike", "[]", "coalesce"], 2),
      call(["between", "in", "if"], 3),
      fc.record({ kind: fc.constant("FieldAccess"), expression: inner, field: name }),
      fc.record({
        kind: fc.constant("JsonPath"),
        expression: inner,
        path: fc.array(fc.oneof(name, fc.nat()), { minLength: 1 }),
      }),
      fc.record({
        kind: fc.constant("Cast"),
        expression: inner,
        dataType: fc.constantFrom<DataType>(INTEGER, decimal(10, 2), array(STRING)),
        try: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("Case"),
        branches: fc.tuple(fc.record({ when: inner, then: inner })),
        otherwise: inner,
      }),
    ),
  };
});
