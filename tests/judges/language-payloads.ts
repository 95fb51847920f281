/** Bytes of messages: the same calls, with schemas written out. Values of records are written as JSON beside their type, for bytes and times inside. */
const ORDER = JSON.stringify({
  type: "record",
  name: "Order",
  namespace: "shop",
  fields: [
    { name: "id", type: "long" },
    { name: "amount", type: { type: "bytes", logicalType: "decimal", precision: 20, scale: 2 } },
    { name: "fee", type: { type: "fixed", name: "Fee", size: 4, logicalType: "decimal", precision: 8, scale: 3 } },
    { name: "at", type: { type: "long", logicalType: "timestamp-micros" } },
    { name: "seen", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "local", type: { type: "long", logicalType: "local-timestamp-micros" } },
    { name: "day", type: { type: "int", logicalType: "date" } },
    { name: "state", type: { type: "enum", name: "State", symbols: ["NEW", "PAID"] } },
    { name: "raw", type: ["null", "bytes"] },
    { name: "note", type: ["string", "null"] },
    { name: "tags", type: { type: "array", items: ["null", "string"] } },
    { name: "counts", type: { type: "map", values: "long" } },
    { name: "place", type: { type: "record", name: "Place", fields: [{ name: "city", type: "string" }] } },
  ],
});

const VALUE = `named_struct('id', 9007199254740993L, 'amount', CAST('-12345678901234567.89' AS DECIMAL(20,2)), 'fee', CAST('-1.250' AS DECIMAL(8,3)),
  'at', TIMESTAMP '1969-12-31 23:59:59.999999', 'seen', TIMESTAMP '2024-03-05 01:02:03.987654', 'local', TIMESTAMP_NTZ '2024-03-05 01:02:03.987654', 'day', DATE '2024-02-29',
  'state', 'PAID', 'raw', X'00FF', 'note', CAST(NULL AS STRING), 'tags', array('a', NULL, ''), 'counts', map('x', -1L), 'place', named_struct('city', 'Ulm'))`;

const R = '{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":["null","long"]}]}';
const WIDE =
  '{"type":"record","name":"R","fields":[{"name":"b","type":["null","long"]},{"name":"c","type":"int","default":7}]}';
const UNION = '{"type":"record","name":"U","fields":[{"name":"u","type":["null","int","string"]}]}';
const PERMISSIVE = "map('mode', 'PERMISSIVE')";

const AVRO = [
  `from_avro(to_avro(${VALUE}, '${ORDER}'), '${ORDER}')`,
  `hex(to_avro(${VALUE}, '${ORDER}'))`,
  `hex(to_avro(${VALUE}))`,
  ...[
    "1",
    "1L",
    "CAST(NULL AS INT)",
    "'text'",
    "true",
    "1.5D",
    "CAST(1.5 AS FLOAT)",
    "X'00FF'",
    "1.25",
    "DATE '2024-02-29'",
  ].map((value) => `hex(to_avro(${value}))`),
  "hex(to_avro(array(1, NULL)))",
  "hex(to_avro(map('a', 1.5D)))",
  "hex(to_avro(double('NaN')))",
  "hex(to_avro(INTERVAL '13' MONTH))",
  `from_avro(X'0261021E', '${R}')`,
  `from_avro(X'0261021E', '${R}', map('avroSchema', '${WIDE}'))`,
  `from_avro(X'02', '${R}', ${PERMISSIVE})`,
  `from_avro(X'', '"long"', ${PERMISSIVE})`,
  `from_avro(X'0261021E99', '${R}', ${PERMISSIVE})`,
  `from_avro(X'02', '${R}')`,
  `from_avro(X'02', '${R}', map('mode', 'DROPMALFORMED'))`,
  `from_avro(CAST(NULL AS BINARY), '${R}')`,
  `from_avro(X'0054', '["int","long"]')`,
  `from_avro(X'000000803F', '["float","double"]')`,
  `from_avro(X'040261', '${UNION}')`,
  `from_avro(X'00', '${UNION}')`,
  `from_avro(X'02', '["int"]')`,
  `from_avro(X'000000000000F87F', '"double"')`,
  `from_avro(X'0400FF', '"bytes"')`,
  `from_avro(X'00FF', '{"type":"fixed","name":"F","size":2}')`,
  `from_avro(X'04020404', '{"type":"array","items":"int"}', ${PERMISSIVE})`,
  `from_avro(X'00', '{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}')`,
  `from_avro(X'00', 'no schema')`,
  `to_avro(named_struct('a', 1), '{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}')`,
  `to_avro(1, '"string"')`,
  `hex(to_avro('B', '{"type":"enum","name":"E","symbols":["A","B"]}'))`,
  `hex(to_avro(TIMESTAMP '1969-12-31 23:59:59.999999', '{"type":"long","logicalType":"timestamp-millis"}'))`,
  `schema_of_avro('["null","int","string"]')`,
];

/** Queries over payloads, for PySpark and for us. */
export const PAYLOAD_QUERIES: readonly string[] = AVRO.map((expression) => `SELECT ${expression} AS v`);
