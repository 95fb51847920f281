import { field, struct } from "@sluice/query";
import { beforeAll, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql({
    parts: {
      schema: struct([field("part", { kind: "string" }), field("whole", { kind: "string" })]),
      create: `CREATE TABLE parts AS SELECT * FROM (VALUES
        ('bike', NULL), ('wheel', 'bike'), ('spoke', 'wheel'), ('rim', 'wheel'), ('frame', 'bike'), ('car', NULL)) t(part, whole)`,
    },
  });
});

const COUNTING = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)";

test("a tree is walked from its root, level by level", async () => {
  const rows = await spark.query(`WITH RECURSIVE tree(part, depth, path) AS (
      SELECT part, 0, part FROM parts WHERE whole IS NULL AND part = 'bike'
      UNION ALL SELECT p.part, depth + 1, concat(path, '/', p.part) FROM parts p JOIN tree t ON p.whole = t.part)
    SELECT depth, path FROM tree ORDER BY path`);
  expect(rows).toEqual([
    [0, "bike"],
    [1, "bike/frame"],
    [1, "bike/wheel"],
    [2, "bike/wheel/rim"],
    [2, "bike/wheel/spoke"],
  ]);
});

test("a definition that several read, and others that it reads, are evaluated once each", async () => {
  const sql = `WITH RECURSIVE step AS (SELECT max(length(part)) - 4 AS k FROM parts),
      t(n) AS (SELECT 1 UNION ALL SELECT n + k FROM t, step WHERE n < 4)
    SELECT a.n, b.n, (SELECT count(*) FROM t) FROM t a JOIN t b ON a.n = b.n + 1 ORDER BY 1`;
  expect(await spark.query(sql)).toEqual([
    [2, 1, "4"],
    [3, 2, "4"],
    [4, 3, "4"],
  ]);
  expect(spark.compile(spark.plan(sql)).match(/WITH RECURSIVE "/g)).toHaveLength(1);
});

test("rows of the level that is too much are an error, unless a LIMIT is reached before", async () => {
  await expect(spark.query(`${COUNTING} SELECT * FROM t`)).rejects.toThrow("RECURSION_LEVEL_LIMIT_EXCEEDED");
  expect(await spark.query(`${COUNTING} SELECT n * 2 FROM t LIMIT 3`)).toEqual([[2], [4], [6]]);
  const five = "WITH RECURSIVE t(n) MAX RECURSION LEVEL 5 AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n <";
  expect(await spark.query(`${five} 5) SELECT count(*) FROM t`)).toEqual([["5"]]);
  await expect(spark.query(`${five} 6) SELECT count(*) FROM t`)).rejects.toThrow("Recursion level limit 5 reached");
});

test("a million rows are an error", async () => {
  const sql = "WITH RECURSIVE t(n) AS (SELECT id FROM range(250000) UNION ALL SELECT n FROM t) SELECT count(*) FROM t";
  await expect(spark.query(sql)).rejects.toThrow("RECURSION_ROW_LIMIT_EXCEEDED");
});
