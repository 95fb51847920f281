import { expect, it } from "vitest";
import { cutLine } from "./format.ts";
import { formatGrid } from "./grid.ts";

it("a table wider than the terminal wraps its widest column, and no line is longer than the terminal", () => {
  const rows = [["s.orders", "x".repeat(150)]];
  const text = formatGrid([{ title: "dataset" }, { title: "comment" }], rows, true, 60);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
  const lines = text.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(text.match(/x/g)).toHaveLength(150);
});

it("a line is cut to a width without counting colours", () => {
  expect(cutLine("short", 10)).toBe("short");
  expect(cutLine("0123456789abc", 10)).toBe("012345678…");
  expect(cutLine("\u001b[31m0123456789abc\u001b[39m", 10)).toBe("\u001b[31m012345678…\u001b[39m");
  expect(cutLine("01234\u001b[31m56789\u001b[39mabc", 10)).toBe("01234\u001b[31m5678…\u001b[39m");
});

it("in a pipe a row is a line: line breaks and tabs of cells are written as Spark's show writes them", () => {
  const text = formatGrid([{ title: "a" }, { title: "b" }], [["multi\nline\ttab", "1"]], false);
  expect(text).toBe("a                 b\nmulti\\nline\\ttab  1\n");
});
