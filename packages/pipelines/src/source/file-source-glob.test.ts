import * as fc from "fast-check";
import { expect, test } from "vitest";
import { expandBraces, globToRegExp, isGlob, parseGlob } from "./file-source-glob.ts";

test.each([
  ["*.json", "a.json", true],
  ["*.json", "a.jsonl", false],
  ["a?c", "abc", true],
  ["[ab]x", "bx", true],
  ["[!ab]x", "bx", false],
  ["[0-9]*", "7up", true],
  ["a\\*", "a*", true],
  ["a\\*", "ab", false],
  ["a.b", "axb", false],
  ["[", "[", true],
])("%s matches %s: %s", (pattern, name, matches) => {
  expect(globToRegExp(pattern).test(name)).toBe(matches);
});

test("braces stand for alternatives, nested and across folders", () => {
  expect(expandBraces("a{b,c{d,e}}f{g/h,}")).toEqual(["abfg/h", "abf", "acdfg/h", "acdf", "acefg/h", "acef"]);
  expect(expandBraces("a{b")).toEqual(["a{b"]);
});

test("a path is cut before its first wildcard", () => {
  const [pattern] = parseGlob("/data/2024/*/x.json");
  expect(pattern?.base).toBe("/data/2024");
  expect(pattern?.segments.map((one) => one.source)).toEqual(["^.*$", "^x\\.json$"]);
  expect(parseGlob("/data/\\{x\\}")).toEqual([{ base: "/data/{x}", segments: [] }]);
});

test("a name with all special characters escaped matches exactly itself", () => {
  void fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const plain = name.replaceAll("/", "_");
      const pattern = plain.replace(/[\\*?[\]{},!^-]/g, "\\$&");
      expect(isGlob(pattern)).toBe(false);
      expect(globToRegExp(pattern).test(plain)).toBe(true);
      expect(globToRegExp(pattern).test(`${plain}x`)).toBe(false);
    }),
  );
});
