import { beforeAll, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

async function value(expression: string): Promise<unknown> {
  const [row] = await spark.query(`SELECT ${expression} AS v`);
  return row?.[0];
}

const ORDER = JSON.stringify({
  type: "record",
  name: "Order",
  fields: [
    { name: "id", type: "long" },
    { name: "amount", type: { type: "bytes", logicalType: "decimal", precision: 38, scale: 2 } },
    { name: "at", type: { type: "long", logicalType: "timestamp-micros" } },
    { name: "local", type: { type: "long", logicalType: "local-timestamp-millis" } },
    { name: "day", type: { type: "int", logicalType: "date" } },
    { name: "rate", type: "double" },
    { name: "raw", type: "bytes" },
    { name: "state", type: { type: "enum", name: "State", symbols: ["NEW", "PAID"] } },
    { name: "note", type: ["null", "string"], default: null },
    { name: "tags", type: { type: "array", items: "string" } },
    { name: "counts", type: { type: "map", values: "long" } },
    { name: "where", type: { type: "record", name: "Place", fields: [{ name: "city", type: ["string", "null"] }] } },
  ],
});

const VALUE = `named_struct('id', 9223372036854775807, 'amount', CAST('-123456789012345678901234567890123456.78' AS DECIMAL(38,2)),
  'at', TIMESTAMP '1969-12-31 23:59:59.999999', 'local', TIMESTAMP_NTZ '2024-01-02 03:04:05.678', 'day', DATE '0001-01-01', 'rate', double('NaN'),
  'raw', X'00FF', 'state', 'PAID', 'note', CAST(NULL AS STRING), 'tags', array('a', ''), 'counts', map('x', -9007199254740993), 'where', named_struct('city', 'Ulm'))`;

test("[F159] what to_avro writes from_avro reads: numbers beyond 2^53, 38 digits, NaN, bytes, times before 1970", async () => {
  expect(await value(`from_avro(to_avro(${VALUE}, '${ORDER}'), '${ORDER}')`)).toEqual({
    id: "9223372036854775807",
    amount: "-123456789012345678901234567890123456.78",
    at: "1969-12-31 23:59:59.999999+00",
    local: "2024-01-02 03:04:05.678",
    day: "0001-01-01",
    rate: "NaN",
    raw: "\\x00\\xFF",
    state: "PAID",
    note: null,
    tags: ["a", ""],
    counts: [{ key: "x", value: "-9007199254740993" }],
    where: { city: "Ulm" },
  });
});

test("bytes that are no message: a struct of NULLs, NULL, or an error", async () => {
  const schema = '{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":"long"}]}';
  const permissive = "map('mode', 'PERMISSIVE')";
  expect(await value(`from_avro(X'04', '${schema}', ${permissive})`)).toEqual({ a: null, b: null });
  expect(await value(`from_avro(X'', '"long"', ${permissive})`)).toBeNull();
  expect(await value(`from_avro(CAST(NULL AS BINARY), '${schema}')`)).toBeNull();
  await expect(value(`from_avro(X'04', '${schema}')`)).rejects.toThrow("[MALFORMED_AVRO_MESSAGE]");
  const nested = '{"type":"array","items":{"type":"array","items":"long"}}';
  expect(await value(`from_avro(X'feffffffffffffff0f02', '${nested}', ${permissive})`)).toBeNull();
});

test("a message may be read as another schema than its own", async () => {
  const written = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"gone","type":"string"}]}';
  const wanted = `{"type":"record","name":"R","fields":[{"name":"b","type":"string","default":"-"},{"name":"a","type":"long"}]}`;
  const bytes = `to_avro(named_struct('a', 7, 'gone', 'x'), '${written}')`;
  expect(await value(`from_avro(${bytes}, '${written}', map('avroSchema', '${wanted}'))`)).toEqual({ b: "-", a: "7" });
});

test("unions, and what cannot be", async () => {
  expect(await value(`from_avro(X'0054', '["int","long"]')`)).toBe("42");
  expect(await value(`from_avro(X'020261', '["int","string"]')`)).toEqual({ member0: null, member1: "a" });
  expect(await value(`schema_of_avro('["null","int","string"]')`)).toBe("STRUCT<member0: INT, member1: STRING>");
  const recursive = '{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}';
  for (const wrong of [
    `from_avro(X'00', '${recursive}')`,
    "from_avro(X'00', 'no schema')",
    `from_avro(X'00', '"int"', map('mode', 'DROPMALFORMED'))`,
    `to_avro(named_struct('a', 1), '{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}')`,
    `to_avro(array(1), '{"type":"map","values":"int"}')`,
  ]) {
    await expect(value(wrong)).rejects.toThrow();
  }
});
