import { describe, expect, test } from "vitest";
import { sqlType } from "../data-type/simple-string.ts";
import { schemaOfJson } from "./json-schema.ts";

describe("the type of a JSON text", () => {
  test.each([
    ['[{"col":0}]', "ARRAY<STRUCT<col: BIGINT>>"],
    ['{"b":1.5,"a":null,"c":[true,false]}', "STRUCT<a: STRING, b: DOUBLE, c: ARRAY<BOOLEAN>>"],
    ['[{"a":1},{"a":1.5,"b":"x"},null]', "ARRAY<STRUCT<a: DOUBLE, b: STRING>>"],
    ['[1,"x"]', "ARRAY<STRING>"],
    ["[]", "ARRAY<STRING>"],
    ["12345678901234567890", "DECIMAL(20,0)"],
    ["{'single':1}", "STRUCT<single: BIGINT>"],
    ['{"a b":{"é":1e3}}', "STRUCT<`a b`: STRUCT<`é`: DOUBLE>>"],
  ])("%s is %s", (text, type) => {
    expect(sqlType(schemaOfJson(text))).toBe(type);
  });

  test("options let pass what is malformed otherwise", () => {
    expect(() => schemaOfJson('[{"col":01}]')).toThrow("malformed at character");
    expect(sqlType(schemaOfJson('[{"col":01}]', { allownumericleadingzeros: "true" }))).toBe(
      "ARRAY<STRUCT<col: BIGINT>>",
    );
    expect(sqlType(schemaOfJson("{a:1.25}", { allowunquotedfieldnames: "true", prefersdecimal: "true" }))).toBe(
      "STRUCT<a: DECIMAL(3,2)>",
    );
    expect(sqlType(schemaOfJson("[1]", { primitivesasstring: "true" }))).toBe("ARRAY<STRING>");
  });

  test.each(["", "{", "[1,]", '{"a"}', "nul", "1 2", `${"[".repeat(600)}`])("%j is no JSON", (text) => {
    expect(() => schemaOfJson(text)).toThrow(SyntaxError);
  });
});
