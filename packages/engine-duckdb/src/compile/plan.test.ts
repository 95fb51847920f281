import { field, struct } from "@sluice/query";
import { beforeAll, expect, test } from "vitest";
import { openSparkSql, SESSION, type SparkSql } from "../../test/spark-sql.ts";
import { checkPlan } from "./check.ts";
import { nameColumns } from "./column-names.ts";
import { compilePlan } from "./plan.ts";

const orders = struct([
  field("id", { kind: "long" }),
  field("customer", { kind: "integer" }),
  field("amount", { kind: "decimal", precision: 10, scale: 2 }),
  field("at", { kind: "timestamp" }),
  field("tags", { kind: "array", element: { kind: "string" }, containsNull: true }),
]);
const customers = struct([field("customer", { kind: "integer" }), field("name", { kind: "string" })]);

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql({
    orders: {
      schema: orders,
      create: `CREATE TABLE orders AS SELECT * FROM (VALUES
        (1::BIGINT, 1::INTEGER, 10.00::DECIMAL(10,2), TIMESTAMPTZ '2024-01-01 00:01:00+00', ['a', 'b']),
        (2, 1, 20.50, TIMESTAMPTZ '2024-01-01 00:06:00+00', []),
        (3, 2, 5.25, TIMESTAMPTZ '2024-01-01 00:16:00+00', ['c']),
        (4, 9, 1.00, NULL, NULL)) t(id, customer, amount, "at", tags)`,
    },
    customers: {
      schema: customers,
      create: `CREATE TABLE customers AS SELECT * FROM (VALUES (1::INTEGER, 'Ann'), (2, 'Bob'), (3, NULL)) t(customer, name)`,
    },
  });
});

function compiled(sql: string): string {
  return spark.compile(spark.plan(sql));
}

test("filters and projections over a scan are one SELECT", () => {
  expect(
    compiled("SELECT id, upper(tags[0]) AS first FROM orders WHERE amount > 5 AND customer = 1"),
  ).toMatchInlineSnapshot(`
    "SELECT "id", sp_upper("tags"[1]) AS "first"
    FROM (
      SELECT "id", "customer", "amount", "at", "tags" FROM "orders"
    )
    WHERE CAST("amount" AS DECIMAL(12,2)) > 5
      AND "customer" = 1"
  `);
});

test("a join of two tables with an aggregate reads like one written by hand", () => {
  expect(
    compiled("SELECT name, sum(amount) AS total FROM orders JOIN customers USING (customer) GROUP BY name"),
  ).toMatchInlineSnapshot(`
    "SELECT "name", TRY_CAST(sum("amount") AS DECIMAL(20,2)) AS "total"
    FROM (
      SELECT "id", "customer", "amount", "at", "tags" FROM "orders"
    )
    INNER JOIN (
      SELECT "customer" AS "customer_6", "name" FROM "customers"
    ) ON "customer" = "customer_6"
    GROUP BY "name""
  `);
});

test("the names of columns are stable and unique in a statement", () => {
  const plan = spark.plan("SELECT o.customer AS a, c.customer AS b, o.id AS ID FROM orders o CROSS JOIN customers c");
  const name = nameColumns(plan);
  expect(plan.output.map(name)).toEqual(['"a"', '"b"', '"ID"']);
  expect(nameColumns(plan)(plan.output[2]!)).toBe('"ID"');
});

test("a chain of computed columns becomes one SELECT only where nothing is computed twice", async () => {
  expect(
    await spark.query(
      "SELECT c + 1 AS d, c FROM (SELECT b * 2 AS c FROM (SELECT id + 1 AS b FROM orders WHERE id < 3)) ORDER BY c",
    ),
  ).toEqual([
    ["5", "4"],
    ["7", "6"],
  ]);
});

const RESULTS: readonly (readonly [string, readonly (readonly unknown[])[]])[] = [
  ["SELECT 1 AS a, 'x' AS b", [[1, "x"]]],
  [
    "SELECT * FROM VALUES (1, 'a'), (2, NULL) ORDER BY 1",
    [
      [1, "a"],
      [2, null],
    ],
  ],
  ["SELECT id FROM range(3) ORDER BY id DESC", [["2"], ["1"], ["0"]]],
  ["SELECT id FROM orders ORDER BY at", [["4"], ["1"], ["2"], ["3"]]],
  ["SELECT id FROM orders ORDER BY at DESC NULLS FIRST LIMIT 2", [["4"], ["3"]]],
  ["SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET 2", [["3"]]],
  [
    "SELECT name, id FROM orders LEFT JOIN customers USING (customer) ORDER BY id",
    [
      ["Ann", "1"],
      ["Ann", "2"],
      ["Bob", "3"],
      [null, "4"],
    ],
  ],
  ["SELECT count(*) FROM orders o RIGHT JOIN customers c ON o.customer = c.customer", [["4"]]],
  ["SELECT count(*) FROM orders o FULL JOIN customers c ON o.customer = c.customer", [["5"]]],
  ["SELECT id FROM orders LEFT SEMI JOIN customers USING (customer) ORDER BY id", [["1"], ["2"], ["3"]]],
  ["SELECT id FROM orders o LEFT ANTI JOIN customers c ON o.customer = c.customer", [["4"]]],
  ["SELECT count(*) FROM orders, customers", [["12"]]],
  ["SELECT a.id, b.id FROM orders a JOIN orders b ON a.customer = b.customer AND a.id < b.id", [["1", "2"]]],
  ["SELECT o.id, x.n FROM orders o, LATERAL (SELECT o.id * 2 AS n) x WHERE o.id = 3", [["3", "6"]]],
  [
    "SELECT customer, count(*), sum(amount), avg(amount), min(at) FROM orders GROUP BY customer ORDER BY customer LIMIT 1",
    [[1, "2", "30.50", "15.250000", "2024-01-01 00:01:00+00"]],
  ],
  ["SELECT count(*), sum(id), max(name) FROM orders JOIN customers USING (customer) WHERE false", [["0", null, null]]],
  [
    "SELECT customer % 2 AS odd, count(*) FROM orders GROUP BY customer % 2 ORDER BY odd",
    [
      [0, "1"],
      [1, "3"],
    ],
  ],
  ["SELECT count(*) FROM orders GROUP BY 'x'", [["4"]]],
  ["SELECT customer, count(*) FROM orders GROUP BY customer HAVING count(*) > 1", [[1, "2"]]],
  [
    "SELECT customer, id % 2, grouping_id(), count(*) FROM orders WHERE customer = 1 GROUP BY customer, id % 2 WITH ROLLUP ORDER BY 3, 2",
    [
      [1, "0", "0", "1"],
      [1, "1", "0", "1"],
      [1, null, "1", "2"],
      [null, null, "3", "2"],
    ],
  ],
  ["SELECT count(DISTINCT customer, tags) FROM orders", [["3"]]],
  ["SELECT sort_array(collect_list(tags[0])), collect_set(customer % 1) FROM orders", [[["a", "c"], [0]]]],
  ["SELECT max_by(id, amount), first(id, true) IS NOT NULL, percentile(amount, 0.5) FROM orders", [["2", true, 7.625]]],
  ["SELECT count(*) FILTER (WHERE amount > 5), count_if(amount > 5), count(at) FROM orders", [["3", "3", "3"]]],
  [
    "SELECT id, explode(tags) AS tag FROM orders ORDER BY id, tag",
    [
      ["1", "a"],
      ["1", "b"],
      ["3", "c"],
    ],
  ],
  [
    "SELECT id, explode_outer(tags) AS tag FROM orders ORDER BY id, tag",
    [
      ["1", "a"],
      ["1", "b"],
      ["2", null],
      ["3", "c"],
      ["4", null],
    ],
  ],
  [
    "SELECT posexplode(array('x', 'y'))",
    [
      [0, "x"],
      [1, "y"],
    ],
  ],
  ["SELECT posexplode_outer(CAST(NULL AS ARRAY<INT>))", [[null, null]]],
  [
    "SELECT k, v FROM (SELECT map('a', 1, 'b', 2) AS m) LATERAL VIEW explode(m) e AS k, v",
    [
      ["a", 1],
      ["b", 2],
    ],
  ],
  [
    "SELECT inline(array(struct(1, 'a'), struct(2, 'b')))",
    [
      [1, "a"],
      [2, "b"],
    ],
  ],
  [
    "SELECT stack(2, 'a', 1, 'b', 2) AS (k, v)",
    [
      ["a", 1],
      ["b", 2],
    ],
  ],
  [`SELECT json_tuple('{"a":1,"b":"x"}', 'a', 'b') AS (a, b)`, [["1", "x"]]],
  [
    "SELECT id, row_number() OVER (PARTITION BY customer ORDER BY amount DESC) AS n FROM orders ORDER BY id",
    [
      ["1", 2],
      ["2", 1],
      ["3", 1],
      ["4", 1],
    ],
  ],
  [
    "SELECT id, lag(amount, 1, 0) OVER (ORDER BY id) AS before FROM orders ORDER BY id LIMIT 2",
    [
      ["1", "0.00"],
      ["2", "10.00"],
    ],
  ],
  [
    "SELECT id, sum(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM orders ORDER BY id",
    [
      ["1", "10.00"],
      ["2", "30.50"],
      ["3", "25.75"],
      ["4", "6.25"],
    ],
  ],
  [
    "SELECT id, last_value(at, true) OVER (ORDER BY id) IS NULL AS empty FROM orders ORDER BY id DESC LIMIT 1",
    [["4", false]],
  ],
  [
    "SELECT id FROM orders QUALIFY rank() OVER (PARTITION BY customer ORDER BY id DESC) = 1 ORDER BY id",
    [["2"], ["3"], ["4"]],
  ],
  ["SELECT DISTINCT customer FROM orders ORDER BY customer", [[1], [2], [9]]],
  ["SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY a", [[1], [2], [3]]],
  ["SELECT customer FROM orders INTERSECT SELECT customer FROM customers ORDER BY 1", [[1], [2]]],
  ["SELECT customer FROM orders EXCEPT ALL SELECT customer FROM customers ORDER BY 1", [[1], [9]]],
  [
    "(SELECT id FROM orders ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders ORDER BY id DESC LIMIT 1)",
    [["1"], ["4"]],
  ],
  ["SELECT id FROM orders WHERE amount = (SELECT max(amount) FROM orders)", [["2"]]],
  [
    "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.customer = o.customer AND name = 'Bob')",
    [["3"]],
  ],
  ["SELECT id FROM orders WHERE customer NOT IN (SELECT customer FROM customers)", [["4"]]],
  ["SELECT count(*) FROM orders WHERE customer NOT IN (SELECT CAST(name AS INT) FROM customers)", [["0"]]],
  [
    "SELECT id, (SELECT name FROM customers c WHERE c.customer = o.customer) AS n FROM orders o ORDER BY id DESC LIMIT 2",
    [
      ["4", null],
      ["3", "Bob"],
    ],
  ],
  ["WITH big AS (SELECT * FROM orders WHERE amount > 6) SELECT count(*) FROM big a JOIN big b ON a.id = b.id", [["2"]]],
  [
    "SELECT * FROM (SELECT customer, amount FROM orders) PIVOT (sum(amount) FOR customer IN (1 AS one, 2 AS two))",
    [["30.50", "5.25"]],
  ],
  [
    "SELECT window.start, count(*) FROM orders GROUP BY window(at, '10 minutes') ORDER BY 1",
    [
      ["2024-01-01 00:00:00+00", "2"],
      ["2024-01-01 00:10:00+00", "1"],
    ],
  ],
  [
    "SELECT window.end, count(*) FROM orders GROUP BY window(at, '10 minutes', '5 minutes') ORDER BY 1 LIMIT 3",
    [
      ["2024-01-01 00:05:00+00", "1"],
      ["2024-01-01 00:10:00+00", "2"],
      ["2024-01-01 00:15:00+00", "1"],
    ],
  ],
];

test.each(RESULTS)("%s", async (sql, rows) => {
  expect(await spark.query(sql)).toEqual(rows);
});

test("a scalar sub-query with more than one row is an error", async () => {
  await expect(spark.query("SELECT (SELECT id FROM orders) AS x")).rejects.toThrow(/more than one row/i);
});

test("input_file_name() asks the scan below for the path of the row's file", () => {
  const plan = spark.plan("SELECT id, input_file_name() AS file FROM (SELECT * FROM orders WHERE id > 1) LIMIT 5");
  const asked: string[] = [];
  const sql = compilePlan(plan, {
    session: SESSION,
    scanSql: (scan) => {
      asked.push(...scan.output.map((attribute) => attribute.name));
      return "files";
    },
  });
  expect(asked).toContain("__file_path");
  expect(sql).toContain('"__file_path" AS "file"');
});

test.each([
  ["SELECT from_csv('1', 'a INT', map('maxColumns', '1')) AS v", "UNSUPPORTED_FEATURE.CSV_OPTION"],
  ["SELECT from_csv('1', 'a INT, _corrupt_record INT') AS v", "INVALID_CORRUPT_RECORD_TYPE"],
  ["SELECT from_xml('<a/>', 'a INT', map('rowValidationXSDPath', 'x')) AS v", "UNSUPPORTED_FEATURE.XML_OPTION"],
  ["SELECT from_xml('<a/>', 'a INT, _corrupt_record INT') AS v", "INVALID_CORRUPT_RECORD_TYPE"],
  ["SELECT to_csv(named_struct('a', array(1))) AS v", "UNSUPPORTED_FEATURE.CSV_TYPE"],
  ["SELECT to_json(named_struct('a', 1), map('pretty', 'true')) AS j", "UNSUPPORTED_FEATURE.JSON_OPTION"],
  ["SELECT from_json('{}', 'a INT, _corrupt_record INT') AS j", "INVALID_CORRUPT_RECORD_TYPE"],
])("%s is refused before it runs", (sql, condition) => {
  const conditions = checkPlan(spark.plan(sql)).map((problem) => problem.condition);
  expect(conditions).toContain(condition);
});

test("what is read several times and costs something has a name in the statement", () => {
  expect(
    compiled(
      "WITH a AS (SELECT customer, count(*) AS n FROM orders GROUP BY customer) SELECT x.n FROM a x JOIN a y USING (n)",
    ),
  ).toMatchInlineSnapshot(`
    "WITH "__shared_0" AS (
      SELECT "customer_2", count(*) AS "n_6"
      FROM (
        SELECT "id", "customer" AS "customer_2", "amount", "at", "tags" FROM "orders"
      )
      GROUP BY "customer_2"
    )
    SELECT "n"
    FROM (
      SELECT "customer_2" AS "customer", "n_6" AS "n"
      FROM "__shared_0"
    )
    INNER JOIN (
      SELECT "customer_2" AS "customer_9", "n_6" AS "n_10"
      FROM "__shared_0"
    ) ON "n" = "n_10""
  `);
});

test("a chain of doubled references is as long as its text", async () => {
  const steps = Array.from(
    { length: 30 },
    (_, i) => `a${i + 1} AS (SELECT p.id FROM a${i} p JOIN a${i} q ON p.id = q.id)`,
  );
  const query = `WITH a0 AS (SELECT id FROM orders), ${steps.join(", ")} SELECT count(*) AS n FROM a30`;
  expect(compiled(query).length).toBeLessThan(20_000);
  expect((await spark.run(compiled(query))).rows).toEqual([["4"]]);
});

test("chance decides once for all that read it", async () => {
  const query =
    "WITH a AS (SELECT id, rand() AS r FROM orders) SELECT count(*) AS n FROM a p JOIN a q ON p.id = q.id AND p.r = q.r";
  expect((await spark.run(compiled(query))).rows).toEqual([["4"]]);
});

test("what uses an outer row is computed where it is read", async () => {
  const query = `SELECT c.customer, (WITH o AS (SELECT id FROM orders WHERE customer = c.customer LIMIT 9)
    SELECT count(*) FROM o p JOIN o q ON p.id = q.id) AS n FROM customers c ORDER BY 1`;
  expect((await spark.run(compiled(query))).rows).toEqual([
    [1, "2"],
    [2, "1"],
    [3, "0"],
  ]);
});

test.each([
  [
    "SELECT transform(tags, x -> upper(x)) AS t, count(*) AS n FROM orders GROUP BY transform(tags, y -> upper(y)) ORDER BY n DESC LIMIT 1",
    1,
  ],
  ["SELECT 1.5 AS k, count(*) AS n FROM orders GROUP BY GROUPING SETS ((1.5), ())", 2],
])("a key is known in any spelling: %s", async (query, rows) => {
  expect((await spark.run(compiled(query))).rows.length).toBe(rows);
});
