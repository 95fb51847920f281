import { beforeAll, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";
import { copiesOf, expandedSize } from "./expanded-size.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

function nested(levels: number, around: (inner: string) => string, inner: string): string {
  return levels === 0 ? inner : around(nested(levels - 1, around, inner));
}

test("copies and sizes count what macros write several times", () => {
  expect(copiesOf('"_v0"', 'sp_upper("_v0")')).toBeGreaterThan(1);
  expect(copiesOf('"_v0"', `upper("_v0") || '"_v0"'`)).toBe(1);
  expect(expandedSize("sp_upper(sp_upper(x))")).toBeGreaterThan(2 * expandedSize("sp_upper(x)"));
  expect(expandedSize("upper(x)")).toBe(8);
});

test.each([
  ["text", (x: string) => `upper(lower(${x}))`, "name", "A1"],
  ["numbers", (x: string) => `(${x} + 1) * id`, "id", 13],
  ["casts", (x: string) => `CAST(CAST(${x} AS STRING) AS INT)`, "id", 1],
  ["rounding", (x: string) => `round(${x} + 1, 1)`, "1.5D", 13.5],
])(
  "nested %s are written in a size that follows their number, with the same answer",
  async (_, around, inner, answer) => {
    const sql = (levels: number) => `SELECT ${nested(levels, around, inner)} AS v FROM (SELECT 'a1' AS name, 1 AS id)`;
    const sizes = [6, 12].map((levels) => expandedSize(spark.compile(spark.plan(sql(levels)))));
    expect((sizes[1] ?? 0) / (sizes[0] ?? 1)).toBeLessThan(4);
    expect(sizes[1]).toBeLessThan(200_000);
    expect((await spark.query(sql(12)))[0]?.[0]).toBe(answer);
  },
);

test("a random value is one value wherever its SQL names it: beside aggregates, windows and sub-queries too", async () => {
  const only = async (sql: string) => (await spark.query(sql))[0]?.[0];
  expect(
    await only("SELECT count(*) FROM (SELECT round(rand() * 100, 1) AS x FROM range(2000)) WHERE x <> round(x, 1)"),
  ).toBe("0");
  expect(await only("SELECT sum(rand(1)) BETWEEN 0 AND 2000 FROM range(2000)")).toBe(true);
  expect(await only("SELECT length(CAST(round(rand() * sum(id), 1) AS STRING)) > 0 FROM range(10)")).toBe(true);
  expect(
    await only("SELECT length(CAST(round(rand() * row_number() OVER (ORDER BY id), 1) AS STRING)) > 0 FROM range(10)"),
  ).toBe(true);
  expect(await only("SELECT length(CAST(rand() * (SELECT max(id) FROM range(3)) AS STRING)) > 0")).toBe(true);
});

test("what may raise an error, or differs each time, is evaluated outside of TRY and once", async () => {
  const only = async (sql: string) => (await spark.query(sql))[0]?.[0];
  const key = "'0000111122223333'";
  expect(await only(`SELECT CAST(aes_decrypt(aes_encrypt('secret', ${key}), ${key}) AS STRING)`)).toBe("secret");
  const wide = "CAST(x AS DECIMAL(30,10))";
  expect(await only(`SELECT CAST((${wide} / 4) * (${wide} / 2) AS DOUBLE) FROM (SELECT 8 AS x)`)).toBe(8);
});

test("rows are ordered by a computed column that may raise an error", async () => {
  const rows = await spark.query(
    "SELECT transform(a, (one, place) -> one * place) AS v FROM VALUES (array(1, 5)), (array(1, 2)) AS t(a) ORDER BY v",
  );
  expect(rows.map(([v]) => JSON.stringify(v))).toEqual(["[0,2]", "[0,5]"]);
});

test("PIVOT compares several columns with the parts of each value", async () => {
  const rows = await spark.query(
    "SELECT * FROM VALUES ('a', true, 1), ('a', false, 2), ('b', true, 4) AS t(g, b, i) PIVOT (sum(i) FOR (g, b) IN (('a', true), ('b', true) AS bt))",
  );
  expect(rows.map((row) => row.map(Number))).toEqual([[1, 4]]);
});
