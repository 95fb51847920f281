import { describe, expect, test } from "vitest";
import {
  array,
  BOOLEAN,
  dayTimeInterval,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  yearMonthInterval,
} from "../data-type/data-type.ts";
import { sqlType } from "../data-type/simple-string.ts";
import { parseDataType, parseSchema } from "./parser.ts";

describe("data types", () => {
  test.each([
    ["bigint", LONG],
    ["LONG", LONG],
    ["int", INTEGER],
    ["varchar(10)", STRING],
    ["char(3)", STRING],
    ["string collate utf8_lcase", STRING],
    ["decimal", decimal()],
    ["numeric(10)", decimal(10, 0)],
    ["dec(10, 2)", decimal(10, 2)],
    ["map<string, array<array<int>>>", map(STRING, array(array(INTEGER)))],
    ["struct<>", struct([])],
    ["interval", { kind: "interval_calendar" }],
    ["interval day to second", dayTimeInterval("day", "second")],
    ["INTERVAL YEAR", yearMonthInterval("year")],
    ["array<interval hour to minute>", array(dayTimeInterval("hour", "minute"))],
    ["timestamp_ltz", { kind: "timestamp" }],
    [
      "struct<a: int not null comment 'x', `b c` array<string>>",
      struct([field("a", INTEGER, false, { comment: "x" }), field("b c", array(STRING))]),
    ],
  ])("%s", (text, type) => {
    expect(parseDataType(text)).toEqual(type);
  });

  test("what DDL prints reads back", () => {
    const type = struct([
      field("a b", map(STRING, decimal(38, 6)), false),
      field("c", array(struct([field("d", BOOLEAN)]))),
    ]);
    expect(parseDataType(sqlType(type))).toEqual(type);
  });

  test.each(["array<int", "decimal(39)", "decimal(2,3)", "varchar", "struct<a>", "int int", ""])(
    "%s is no type",
    (text) => {
      expect(() => parseDataType(text)).toThrow();
    },
  );
});

describe("schemas", () => {
  test("columns keep nullability and comments", () => {
    const schema = struct([field("id", LONG, false, { comment: "k" }), field("s", struct([field("x", INTEGER)]))]);
    expect(parseSchema("id BIGINT NOT NULL COMMENT 'k', s STRUCT<x: INT>")).toEqual(schema);
    expect(parseSchema("struct<id: bigint not null comment 'k', s: struct<x: int>>")).toEqual(schema);
    expect(parseSchema("date DATE, struct STRUCT<a: INT>").fields.map(({ name }) => name)).toEqual(["date", "struct"]);
    expect(parseSchema("")).toEqual(struct([]));
  });
});
