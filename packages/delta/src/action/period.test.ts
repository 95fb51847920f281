import { expect, test } from "vitest";
import { parsePeriod, periodOf } from "./period.ts";

test.each([
  ["interval 1 week", 604_800_000],
  ["INTERVAL 30 DAYS", 2_592_000_000],
  ["1 day 12 hours", 129_600_000],
  ["interval", undefined],
  ["soon", undefined],
  ["1 month", undefined],
])("the period %j is %j milliseconds", (text, expected) => {
  expect(parsePeriod(text)).toBe(expected);
});

test("a period that is absent or none is the other one", () => {
  expect([periodOf(undefined, 5), periodOf("soon", 5), periodOf("1 second", 5)]).toEqual([5, 5, 1000]);
});
