import { localPatternRefusal, type PatternUse, patternRefusal } from "@sluice/query";
import { expect, test } from "vitest";
import { readMoment } from "./moment-by-pattern.ts";

/** The last word of the condition with which Spark 4.1 refuses a pattern; "" when it takes it. */
function refused(pattern: string, use: PatternUse = "parse"): string {
  return patternRefusal(pattern, use)?.condition.split(".").at(-1) ?? "";
}

/** How many of a letter in a row, from one to seven, Spark takes; what it says to the others. */
const READ: Readonly<Record<string, readonly [taken: string, refusal: string]>> = {
  ...{ y: ["123456", "DATETIME_PATTERN_RECOGNITION"], M: ["1234", "DATETIME_PATTERN_RECOGNITION"] },
  ...{ d: ["12", "DATETIME_PATTERN_RECOGNITION"], D: ["123", "DATETIME_PATTERN_RECOGNITION"] },
  ...{ a: ["1", "DATETIME_PATTERN_RECOGNITION"], H: ["12", "DATETIME_PATTERN_RECOGNITION"] },
  ...{ S: ["1234567", ""], V: ["2", "WITH_SUGGESTION"], O: ["14", "WITH_SUGGESTION"], X: ["12345", "WITH_SUGGESTION"] },
  ...{ Z: ["12345", "DATETIME_PATTERN_RECOGNITION"], z: ["1234", "DATETIME_PATTERN_RECOGNITION"] },
  ...{ E: ["", "DATETIME_PATTERN_RECOGNITION"], F: ["", "DATETIME_PATTERN_RECOGNITION"] },
  ...{ Q: ["", "ILLEGAL_CHARACTER"], q: ["", "ILLEGAL_CHARACTER"], n: ["", "ILLEGAL_CHARACTER"] },
  ...{ u: ["", "DATETIME_PATTERN_RECOGNITION"], e: ["", "DATETIME_WEEK_BASED_PATTERN"], T: ["", "WITH_SUGGESTION"] },
};

test.each(Object.entries(READ))("the letter %s is read as often as Spark reads it", (letter, [taken, refusal]) => {
  for (const count of [1, 2, 3, 4, 5, 6, 7]) {
    expect(refused(letter.repeat(count)), letter.repeat(count)).toBe(taken.includes(String(count)) ? "" : refusal);
  }
});

test.each([
  ["QQQ", ""],
  ["QQQQQ", "LENGTH"],
  ["EEEE", ""],
  ["F", ""],
  ["FF", "DATETIME_PATTERN_RECOGNITION"],
  ["MMMMM n", "ILLEGAL_CHARACTER"],
  ["MMMMM'T", "LENGTH"],
])("printing by %s is refused with %s", (pattern, refusal) => {
  expect(refused(pattern, "print")).toBe(refusal);
});

test.each([
  ["EEE QQ", "ILLEGAL_CHARACTER"],
  ["n Y", "DATETIME_WEEK_BASED_PATTERN"],
  ["yyyy'T'Y", "DATETIME_PATTERN_RECOGNITION"],
  ["'Q'yyyy", ""],
  ["yyyy[-MM", ""],
  ["yyyy]", "DATETIME_PATTERN_RECOGNITION"],
  ["yyyy{", "DATETIME_PATTERN_RECOGNITION"],
  ["yyyyMMddTHH", "WITH_SUGGESTION"],
  ["yyyy-MM-dd'T", "WITH_SUGGESTION"],
  ["XXXX'", "WITH_SUGGESTION"],
  ["''", ""],
])("reading by %s is refused with %s", (pattern, refusal) => {
  expect(refused(pattern)).toBe(refusal);
});

test("local times have one condition for all patterns that are refused", () => {
  for (const pattern of ["Q", "Y", "yyyy]", "MMMMM"]) {
    expect(localPatternRefusal(pattern, "parse")?.condition).toBe("INVALID_DATETIME_PATTERN.WITH_SUGGESTION");
  }
  expect(localPatternRefusal("yyyy", "parse")).toBeUndefined();
});

test("functions raise for a refused pattern, records only for one that meant something else once, trials never", () => {
  expect(() => readMoment("1", "Q", "function")).toThrow("[INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER]");
  expect(() => readMoment("1", "Q", "local function")).toThrow("[INVALID_DATETIME_PATTERN.WITH_SUGGESTION]");
  expect(readMoment("1", "Q", "record")).toBeNull();
  expect(readMoment("1", "e", "record")).toBeNull();
  expect(() => readMoment("1", "E", "record")).toThrow("DATETIME_PATTERN_RECOGNITION]");
  expect(readMoment("1", "E", "trial")).toBeNull();
});

test("an optional part may be left open at the end", () => {
  expect(readMoment("2024", "yyyy[-MM", "function")).toBe("2024-01-01 00:00:00.000000");
  expect(readMoment("2024-05", "yyyy[-MM", "function")).toBe("2024-05-01 00:00:00.000000");
});
