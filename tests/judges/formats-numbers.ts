import { gzipSync } from "node:zlib";
import type { FormatCase } from "./formats-cases.ts";

/** Numbers whose spelling a parser may change. */
const NUMBERS = [
  ...["1.50", "1e3", "-0.0", "1E400", "1234567890123456789012345678901234567890", "1.0", "-0", "100", "1e-7", "1E+2"],
  ...["0.1000000000000000055511151231257827", "12345678901234567.89", "9223372036854775808", "123.456789e2", "1e40"],
  ...["1234.5649999999999999", "1234.565", "99999999999999.99", "9999999999999999.99", "1e400000", "-12.340"],
];

const FLAT = NUMBERS.map((one) => `{"a":${one},"b":"x 1.50","c":${one}}\n`).join("");
const DEEP = NUMBERS.map((one) => `{"s":{"x":${one},"y":"1.50"},"l":[${one}, "2.50"],"m":{"k":${one}}}\n`).join("");

/** Texts around numbers that marks could go astray at. */
const TRAPS = [
  '{"a":"\\"1.50","b":1.50}',
  '{"a":"\\\\","b":2.50}',
  "{'a':3.50,'b':'4.50'}",
  '{"a":"open 1.5',
  '{"a":5.50,"b":"\\u00e9 5.50"}',
  '{1.5:6.50,"a":1}',
  '{"a":007.50}',
  '{"a":8.50.1}',
  '{"a":9.50e}',
  '{"a":NaN,"b":10.50}',
  '{"a":11.50,"a":12.50}',
  '{"a" : 13.50 , "b" :\t14.50 }',
  "15.50",
  "[16.50]",
  '[{"a":17.50},{"a":18.50}] 1.5',
  '{"a":19.50} 20.50',
  '{"b":"21.50","a":"22.50"}',
  '{"a":{"x":23.50,"y":"{\\"z\\":24.50}"},"b":[25.50,"26.50"]}',
].join("\n");

const LINES = `[{"a": 1.50,\n "s": { "x" : 1.50 ,\n "y":"\\u00e9" }, "d":12345678901234567.89},\n {"a":1e3,"d":0.1000000000000000055511151231257827}]`;

function json(name: string, content: string | Uint8Array, more: Partial<FormatCase> = {}): FormatCase {
  return { name: `json numbers: ${name}`, format: "json", files: { "1.json": content }, ...more };
}

const DECIMALS: readonly (readonly string[])[] = [
  ["1.50", "10"],
  ["1.5", "12345678901234567.89"],
  ["1e-7"],
  ["0.1000000000000000055511151231257827"],
  ["1234567890123456789012345678901234567890"],
  ["123456789012345678901234567890123456789.5"],
  ["9223372036854775808"],
  ["9223372036854775808", "1.5"],
  ["1", "9223372036854775808"],
  ["-9223372036854775809", "1"],
  ["1.5", '"x"'],
  ["0.001"],
  ["0.00"],
  ["-12.5", "3"],
  ["99999999999999999999999999999999999999", "0.001"],
  ["[1.5,22.25]", "[]", "[null]"],
  ['{"x":1.50}', '{"x":10}', "null"],
  ['"NaN"', "1.5"],
  ["1.5", "null"],
  ["1", "2"],
  ["true", "1.5"],
  ["-1", "9223372036854775808"],
  ["18446744073709551616", "1.5"],
  ["[9223372036854775808]", "[1]"],
  ["100.5e-1", "2.25"],
  ["1", "2.0"],
];

const inferred = (options: Readonly<Record<string, string>>): readonly FormatCase[] =>
  DECIMALS.map((values) =>
    json(`inferred from ${values} ${Object.keys(options)}`, values.map((one) => `{"a":${one}}\n`).join(""), {
      options,
    }),
  );

/** Files of numbers, as both sides shall read them. */
export const NUMBER_CASES: readonly FormatCase[] = [
  json("as text", FLAT, { schema: "a STRING, b STRING, c STRING" }),
  json("as text and double", FLAT, { schema: "a STRING, b STRING, c DOUBLE" }),
  ...["DECIMAL(38,18)", "DECIMAL(18,2)", "DECIMAL(10,0)", "DOUBLE", "BIGINT"].map((type) =>
    json(`as ${type}`, FLAT, { schema: `a ${type}, b STRING` }),
  ),
  ...["STRING", "DECIMAL(38,18)", "DECIMAL(18,2)"].map((type) =>
    json(`nested as ${type}`, DEEP, {
      schema: `s STRUCT<x: ${type}, y: STRING>, l ARRAY<${type}>, m MAP<STRING, ${type}>`,
    }),
  ),
  json("objects as text", DEEP.replaceAll(", ", ","), { schema: "s STRING, l STRING, m STRING" }),
  json("texts inside texts", DEEP, { schema: "s STRUCT<x: STRING, y: STRING>, l ARRAY<STRING>" }),
  json("beside traps", TRAPS, { schema: "a STRING, b STRING, _corrupt_record STRING" }),
  json("beside traps without a corrupt column", TRAPS, { schema: "a STRING, b STRING" }),
  json("beside traps, as decimals", TRAPS, { schema: "a DECIMAL(20,3), b STRING" }),
  json("dropped", TRAPS, { schema: "a STRING, b STRING", options: { mode: "DROPMALFORMED" } }),
  json("in many lines", LINES, {
    schema: "a STRING, s STRUCT<x: STRING>, d DECIMAL(38,18)",
    options: { multiLine: "true" },
  }),
  json("packed", "", { files: { "1.json.gz": gzipSync(FLAT) }, schema: "a STRING, b STRING, c DECIMAL(38,18)" }),
  json("own line end", '{"a":1.50}|{"a":"x|{"a":2.50}|', { schema: "a STRING", options: { lineSep: "|" } }),
  json("primitives as strings", DEEP, { options: { primitivesAsString: "true" } }),
  ...inferred({}),
  ...inferred({ prefersDecimal: "true" }),
];
