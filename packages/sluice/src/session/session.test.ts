import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QueryError } from "@sluice/query";
import { col, sum } from "@sluice/query/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession } from "./open-session.ts";
import type { Session } from "./session.ts";

let folder: string;
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-session-"));
  session = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(async () => {
  await session.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  return (await session.sql(sql)).collect();
}

async function mistakeOf(work: Promise<unknown>): Promise<QueryError> {
  return work.then(
    () => {
      throw new Error("it went well");
    },
    (error: QueryError) => error,
  );
}

test("rows come in JavaScript's types, exactly", async () => {
  const [row] = await rowsOf(`SELECT 9007199254740993 AS long, 1.10 AS decimal, DATE'2026-03-05' AS day,
    TIMESTAMP'2026-03-05 14:07:09.5' AS moment, array(1, NULL) AS list, map('a', 1) AS map, struct(1 AS a, 'x' AS b) AS struct, X'00ff' AS bytes`);
  expect(row).toEqual({
    long: 9007199254740993n,
    decimal: "1.10",
    day: new Date("2026-03-05T00:00:00Z"),
    moment: new Date("2026-03-05T14:07:09.500Z"),
    list: [1, null],
    map: new Map([["a", 1]]),
    struct: { a: 1, b: "x" },
    bytes: Uint8Array.of(0, 255),
  });
});

test("a DataFrame counts, takes, knows its columns, and two columns of one name are not mixed up", async () => {
  const frame = session.range(100).where("id % 2 = 0");
  expect(await frame.count()).toBe(50);
  expect(await frame.take(2)).toEqual([{ id: 0n }, { id: 2n }]);
  expect(await frame.first()).toEqual({ id: 0n });
  expect(await frame.where("id < 0").isEmpty()).toBe(true);
  expect(await frame.dtypes).toEqual([["id", "bigint"]]);
  expect(await frame.select("id", "id").first()).toEqual({ id: 0n, id_2: 0n });
});

test("SHOW PARTITIONS lists the partitions of a table, each value in a column of its own, as Delta does", async () => {
  await rowsOf("CREATE TABLE parted (a INT, p STRING, q DATE) PARTITIONED BY (p, q)");
  await rowsOf(
    "INSERT INTO parted VALUES (1, 'x', DATE'2026-01-02'), (2, 'y', NULL), (3, 'x', DATE'2026-01-01'), (4, 'y', NULL)",
  );
  const [first, second, third] = [
    { p: "x", q: new Date("2026-01-01") },
    { p: "x", q: new Date("2026-01-02") },
    { p: "y", q: null },
  ];
  expect(await rowsOf("SHOW PARTITIONS parted")).toEqual([first, second, third]);
  expect(await rowsOf("SHOW PARTITIONS parted PARTITION (p = 'x', Q = DATE'2026-01-02')")).toEqual([second]);
  expect(await rowsOf("SHOW PARTITIONS parted PARTITION (q = NULL)")).toEqual([third]);
  expect(await mistakeOf(rowsOf("SHOW PARTITIONS parted PARTITION (a = 1)"))).toMatchObject({
    condition: "PARTITIONS_NOT_FOUND",
  });
  await rowsOf("CREATE TABLE whole (a INT)");
  expect(await mistakeOf(rowsOf("SHOW PARTITIONS whole"))).toMatchObject({
    condition: "DELTA_SHOW_PARTITION_IN_NON_PARTITIONED_TABLE",
  });
});

test("rows of a program are written as JSON files, in the place of those that were there [F227]", async () => {
  const place = join(folder, "sample");
  for (const [first, second] of [
    [1, 2],
    [3, 4],
  ]) {
    const rows = session.createDataFrame([
      { order_id: first, customer: "a", at: "2026-01-01" },
      { order_id: second, customer: null, at: "2026-01-02" },
    ]);
    await rows.write.mode("overwrite").format("json").save(place);
  }
  expect(await session.read.json(place).select("order_id", "customer").orderBy("order_id").collect()).toEqual([
    { order_id: 3n, customer: "a" },
    { order_id: 4n, customer: null },
  ]);
});

test("createDataFrame infers as PySpark does, and what is made of it stays in the session", async () => {
  const frame = session.createDataFrame([
    { id: 1, name: "a", score: 1.5 },
    { id: 2, name: null, score: 2 },
  ]);
  expect(await frame.dtypes).toEqual([
    ["id", "bigint"],
    ["name", "string"],
    ["score", "double"],
  ]);
  expect(
    await frame
      .groupBy("name")
      .agg(sum(col("score")).alias("s"))
      .orderBy("s")
      .collect(),
  ).toEqual([
    { name: "a", s: 1.5 },
    { name: null, s: 2 },
  ]);
});

test("tables: created, filled by position and by name, read at any version, described, dropped [F197] [F205]", async () => {
  await session.sql("CREATE TABLE orders (id BIGINT NOT NULL, amount DECIMAL(10,2), day DATE) PARTITIONED BY (day)");
  await session.sql("INSERT INTO orders VALUES (1, 2.5, DATE'2026-01-01'), (2, NULL, NULL)");
  expect(await rowsOf("INSERT INTO orders BY NAME SELECT DATE'2026-01-02' AS day, 3 AS ID")).toEqual([
    { num_affected_rows: 1n, num_inserted_rows: 1n },
  ]);
  expect(await rowsOf("SELECT id, amount FROM orders ORDER BY id")).toEqual([
    { id: 1n, amount: "2.50" },
    { id: 2n, amount: null },
    { id: 3n, amount: null },
  ]);
  for (const at of ["orders VERSION AS OF 1", "orders@v1"]) {
    expect(await rowsOf(`SELECT count(*) AS n FROM ${at}`)).toEqual([{ n: 2n }]);
  }
  await session.sql("INSERT OVERWRITE orders SELECT 9, 9, DATE'2026-01-09'");
  expect(await rowsOf("SELECT id FROM orders")).toEqual([{ id: 9n }]);
  const [history] = await rowsOf("DESCRIBE HISTORY orders LIMIT 1");
  expect(history).toMatchObject({ version: 3n, operation: "WRITE", readVersion: 2n, isBlindAppend: false });
  const [detail] = await rowsOf("DESCRIBE DETAIL orders");
  expect(detail).toMatchObject({ format: "delta", partitionColumns: ["day"], numFiles: 1n });
  expect(detail).toHaveProperty("name", expect.stringMatching(/orders$/));
  await session.sql("DROP TABLE orders");
  expect(await rowsOf("SHOW TABLES LIKE 'ord*'")).toEqual([]);
});

test.each([
  [
    "a number too large",
    "INSERT INTO checked VALUES (99999999999, 1)",
    /'99999999999' cannot be stored in the column `id`/,
  ],
  ["text that is no number", "INSERT INTO checked VALUES ('x', 1)", /'x' cannot be stored/],
  ["a decimal that does not fit", "INSERT INTO checked SELECT 1, 12345.6", /cannot be stored in the column `price`/],
])("nothing is stored as NULL that was none: %s", async (_, sql, message) => {
  await session.sql("CREATE TABLE IF NOT EXISTS checked (id INT, price DECIMAL(4,1))");
  await session.sql("SET spark.sql.ansi.enabled = false");
  const error = await mistakeOf(session.sql(sql));
  await session.sql("RESET spark.sql.ansi.enabled");
  expect(error.condition).toBe("CAST_INVALID_INPUT");
  expect(error.message).toMatch(message);
  expect(await session.table("checked").count()).toBe(0);
});

test("views are the session's, may build on one another, and are checked when they are made", async () => {
  await session.sql("CREATE TEMP VIEW small AS SELECT id FROM range(10) WHERE id < 3");
  await session.sql("CREATE OR REPLACE TEMP VIEW big (n) AS SELECT id * 100 FROM small");
  expect(await rowsOf("SELECT sum(n) AS s FROM big")).toEqual([{ s: 300n }]);
  await session.range(2).createOrReplaceTempView("two");
  expect(await session.table("two").count()).toBe(2);
  expect(await mistakeOf(session.sql("CREATE TEMP VIEW small AS SELECT 1"))).toMatchObject({
    condition: "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
  });
  expect((await mistakeOf(session.sql("CREATE TEMP VIEW bad AS SELECT nope FROM small"))).condition).toMatch(
    /^UNRESOLVED_COLUMN/,
  );
  await session.sql("DROP VIEW big");
  expect((await mistakeOf(session.sql("SELECT * FROM big"))).condition).toBe("TABLE_OR_VIEW_NOT_FOUND");
});

test("a mistake has Spark's condition, state, parameters and place", async () => {
  const error = await mistakeOf(session.sql("SELECT id,\n  nam FROM VALUES (1, 'a') AS t(id, name)"));
  expect(error.condition).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  expect(error.sqlState).toBe("42703");
  expect(error.messageParameters).toMatchObject({ objectName: "`nam`" });
  expect(error.problems[0]?.span).toMatchObject({ start: 13, end: 16 });
});

test("settings: SET shows and sets, a key in braces is replaced, a zone that is none is refused", async () => {
  await session.sql("SET my.table = range(3)");
  expect(await rowsOf("SELECT count(*) AS n FROM $".concat("{my.table}"))).toEqual([{ n: 3n }]);
  expect(await rowsOf("SET my.nothing")).toEqual([{ key: "my.nothing", value: "<undefined>" }]);
  expect(await mistakeOf(session.sql("SET spark.sql.session.timeZone = Nowhere/Land"))).toMatchObject({
    condition: "INVALID_CONF_VALUE.TIME_ZONE",
  });
  expect((await mistakeOf((await session.sql("SELECT 1/0")).collect())).condition).toBe("DIVIDE_BY_ZERO");
});

test("[F136] CSV files whose headers differ in order have the types of their columns, not of the places", async () => {
  const place = join(folder, "headers");
  await mkdir(place);
  await writeFile(join(place, "a.csv"), "id,name,amount\n1,a,2\n");
  await writeFile(join(place, "b.csv"), "amount,id,name\n2.5,3,b\n");
  const sql = `SELECT id, name, amount, typeof(id) AS t FROM read_files('${place}', format => 'csv') ORDER BY id`;
  expect(await rowsOf(sql)).toEqual([
    { id: 1, name: "a", amount: 2, t: "int" },
    { id: 3, name: "b", amount: 2.5, t: "int" },
  ]);
});

test("files are read by format and path, and DataFrames written and read back", async () => {
  await writeFile(join(folder, "a.json"), '{"id": 1, "tags": ["x"]}\n{"id": 2}\n');
  expect(await session.read.json(join(folder, "a.json")).count()).toBe(2);
  expect(await rowsOf(`SELECT id FROM json.\`${folder}/a.json\` WHERE tags IS NOT NULL`)).toEqual([{ id: 1n }]);
  expect(await rowsOf(`SELECT id FROM read_files('${folder}/a.json', format => 'json') ORDER BY id`)).toEqual([
    { id: 1n },
    { id: 2n },
  ]);
  const text = await session.sql("SELECT id, id % 2 AS part, concat('a b', id) AS t FROM range(4)");
  for (const format of ["json", "parquet"]) {
    const place = join(folder, format);
    await text.write.format(format).partitionBy("part").save(place);
    expect(await mistakeOf(text.write.format(format).save(place))).toMatchObject({ condition: "PATH_ALREADY_EXISTS" });
    const back = await session.read.format(format).load(place).orderBy("id").collect();
    expect(back[3]).toEqual({ id: 3n, t: "a b3", part: 1 });
    await text.where("id = 0").write.format(format).mode("overwrite").save(place);
    expect(await session.read.format(format).load(place).count()).toBe(1);
  }
  const path = join(folder, "delta");
  await session.range(3).write.save(path);
  await session.range(3, 5).write.mode("append").save(path);
  expect(await session.read.format("delta").load(path).count()).toBe(5);
  expect(await mistakeOf(session.range(1).write.save(path))).toMatchObject({ condition: "PATH_ALREADY_EXISTS" });
  expect(await session.read.format("delta").option("versionAsOf", 0).load(path).count()).toBe(3);
  await session.range(7).write.saveAsTable("seven");
  await session.range(1).write.mode("overwrite").saveAsTable("seven");
  expect(await session.table("seven").count()).toBe(1);
});

test("a running statement is stopped", async () => {
  const stop = new AbortController();
  const work = session.sql(
    "CREATE TABLE slow AS SELECT sum(a.id * b.id) AS s FROM range(1000000) a CROSS JOIN range(1000000) b",
    {
      signal: stop.signal,
    },
  );
  setTimeout(() => stop.abort(), 300);
  await expect(work).rejects.toThrow();
  expect(await session.catalog.tableExists("slow")).toBe(false);
});
