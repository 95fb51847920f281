import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparisonType, tightestType, widerType, widestType } from "./coercion.ts";
import type { DataType } from "./data-type.ts";
import { schemaFromDdl, structFromDdl, typeFromDdl } from "./ddl.ts";
import { decimalArithmetic } from "./decimal.ts";
import { canCast, castsImplicitly } from "./implicit-cast.ts";
import { simpleString, sqlType } from "./simple-string.ts";

const CLASSIC = { ansi: false };
const ANSI = { ansi: true };
const of = typeFromDdl;
const text = (type: DataType | undefined) => type && simpleString(type);

describe("two types meet", () => {
  test.each([
    ["int", "bigint", "bigint", "bigint"],
    ["int", "decimal(10,2)", "decimal(12,2)", "decimal(12,2)"],
    ["decimal(38,10)", "decimal(38,2)", "decimal(38,10)", "decimal(38,10)"],
    ["decimal(10,2)", "double", "double", "double"],
    ["bigint", "float", "float", "double"],
    ["date", "timestamp", "timestamp", "timestamp"],
    ["string", "int", "string", "bigint"],
    ["string", "date", "string", "date"],
    ["string", "boolean", undefined, "boolean"],
    ["array<int>", "array<bigint>", "array<bigint>", "array<bigint>"],
    ["struct<a: int>", "struct<A: double>", "struct<a:double>", "struct<a:double>"],
    ["map<string,int>", "map<string,decimal(3,1)>", "map<string,decimal(11,1)>", "map<string,decimal(11,1)>"],
    ["int", "array<int>", undefined, undefined],
  ])("%s and %s", (left, right, classic, ansi) => {
    expect(text(widerType(of(left), of(right), CLASSIC))).toBe(classic);
    expect(text(widerType(of(left), of(right), ANSI))).toBe(ansi);
  });

  test("in comparisons text becomes what it is compared with", () => {
    expect(text(comparisonType(of("string"), of("int"), CLASSIC))).toBe("int");
    expect(text(comparisonType(of("string"), of("decimal(5,1)"), CLASSIC))).toBe("double");
    expect(text(comparisonType(of("date"), of("string"), CLASSIC))).toBe("date");
    expect(text(comparisonType(of("string"), of("int"), ANSI))).toBe("bigint");
  });

  test("the order of many does not matter when there is text among them", () => {
    expect(text(widestType([of("int"), of("date"), of("string")], CLASSIC))).toBe("string");
    expect(text(widestType([of("string"), of("int"), of("date")], CLASSIC))).toBe("string");
  });

  test("meeting is symmetric and idempotent", () => {
    const kinds = [
      "tinyint",
      "int",
      "bigint",
      "float",
      "double",
      "decimal(10,2)",
      "decimal(38,6)",
      "date",
      "timestamp",
      "void",
      "string",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.constantFrom(...kinds), fc.boolean(), (left, right, ansi) => {
        const [a, b] = [of(left), of(right)];
        expect(text(tightestType(a, b, { ansi }))).toBe(text(tightestType(b, a, { ansi })));
        expect(text(widerType(a, b, { ansi }))).toBe(text(widerType(b, a, { ansi })));
        expect(text(tightestType(a, a, { ansi }))).toBe(text(a));
      }),
    );
  });
});

describe("decimal arithmetic", () => {
  test.each([
    ["+", 10, 2, 5, 3, "decimal(12,3)"],
    ["*", 10, 2, 10, 2, "decimal(21,4)"],
    ["/", 10, 2, 10, 2, "decimal(23,13)"],
    ["%", 10, 2, 5, 3, "decimal(5,3)"],
    ["*", 38, 10, 38, 10, "decimal(38,6)"],
    ["/", 38, 18, 38, 18, "decimal(38,6)"],
    ["+", 38, 10, 38, 10, "decimal(38,9)"],
  ] as const)("%s of (%i,%i) and (%i,%i)", (operator, p1, s1, p2, s2, expected) => {
    const left = { kind: "decimal", precision: p1, scale: s1 } as const;
    const right = { kind: "decimal", precision: p2, scale: s2 } as const;
    expect(simpleString(decimalArithmetic(operator, left, right))).toBe(expected);
  });
});

test("arguments are cast without being asked only as Spark does", () => {
  expect(castsImplicitly(of("bigint"), of("int"), CLASSIC)).toBe(true);
  expect(castsImplicitly(of("bigint"), of("int"), ANSI)).toBe(true);
  expect(castsImplicitly(of("int"), of("string"), CLASSIC)).toBe(true);
  expect(castsImplicitly(of("array<int>"), of("string"), CLASSIC)).toBe(false);
  expect(canCast(of("array<int>"), of("string"), CLASSIC)).toBe(true);
  expect(canCast(of("array<int>"), of("int"), CLASSIC)).toBe(false);
  expect(canCast(of("date"), of("int"), ANSI)).toBe(false);
});

describe("DDL", () => {
  test.each(["INT", "DECIMAL(12,3)", "ARRAY<MAP<STRING, BIGINT>>", "STRUCT<a: INT NOT NULL, `b c`: STRUCT<d: DATE>>"])(
    "%s reads back",
    (ddl) => {
      expect(sqlType(typeFromDdl(ddl))).toBe(ddl);
    },
  );

  test("a schema is columns or one type, with comments as metadata", () => {
    expect(structFromDdl("a INT NOT NULL COMMENT 'the key', b string").fields[0]).toMatchObject({
      name: "a",
      nullable: false,
      metadata: { comment: "the key" },
    });
    expect(schemaFromDdl("array<int>").kind).toBe("array");
    expect(() => schemaFromDdl("a WHAT")).toThrow("`WHAT` is no data type");
    expect(() => typeFromDdl("array<int")).toThrow("expected `>` but found the end");
  });
});
