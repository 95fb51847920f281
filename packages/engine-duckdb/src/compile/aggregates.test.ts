import { beforeAll, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

async function only(sql: string): Promise<unknown> {
  return (await spark.query(sql))[0]?.[0];
}

test("what is distinct and has no order comes sorted, so that it is the same at every update", async () => {
  expect(await only("SELECT collect_set(x) FROM VALUES (3), (1), (NULL), (3), (2) AS t(x)")).toEqual([1, 2, 3]);
  expect(await only("SELECT listagg(DISTINCT x, ',') FROM VALUES ('b'), ('a'), ('b') AS t(x)")).toBe("a,b");
  expect(await only("SELECT collect_set(x) FROM VALUES (1) AS t(x) WHERE x > 1")).toEqual([]);
});

test("bitmaps count distinct numbers", async () => {
  const values = "VALUES (1), (2), (3), (2), (NULL), (32768) AS t(x)";
  const count = "bitmap_count(bitmap_construct_agg(bitmap_bit_position(x)))";
  expect(await only(`SELECT ${count} FROM ${values}`)).toBe("4");
  expect(await only(`SELECT ${count} FROM ${values} WHERE x > 99999`)).toBe("0");
  expect(await only("SELECT substring(hex(bitmap_or_agg(x)), 1, 6) FROM VALUES (X'10'), (X'2001') AS t(x)")).toBe(
    "300100",
  );
  expect(await only("SELECT substring(hex(bitmap_and_agg(x)), 1, 4) FROM VALUES (X'F0FF'), (X'70') AS t(x)")).toBe(
    "7000",
  );
});

test("a sum of months too long for an interval is an error for avg and NULL for try_avg", async () => {
  const months = "VALUES (INTERVAL '2147483647' MONTH), (INTERVAL '1' MONTH) AS t(x)";
  expect(await only(`SELECT CAST(try_avg(x) AS STRING) FROM ${months}`)).toBeNull();
  await expect(only(`SELECT CAST(avg(x) AS STRING) FROM ${months}`)).rejects.toThrow("ARITHMETIC_OVERFLOW");
});

test("grouping() is computed with the groups where other aggregates stand apart", async () => {
  const rows = await spark.query(`SELECT g, grouping(g) AS gr, grouping_id() AS id, count(n / m) AS a
    FROM VALUES ('x', cast(1 as decimal(20,6)), cast(0 as decimal(10,2))), ('y', 3.0, 2.0) AS t(g, n, m) GROUP BY ROLLUP (g) ORDER BY gr, g`);
  expect(rows).toEqual([
    ["x", 0, "0", "0"],
    ["y", 0, "0", "1"],
    [null, 1, "1", "1"],
  ]);
});
