import { expect, test } from "vitest";
import { formatDecimal, formatDouble } from "./decimal-format.ts";

test.each([
  [1234567.891, "#,##0.00", "1,234,567.89"],
  [0.005, "0.00", "0.01"],
  [0.125, "0.00", "0.12"],
  [99.995, "#.##", "100"],
  [0, "#", "0"],
  [-0.5, "0.00%", "-50.00%"],
  [-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"],
  [12, "$0.00 each", "$12.00 each"],
  [1234567.891, "0.##E0", "1.23E6"],
  [-0.5, "##0.##E0", "-500E-3"],
  [1e-7, "00.###E00", "10E-08"],
  [1234567.891, "#,####.0", "123,4567.9"],
  [7, "'#'0", "#7"],
  [Number.NEGATIVE_INFINITY, "0.0%", "-∞%"],
  [Number.NaN, "$0", "NaN"],
])("%d by %s is %s", (value, pattern, text) => {
  expect(formatDouble(value, pattern)).toBe(text);
});

test("decimals are halved to even, whatever their size", () => {
  expect(formatDecimal("0.005", "0.00")).toBe("0.00");
  expect(formatDecimal("0.015", "0.00")).toBe("0.02");
  expect(formatDecimal("-99999999999999999999.995", "#,##0.0")).toBe("-100,000,000,000,000,000,000.0");
});
