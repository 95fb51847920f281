import { describe, expect, test } from "vitest";
import { tightestType, widerType } from "./coercion.ts";
import type { DataType } from "./data-type.ts";
import { array, dayTimeInterval, decimal, field, sameType, struct } from "./data-type.ts";
import { schemaFromDdl } from "./ddl.ts";
import { canCast } from "./implicit-cast.ts";
import { intervalText } from "./interval-text.ts";
import { type AnsiIntervalType, intervalTypeOf } from "./interval-type.ts";
import { typeFromJson, typeToJson } from "./json.ts";
import { readInterval } from "./read-interval.ts";
import { simpleString, sqlType } from "./simple-string.ts";
import { treeString } from "./tree-string.ts";

const ANSI = { ansi: true };
const CLASSIC = { ansi: false };
const DAY = dayTimeInterval("day");
const ALL = ["year", "month", "year to month", "day", "hour", "minute", "second", "day to hour", "day to minute"];
const RANGES = ["day to second", "hour to minute", "hour to second", "minute to second"];

function typed(fields: string): AnsiIntervalType {
  const type = intervalTypeOf(...(fields.split(" to ") as [string, string?]));
  if (type === undefined) throw new Error(`no interval ${fields}`);
  return type;
}

describe("types of intervals", () => {
  test.each([...ALL, ...RANGES])("interval %s is itself in every spelling of types", (fields) => {
    const type = typed(fields);
    expect(simpleString(type)).toBe(`interval ${fields}`);
    expect(sqlType(array(type))).toBe(`ARRAY<INTERVAL ${fields.toUpperCase()}>`);
    expect(typeFromJson(typeToJson(type))).toEqual(type);
    expect(schemaFromDdl(`a INTERVAL ${fields.toUpperCase()}`)).toEqual(struct([field("a", type)]));
    expect(treeString(struct([field("a", type)]))).toContain(`-- a: interval ${fields} (nullable = true)`);
  });

  test.each(["month to year", "second to day", "year to day", "week"])("there is no interval %s", (fields) => {
    expect(() => typed(fields)).toThrow();
    expect(() => typeFromJson(`interval ${fields}`)).toThrow("not a data type");
    expect(() => schemaFromDdl(`a INTERVAL ${fields}`)).toThrow();
  });

  test("differing fields make differing types", () => {
    expect(sameType(DAY, dayTimeInterval("day", "hour"))).toBe(false);
    expect(sameType(array(DAY), array(dayTimeInterval("day")))).toBe(true);
  });
});

describe("intervals meet in the fields of both and all between", () => {
  test.each([
    ["day", "minute", "day to minute"],
    ["hour", "hour to second", "hour to second"],
    ["year", "month", "year to month"],
    ["second", "day", "day to second"],
  ])("%s and %s in %s", (left, right, wider) => {
    expect(tightestType(typed(left), typed(right), ANSI)).toEqual(typed(wider));
    expect(widerType(array(typed(left)), array(typed(right)), CLASSIC)).toEqual(array(typed(wider)));
  });

  test("months and microseconds do not meet, and text only outside of ANSI mode", () => {
    expect(widerType(typed("year"), DAY, ANSI)).toBeUndefined();
    expect(widerType(DAY, { kind: "string" }, ANSI)).toBeUndefined();
    expect(widerType(DAY, { kind: "string" }, CLASSIC)).toEqual({ kind: "string" });
  });

  test("they are cast to and from exact numbers and within their kind, calendar intervals only from text", () => {
    const asked = (from: DataType, to: DataType): boolean => canCast(from, to, CLASSIC);
    expect(asked(DAY, { kind: "integer" }) && asked(decimal(4, 2), typed("month"))).toBe(true);
    expect(asked(DAY, typed("hour to second"))).toBe(true);
    expect(asked(DAY, { kind: "double" }) || asked({ kind: "double" }, DAY)).toBe(false);
    expect(asked(DAY, typed("month")) || asked(DAY, { kind: "interval_calendar" })).toBe(false);
    expect(asked({ kind: "string" }, { kind: "interval_calendar" })).toBe(true);
    expect(asked({ kind: "interval_calendar" }, DAY)).toBe(false);
  });
});

describe("text of intervals", () => {
  test.each<[string, number | bigint, string]>([
    ["year", -14, "INTERVAL '-1' YEAR"],
    ["month", 14, "INTERVAL '14' MONTH"],
    ["year to month", -14, "INTERVAL '-1-2' YEAR TO MONTH"],
    ["day", 3n * 86_400_000_000n, "INTERVAL '3' DAY"],
    ["hour", 360_000_000_000n, "INTERVAL '100' HOUR"],
    ["minute", 180_000_000n, "INTERVAL '03' MINUTE"],
    ["second", 5n, "INTERVAL '00.000005' SECOND"],
    ["hour to minute", 361_800_000_000n, "INTERVAL '100:30' HOUR TO MINUTE"],
    ["day to hour", -79_200_000_000n, "INTERVAL '-0 22' DAY TO HOUR"],
    ["day to second", 93_784_500_000n, "INTERVAL '1 02:03:04.5' DAY TO SECOND"],
    ["second", -(2n ** 63n), "INTERVAL '-9223372036854.775808' SECOND"],
  ])("an interval %s of %s is %s, and reads back", (fields, value, text) => {
    expect(intervalText(value, typed(fields))).toBe(text);
    if (fields !== "year") expect(readInterval(text, typed(fields))).toBe(BigInt(value));
  });

  test.each<[string, string, bigint]>([
    ["day", " +3 ", 3n * 86_400_000_000n],
    ["day", "interval -'-3' day", 3n * 86_400_000_000n],
    ["second", "3.1234567", 3_123_456n],
    ["hour to second", "100:03:04", 360_184_000_000n],
    ["year to month", "-1-2", -14n],
  ])("an interval %s is read from %s", (fields, text, value) => {
    expect(readInterval(text, typed(fields))).toBe(value);
  });

  test.each([
    ["day", "INTERVAL 3 DAY", "UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["day", "INTERVAL '3' HOUR", "UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["day to second", "1 02:03", "UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["second", ".5", "UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["month", "INTERVAL '3' YEAR", "UNMATCHED_FORMAT_STRING"],
    ["year to month", "1-13", "INTERVAL_PARSING"],
    ["year", "9999999999", "INTERVAL_PARSING"],
    ["hour to second", "02:63:04", "INTERVAL_PARSING"],
  ])("an interval %s is not read from %s", (fields, text, condition) => {
    expect(readInterval(text, typed(fields))).toMatchObject({ condition: `INVALID_INTERVAL_FORMAT.${condition}` });
  });
});
