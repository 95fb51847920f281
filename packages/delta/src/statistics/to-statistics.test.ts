import {
  array,
  BINARY,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "@sluice/query";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareUtf8 } from "../storage/object-store.ts";
import { toPartitionValue } from "./statistics-text.ts";
import { toStatistics } from "./to-statistics.ts";
import { truncateMaximum, truncateMinimum } from "./truncate-string.ts";

const facts = (min: string, max: string, nulls = "0", more = {}) => ({ min, max, null_count: nulls, ...more });

test("bounds and NULL counts are nested as the schema, with all digits", () => {
  const schema = struct([
    field("id", LONG),
    field("price", decimal(38, 2)),
    field("o", struct([field('odd "name".x', INTEGER), field("s", STRING)])),
    field("day", DATE),
    field("at", TIMESTAMP),
    field("wall", TIMESTAMP_NTZ),
  ]);
  const columns = {
    '"id"': facts("-1", "9223372036854775807", "3"),
    '"price"': facts("0.10", "123456789012345678901234567890.12"),
    '"o"."odd ""name"".x"': facts("1", "2"),
    '"o"."s"': facts("a", "b", "1"),
    '"day"': facts("1969-12-31", "2024-02-29"),
    '"at"': facts("1969-12-31 23:59:59.9999+00", "2024-01-01 00:00:00.123456+00"),
    '"wall"': facts("2024-01-01 00:00:00", "2024-01-01 00:00:00.5"),
  };
  expect(toStatistics({ rows: 7n, columns }, { schema, partitionColumns: [], configuration: {} })).toBe(
    '{"numRecords":7,' +
      '"minValues":{"id":-1,"price":0.10,"o":{"odd \\"name\\".x":1,"s":"a"},"day":"1969-12-31","at":"1969-12-31T23:59:59.999Z","wall":"2024-01-01T00:00:00.000"},' +
      '"maxValues":{"id":9223372036854775807,"price":123456789012345678901234567890.12,"o":{"odd \\"name\\".x":2,"s":"b"},"day":"2024-02-29","at":"2024-01-01T00:00:00.123Z","wall":"2024-01-01T00:00:00.500"},' +
      '"nullCount":{"id":3,"price":0,"o":{"odd \\"name\\".x":0,"s":1},"day":0,"at":0,"wall":0},"tightBounds":true}',
  );
});

test("types without bounds, NaN, infinities and empty columns have none", () => {
  const schema = struct([
    field("flag", BOOLEAN),
    field("bytes", BINARY),
    field("list", array(STRING)),
    field("nan", DOUBLE),
    field("inf", DOUBLE),
    field("empty", LONG),
  ]);
  const columns = {
    '"flag"': facts("0", "1"),
    '"bytes"': facts("00", "FF"),
    '"list"."element"': facts("a", "b"),
    '"nan"': facts("1.0", "2.0", "0", { has_nan: "true" }),
    '"inf"': facts("-inf", "1e+300", "0", { has_nan: "false" }),
    '"empty"': { null_count: "5" },
  };
  expect(JSON.parse(toStatistics({ rows: 5, columns }, { schema, partitionColumns: [], configuration: {} }))).toEqual({
    numRecords: 5,
    minValues: {},
    maxValues: { inf: 1e300 },
    nullCount: { flag: 0, bytes: 0, nan: 0, inf: 0, empty: 5 },
    tightBounds: true,
  });
});

test("the first 32 leaf columns that are no partitions have statistics, or those that the table names", () => {
  const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const schema = struct([
    field("p", LONG),
    field("s", struct(names.slice(0, 3).map((name) => field(name, LONG)))),
    ...names.slice(3).map((name) => field(name, LONG)),
  ]);
  const columns = Object.fromEntries(
    [...names.slice(0, 3).map((name) => `"s"."${name}"`), ...names.slice(3).map((name) => `"${name}"`), '"p"'].map(
      (key) => [key, facts("1", "2")],
    ),
  );
  const counted = (configuration: Readonly<Record<string, string>>): readonly string[] => {
    const { nullCount } = JSON.parse(
      toStatistics({ rows: 1, columns }, { schema, partitionColumns: ["p"], configuration }),
    );
    return Object.entries(nullCount).flatMap(([key, value]) =>
      typeof value === "object" ? Object.keys(value ?? {}) : [key],
    );
  };
  expect(counted({})).toEqual(names.slice(0, 32));
  expect(counted({ "delta.dataSkippingNumIndexedCols": "2" })).toEqual(["c0", "c1"]);
  expect(counted({ "delta.dataSkippingNumIndexedCols": "-1" })).toEqual(names);
  expect(counted({ "delta.dataSkippingStatsColumns": "c39, s.c1, `C5`" })).toEqual(["c1", "c5", "c39"]);
});

test.each([
  ["a".repeat(33), `${"a".repeat(32)}\u007f`],
  [`${"a".repeat(32)}é`, `${"a".repeat(32)}\u{10ffff}`],
  [`${"a".repeat(31)}\u{1f600}`, `${"a".repeat(31)}\u{10ffff}`],
  [`${"a".repeat(32)}\u{10ffff}b`, `${"a".repeat(32)}\u{10ffff}\u007f`],
  ["\u{10ffff}".repeat(60), undefined],
])("the maximum %s is cut to %s", (value, expected) => {
  expect(truncateMaximum(value, 32)).toBe(expected);
});

test("a cut minimum is never above the value, a cut maximum never below", () => {
  const anything = fc.string({
    unit: fc.constantFrom("a", "~", "\u007f", "é", "\uffff", "\u{1f600}", "\u{10ffff}"),
    maxLength: 20,
  });
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 8 }), (value, length) => {
      expect(compareUtf8(truncateMinimum(value, length), value)).toBeLessThanOrEqual(0);
      const maximum = truncateMaximum(value, length);
      if (maximum !== undefined) expect(compareUtf8(maximum, value)).toBeGreaterThanOrEqual(0);
      for (const cut of [truncateMinimum(value, length), maximum ?? ""])
        expect(() => encodeURIComponent(cut)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["2023-12-31 22:00:00+00", TIMESTAMP, "2023-12-31T22:00:00.000000Z"],
  ["1969-12-31 23:59:59.999999+00", TIMESTAMP, "1969-12-31T23:59:59.999999Z"],
  ["2023-12-31 22:00:00.5", TIMESTAMP_NTZ, "2023-12-31 22:00:00.500000"],
  ["2023-12-31", DATE, "2023-12-31"],
  ["", STRING, null],
  [null, LONG, null],
  ["-inf", DOUBLE, "-Infinity"],
  ["a/b", STRING, "a/b"],
])("the partition value %j of %j is written as %j", (text, type, expected) => {
  expect(toPartitionValue(text, type)).toBe(expected);
});
