import {
  array,
  BINARY,
  DATE,
  type DataType,
  DOUBLE,
  dayTimeInterval,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
  type Value,
  yearMonthInterval,
} from "@sluice/query";
import { expect, test } from "vitest";
import { formatValue, jsonValue } from "./value.ts";

const MOMENT = BigInt(Date.UTC(2026, 2, 5, 14, 7, 9)) * 1000n;

const CASES: readonly (readonly [Value, DataType, string, unknown])[] = [
  [null, LONG, "NULL", null],
  [12n, LONG, "12", 12],
  [9223372036854775807n, LONG, "9223372036854775807", "9223372036854775807"],
  ["12.50", decimal(10, 2), "12.50", "12.50"],
  [1.5, DOUBLE, "1.5", 1.5],
  [2, DOUBLE, "2.0", 2],
  [1e10, DOUBLE, "1.0E10", 1e10],
  [0, DATE, "1970-01-01", "1970-01-01"],
  [MOMENT, TIMESTAMP, "2026-03-05 14:07:09", "2026-03-05T14:07:09Z"],
  [MOMENT + 500n, TIMESTAMP, "2026-03-05 14:07:09.0005", "2026-03-05T14:07:09.0005Z"],
  [-1n, TIMESTAMP, "1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999Z"],
  [
    93_784_500_000n,
    dayTimeInterval("hour", "second"),
    "INTERVAL '26:03:04.5' HOUR TO SECOND",
    "INTERVAL '26:03:04.5' HOUR TO SECOND",
  ],
  [-14, yearMonthInterval("month"), "INTERVAL '-14' MONTH", "INTERVAL '-14' MONTH"],
  [Number.NaN, DOUBLE, "NaN", "NaN"],
  [Number.NEGATIVE_INFINITY, DOUBLE, "-Infinity", "-Infinity"],
  [Uint8Array.of(1, 255), BINARY, "[01 FF]", "Af8="],
  [[1, null], array(INTEGER), "[1, NULL]", [1, null]],
  [[["a", 1]], map(STRING, INTEGER), "{a -> 1}", { a: 1 }],
  [[1, "x"], struct([field("a", INTEGER), field("b", STRING)]), "{1, x}", { a: 1, b: "x" }],
];

test.each(CASES)("value %# prints by Spark's rules, and as JSON", (value, type, text, json) => {
  expect(formatValue(value, type)).toBe(text);
  expect(jsonValue(value, type)).toEqual(json);
});
