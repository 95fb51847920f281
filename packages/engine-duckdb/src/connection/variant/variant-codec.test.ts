import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeVariant } from "./variant-decode.ts";
import { encodeVariant } from "./variant-encode.ts";
import { readVariant, variantOfJson, variantText } from "./variant-value.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const encoded = (text: string) => encodeVariant(readVariant(text));
const bytes = (value: string, metadata = "010000") => ({
  value: Buffer.from(value, "hex"),
  metadata: Buffer.from(metadata, "hex"),
});
const decoded = (value: string, metadata?: string, zone = "UTC") =>
  variantText(decodeVariant(bytes(value, metadata), zone));
const again = (text: string) => variantText(decodeVariant(encoded(text), "UTC"));

describe("a variant has the bytes that Spark 4.1 gives it", () => {
  test.each([
    ["null", "00"],
    ["true", "04"],
    ["false", "08"],
    ["1", "0c01"],
    ["-128", "0c80"],
    ["200", "10c800"],
    ["70000", "1470110100"],
    ["9223372036854775807", "18ffffffffffffff7f"],
    ["9223372036854775808", "280000000000000000800000000000000000"],
    ["1234567890.5", "2401391cdcdf02000000"],
    ["12345678901234567890.5", "2801396c362f819f4eb10600000000000000"],
    ["1.0", "20010a000000"],
    ["1000.0e0", "1c0000000000408f40"],
    ['"hi"', "096869"],
    ['""', "01"],
    [`"${"x".repeat(63)}"`, `fd${"78".repeat(63)}`],
    [`"${"x".repeat(64)}"`, `4040000000${"78".repeat(64)}`],
    ["[]", "030000"],
    ["{}", "020000"],
    [String.raw`"\u0000D2024-02-29"`, "2c464d0000"],
    [String.raw`"\u0000T2024-02-29 12:00:00.5+00:00"`, "302091b7ff83120600"],
    [String.raw`"\u0000T2024-02-29 17:30:00.5+05:30"`, "302091b7ff83120600"],
    [String.raw`"\u0000N2024-02-29 12:00:00.5"`, "342091b7ff83120600"],
    [String.raw`"\u0000F1.5"`, "380000c03f"],
    ["1.5e0", "1c000000000000f83f"],
    [String.raw`"\u0000INaN"`, "1c000000000000f87f"],
    [String.raw`"\u0000BAQI="`, "3c020000000102"],
  ])("%s", (text, value) => {
    expect(hex(encoded(text).value)).toBe(value);
    expect(hex(encoded(text).metadata)).toBe("010000");
  });

  test("an object has its names in the metadata and its members in the order of their names", () => {
    const { value, metadata } = encoded('{"a":[1,null,{"b":2}],"b":1}');
    expect(hex(metadata)).toBe("01020001026162");
    expect(hex(value)).toBe("0202000100101203030002030a0c010002010100020c020c01");
  });
});

describe("bytes of Spark's are understood", () => {
  test.each([
    ["020201000200120c0103030002030a0c010002010000020c02", "01020001026261", '{"a":[1,null,{"b":2}],"b":1}'],
    ["200296000000", undefined, "1.5"],
    ["200005000000", undefined, "5.0"],
    ["240a00d6117e03000000", undefined, "1.5"],
    ["200100000000", undefined, "0.0"],
    ["280000000000000000800000000000000000", undefined, "9223372036854775808"],
    ["1c800558693a38d747", undefined, "1.2345678901234568e+38"],
    ["500112233445566778899aabbccddeeff0", undefined, String.raw`"\u0000U01122334-4556-6778-899a-abbccddeeff0"`],
    ["380000c07f", undefined, String.raw`"\u0000FNaN"`],
  ])("%s", (value, metadata, text) => {
    expect(decoded(value, metadata)).toBe(text);
  });

  test("an instant is told in the zone of the session, also in one that is ahead by odd minutes or far away", () => {
    const at = "302091b7ff83120600";
    expect(decoded(at, undefined, "Asia/Kolkata")).toContain("T2024-02-29 17:30:00.5+05:30");
    expect(decoded(at, undefined, "America/Los_Angeles")).toContain("T2024-02-29 04:00:00.5-08:00");
  });

  test.each([
    ["a type of another version", "44"],
    ["nothing at all", ""],
    ["a list that is longer than its bytes", "03ff00"],
    ["a name that the metadata lacks", "02010700020c01"],
    ["a string that ends early", "09"],
    ["a decimal that ends early", "2001"],
  ])("%s is an error", (_what, value) => {
    expect(() => decoded(value)).toThrow(/MALFORMED_VARIANT|UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT/);
  });
});

describe("what is encoded is decoded as it was", () => {
  const moment = fc
    .date({ min: new Date("-004000-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
    .map((date) => BigInt(date.getTime()) * 1000n);
  const scalar = fc.oneof(
    fc.constantFrom("null", "true", "false", String.raw`"\u0000INaN"`, String.raw`"\u0000I-Infinity"`),
    fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(String),
    fc.integer().map(String),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => text(String(value).includes("e") ? String(value) : `${value}e0`)),
    fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${String(part).padStart(6, "0")}`),
    fc.string({ unit: "binary" }).map((value) => JSON.stringify(value.startsWith("\0") ? `\0S${value}` : value)),
    fc.string({ minLength: 60, maxLength: 70 }).map((value) => JSON.stringify(value)),
    fc.uint8Array().map((value) => JSON.stringify(`\0B${Buffer.from(value).toString("base64")}`)),
    moment.map((micros) => decodedMoment("2c", 4, micros / 86_400_000_000n)),
    moment.map((micros) => decodedMoment("30", 8, micros)),
    moment.map((micros) => decodedMoment("34", 8, micros + 7n)),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalar,
      fc.array(tie("value")).map((items) => `[${items.join(",")}]`),
      fc.dictionary(fc.string({ unit: "binary" }), tie("value")).map(
        (one) =>
          `{${Object.entries(one)
            .map(([key, item]) => `${JSON.stringify(key)}:${item}`)
            .join(",")}}`,
      ),
    ),
  }));
  const text = (json: string): string => json;

  function decodedMoment(kind: string, size: number, number: bigint): string {
    const content = Buffer.alloc(8);
    content.writeBigInt64LE(number);
    return decoded(kind + hex(content.subarray(0, size)));
  }

  test("any value", () => {
    fc.assert(
      fc.property(value, (json) => {
        const variant = variantOfJson(json);
        if (variant === undefined) throw new Error(`not JSON: ${json}`);
        expect(again(variantText(variant))).toBe(variantText(variant));
      }),
      { numRuns: 500 },
    );
  });

  test.each([300, 70_000])("%i members and elements", (count) => {
    const numbers = Array.from({ length: count }, (_, i) => `"k${String(i).padStart(6, "0")}":[${i}]`);
    const json = `{${numbers.join(",")}}`;
    expect(again(json)).toBe(json);
    const list = `[${Array.from({ length: count }, (_, i) => i).join(",")}]`;
    expect(again(list)).toBe(list);
  });
});
