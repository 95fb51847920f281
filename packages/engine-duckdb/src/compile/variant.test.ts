import { beforeAll, describe, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

async function told(expression: string): Promise<unknown> {
  const [row] = await spark.query(`SELECT ${expression} AS v`);
  return row?.[0];
}

describe("JSON text becomes a variant and is told with its keys in order", () => {
  test.each([
    ['{"b":1.50,"a":[1,{"x":null}]}', '{"a":[1,{"x":null}],"b":1.5}'],
    ["100.00", "100"],
    ["1e3", "1000.0"],
    ["12345678901234567.89", "12345678901234567.89"],
    ["1234567890123456789012345678901234567890", "1.2345678901234568E39"],
    ["-0.0", "0"],
    ["1 2", "1"],
  ])("%s", async (json, text) => {
    expect(await told(`CAST(parse_json('${json}') AS STRING)`)).toBe(text);
  });

  test.each(['{"a":1', "", "{''a'':1}", '{"a":1,"a":2}', "NaN"])("%j is malformed", async (json) => {
    await expect(told(`parse_json('${json}')`)).rejects.toThrow(/MALFORMED_RECORD_IN_PARSING|Malformed records/);
    expect(await told(`try_parse_json('${json}')`)).toBeNull();
  });
});

describe("a variant says what it holds", () => {
  test.each([
    ["[1,2.5]", "ARRAY<DECIMAL(21,1)>"],
    ["[1,2.5,1e3]", "ARRAY<DOUBLE>"],
    ['[1,"x"]', "ARRAY<VARIANT>"],
    ["[null,1]", "ARRAY<BIGINT>"],
    ["100.00", "DECIMAL(3,0)"],
    ['{"a":{"b":[{"c":1},{"d":2}]}}', "OBJECT<a: OBJECT<b: ARRAY<OBJECT<c: BIGINT, d: BIGINT>>>>"],
  ])("%s", async (json, shape) => {
    expect(await told(`schema_of_variant(parse_json('${json}'))`)).toBe(shape);
  });

  test("all variants of a group together", async () => {
    const rows = await spark.query(
      `SELECT schema_of_variant_agg(parse_json(j)) AS v FROM VALUES ('{"a":1}'), ('{"a":2.5,"b":"x"}'), (NULL) AS t(j)`,
    );
    expect(rows).toEqual([["OBJECT<a: DECIMAL(21,1), b: STRING>"]]);
  });

  test("also of values that JSON has no type for", async () => {
    const made = "to_variant_object(named_struct('t', TIMESTAMP '2024-01-01 01:02:03.5', 'b', x'00ff', 'f', 1.5f))";
    expect(await told(`schema_of_variant(${made})`)).toBe("OBJECT<b: BINARY, f: FLOAT, t: TIMESTAMP>");
    expect(await told(`to_json(${made})`)).toBe('{"b":"AP8=","f":1.5,"t":"2024-01-01 01:02:03.5+00:00"}');
  });
});

describe("a part is taken by its path and cast", () => {
  test.each([
    ["variant_get(parse_json('[[1,2],3]'), '$[0][1]', 'int')", 2],
    [`variant_get(parse_json('{"a.b":1}'), '$["a.b"]', 'bigint')`, "1"],
    [`variant_get(parse_json('{"a":1.7}'), '$.a', 'int')`, 1],
    [`variant_get(parse_json('{"a":true}'), '$.a', 'int')`, 1],
    [`variant_get(parse_json('{"a":1.55}'), '$.a', 'decimal(10,1)')`, "1.6"],
    [`CAST(variant_get(parse_json('{"a":1.5}'), '$.a', 'timestamp') AS STRING)`, "1970-01-01 00:00:01.5"],
    [`variant_get(parse_json('{"a":[1,"2",null]}'), '$.a', 'array<int>')`, [1, 2, null]],
    [`variant_get(parse_json('{"a":{"b":1}}'), '$.a', 'struct<b:string>').b`, "1"],
    [`variant_get(parse_json('{"a":1}'), '$.A')`, null],
    [`try_variant_get(parse_json('[1,"x"]'), '$', 'array<int>')`, [1, null]],
    [`parse_json('{"a":{"b":[10,20]}}'):a.b[1]::int`, 20],
    [`from_json('{"a":{"b":1.50}}', 'a VARIANT').a:b::string`, "1.5"],
    ["is_variant_null(parse_json('null'))", true],
    ["is_variant_null(NULL)", false],
  ])("%s", async (expression, value) => {
    expect(await told(expression)).toEqual(value);
  });

  test.each([
    [`variant_get(parse_json('{"a":"x"}'), '$.a', 'int')`, /The variant value `"x"` cannot be cast into `"INT"`/],
    [`CAST(parse_json('[1,"x"]') AS ARRAY<INT>)`, /The variant value `"x"` cannot be cast into `"INT"`/],
    [`CAST(parse_json('3000000000') AS INT)`, /The variant value `3000000000`/],
    [`variant_get(parse_json('[1]'), '$[*]')`, /is not a valid variant extraction path in `variant_get`/],
  ])("%s fails", async (expression, message) => {
    await expect(told(expression)).rejects.toThrow(message);
  });
});

test("the members of an object and the elements of a list are rows", async () => {
  const rows = await spark.query(
    `SELECT e.pos, e.key, to_json(e.value) FROM VALUES ('{"b":1,"a":"z"}'), ('[7]'), ('3') AS t(j), LATERAL variant_explode(parse_json(j)) AS e ORDER BY j, pos`,
  );
  expect(rows).toEqual([
    [0, null, "7"],
    [0, "a", '"z"'],
    [1, "b", "1"],
  ]);
});
