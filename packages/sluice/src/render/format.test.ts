import { expect, test } from "vitest";
import { formatBytes, formatCount, formatDuration, formatShare, formatTime } from "./format.ts";

test("counts have thousands separators", () => {
  expect(formatCount(1234567)).toBe("1,234,567");
  expect(formatCount(9007199254740993n)).toBe("9,007,199,254,740,993");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1_280_000_000, "1.3 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.4, "0 ms"],
  [999, "999 ms"],
  [2140, "2.1 s"],
  [185_000, "3 min 05 s"],
  [7_620_000, "2 h 07 min"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a share is 100 % only when it is all", () => {
  expect(formatShare(99_999, 100_000)).toBe("99.9 %");
  expect(formatShare(5, 5)).toBe("100 %");
  expect(formatShare(0, 0)).toBe("-");
});

test("times are in UTC to the second", () => {
  expect(formatTime(Date.UTC(2026, 10, 21, 3, 25, 48))).toBe("2026-11-21 03:25:48");
});
