import { QueryError } from "@sluice/query";
import { expect, test } from "vitest";
import { parseStatement } from "./parse-statement.ts";
import { splitStatements } from "./split-statements.ts";

test.each([
  ["DESCRIBE t", { kind: "DescribeTable", extended: false }],
  ["DESC TABLE EXTENDED s.t", { kind: "DescribeTable", extended: true }],
  ["DESCRIBE FORMATTED t", { kind: "DescribeTable", extended: true }],
  ["DESCRIBE t amount", { kind: "DescribeTable", column: "amount" }],
  ["DESCRIBE history", { kind: "DescribeTable", extended: false }],
  ["DESCRIBE HISTORY t LIMIT 3", { kind: "DescribeHistory", limit: 3 }],
  ["DESCRIBE DETAIL delta.`/a/b`", { kind: "DescribeDetail" }],
  ["DESCRIBE QUERY SELECT 1", { kind: "DescribeQuery" }],
  ["DESCRIBE SELECT 1", { kind: "DescribeQuery" }],
  ["SHOW TABLES FROM s LIKE 'a*'", { kind: "ShowTables", pattern: "a*" }],
  ["SHOW TABLES 'a*'", { kind: "ShowTables", pattern: "a*" }],
  ["SHOW PARTITIONS t PARTITION (p = 'x', q = 1 + 1)", { kind: "ShowPartitions" }],
  ["SHOW DATABASES", { kind: "ShowSchemas" }],
  ["SHOW TBLPROPERTIES t ('delta.appendOnly')", { kind: "ShowProperties", key: "delta.appendOnly" }],
  ["SHOW TBLPROPERTIES t (delta.appendOnly)", { kind: "ShowProperties", key: "delta.appendOnly" }],
  ["SET", { kind: "Set" }],
  ["SET a.b", { kind: "Set", key: "a.b" }],
  ["SET a.b = two words;", { kind: "Set", key: "a.b", value: "two words" }],
  ["SET a.b = 'quoted'", { kind: "Set", key: "a.b", value: "quoted" }],
  ["SET TIME ZONE 'Asia/Tokyo'", { kind: "Set", key: "spark.sql.session.timeZone", value: "Asia/Tokyo" }],
  ["INSERT INTO t SELECT 1", { kind: "Insert", overwrite: false, byName: false }],
  ["INSERT INTO TABLE t BY NAME SELECT 1 AS a", { kind: "Insert", byName: true }],
  ["INSERT OVERWRITE t VALUES (1), (2)", { kind: "Insert", overwrite: true }],
  ["INSERT INTO t (SELECT 1)", { kind: "Insert", byName: false }],
  ["CREATE TEMP VIEW v AS SELECT 1", { kind: "CreateView", replace: false }],
  ["CREATE OR REPLACE TEMPORARY VIEW v (a COMMENT 'x') AS SELECT 1", { kind: "CreateView", columns: ["a"] }],
  ["DROP TABLE IF EXISTS t", { kind: "DropTable", ifExists: true }],
  ["WITH a AS (SELECT 1) SELECT * FROM a", { kind: "Query" }],
  ["TABLE t", { kind: "Query" }],
])("%s", (text, expected) => {
  expect(parseStatement(text)).toMatchObject(expected);
});

test("CREATE TABLE keeps columns, comments, partitions and properties, in any order of its clauses", () => {
  const statement = parseStatement(`CREATE TABLE IF NOT EXISTS s.t (id BIGINT NOT NULL COMMENT 'key', n LONG)
    COMMENT 'all' PARTITIONED BY (day DATE) TBLPROPERTIES (quality = 'gold', 'a.b' = 1, c = true) LOCATION 'here' USING DELTA`);
  expect(statement).toMatchObject({
    kind: "CreateTable",
    ifNotExists: true,
    format: "DELTA",
    comment: "all",
    location: "here",
    partitionBy: ["day"],
    properties: { quality: "gold", "a.b": "1", c: "true" },
    columns: [
      { name: "id", nullable: false, metadata: { comment: "key" } },
      { name: "n", dataType: { kind: "long" } },
      { name: "day", dataType: { kind: "date" } },
    ],
  });
});

test("the columns of INSERT are told from a query in brackets", () => {
  expect(parseStatement("INSERT INTO t (a, `b c`) SELECT 1, 2")).toMatchObject({
    columns: [{ parts: ["a"] }, { parts: ["b c"] }],
  });
});

test.each([
  ["TRUNCATE TABLE t", /TRUNCATE.*DELETE FROM t/],
  ["MERGE WITH SCHEMA EVOLUTION INTO t USING s ON true", /MERGE WITH SCHEMA EVOLUTION/],
  ["OPTIMIZE t", /OPTIMIZE.*maintenance/],
  ["VACUUM t", /VACUUM.*maintenance/],
  ["CREATE STREAMING TABLE t AS SELECT 1", /\.sql file/],
  ["CREATE OR REFRESH MATERIALIZED VIEW t AS SELECT 1", /\.sql file/],
  ["CREATE TABLE t (a INT PRIMARY KEY)", /PRIMARY/],
  ["SHOW GRANTS", /SHOW GRANTS/],
])("%s is refused by name, with its place and what to do", (text, message) => {
  const refusal = mistakeOf(text);
  expect(refusal).toMatchObject({ condition: "UNSUPPORTED_FEATURE", sqlState: "0A000" });
  expect(refusal.message).toMatch(message);
  expect(refusal.problems[0]?.span).toBeDefined();
});

test("what cannot be read has a place", () => {
  expect(mistakeOf("CREATE TABLE t (id BIGINT,, b INT)").problems[0]).toMatchObject({
    condition: "PARSE_SYNTAX_ERROR",
    span: { start: 26 },
  });
});

function mistakeOf(text: string): QueryError {
  try {
    parseStatement(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
  }
  throw new Error(`${text} was read`);
}

test("text is cut at semicolons outside of strings, names and comments", () => {
  const { statements, rest } = splitStatements("select ';'; -- a;b\n;; /* c; */ select `x;y`;\n  select 3");
  expect(statements.map((one) => one.text)).toEqual(["select ';'", "select `x;y`"]);
  expect(rest).toEqual({ text: "select 3", start: 47 });
});
