import { DOUBLE, decimal, LONG, simpleString, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, writeEntry } from "../../../test/engine-fixture.ts";
import { numberType } from "./infer-numbers.ts";

test("a decimal has room for all digits before and after the point, and for all 64-bit integers where there is one", () => {
  const seen = (...shapes: readonly string[]) =>
    numberType(
      shapes.map((one) => one.split(" ")),
      true,
    );
  expect(seen("long")).toEqual(LONG);
  expect(seen("3 2 0")).toEqual(decimal(3, 2));
  expect(seen("3 2 0", "long")).toEqual(decimal(22, 2));
  expect(seen("0 2 0")).toEqual(decimal(2, 2));
  expect(seen("1 0 -7")).toEqual(decimal(7, 7));
  expect(seen("1 0 3")).toEqual(decimal(4, 0));
  expect(seen("38 0 0", "1 3 0")).toEqual(DOUBLE);
  expect(seen("1 0 400")).toEqual(DOUBLE);
});

test("integers beyond 64 bits are decimals unless a number beside them has a point", () => {
  const seen = (...shapes: readonly string[]) =>
    numberType(
      shapes.map((one) => one.split(" ")),
      false,
    );
  expect(seen("19 0 0")).toEqual(decimal(19, 0));
  expect(seen("19 0 0", "long")).toEqual(decimal(20, 0));
  expect(seen("19 0 0", "2 1 0")).toEqual(DOUBLE);
  expect(seen("40 0 0")).toEqual(DOUBLE);
});

async function inferred(records: string, options: Readonly<Record<string, string>> = {}): Promise<string> {
  const engine = await newEngine();
  const file = writeEntry(newFolder(), "a.json", records);
  const schema = await engine.inferSchema([file], { format: "json", options, basePath: "/" }, true);
  return simpleString(struct(schema.fields));
}

test("[F139] with prefersDecimal numbers with a point are decimals of the digits seen, at any depth", async () => {
  const records = '{"a":1.50,"l":[{"x":10.125},{"x":2}],"i":7,"n":1.5,"t":"1.5"}\n{"a":100,"e":1e3}\n{"n":NaN}\n';
  expect(await inferred(records, { prefersDecimal: "true" })).toBe(
    "struct<a:decimal(22,2),e:decimal(4,0),i:bigint,l:array<struct<x:decimal(23,3)>>,n:double,t:string>",
  );
  expect(await inferred(records)).toBe(
    "struct<a:double,e:double,i:bigint,l:array<struct<x:double>>,n:double,t:string>",
  );
});

test("[F139] integers beyond 64 bits are found as decimals", async () => {
  const records =
    '{"a":9223372036854775808,"b":1234567890123456789,"c":-9223372036854775809,"d":1}\n{"a":1,"c":-1,"d":2.5}\n';
  expect(await inferred(records)).toBe("struct<a:decimal(20,0),b:bigint,c:decimal(20,0),d:double>");
});

test("[F139] integers of both signs are BIGINT, at any depth", async () => {
  const records = '{"a":1,"l":[{"x":-1},{"x":2}],"m":-1,"big":1}\n{"a":-5,"m":0,"big":-9223372036854775808}\n';
  expect(await inferred(records)).toBe("struct<a:bigint,big:bigint,l:array<struct<x:bigint>>,m:bigint>");
  expect(await inferred('{"a":1,"b":9}\n{"a":-5}\n')).toBe("struct<a:bigint,b:bigint>");
});
