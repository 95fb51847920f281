import { expect, test } from "vitest";
import { locate, originOf } from "./place.ts";

test("a span is found in its file, or in its text when there is none", () => {
  const text = "SELECT\n  a";
  expect(locate({ text, start: 9, end: 10 })).toEqual({ line: 2, column: 3 });
  expect(originOf({ text, start: 9, end: 10 })).toBeUndefined();
  expect(originOf(undefined)).toBeUndefined();
  const origin = { file: "a.sql", line: 5, column: 7 };
  expect(locate({ text, start: 7, end: 8, origin })).toEqual({ file: "a.sql", line: 6, column: 1 });
  expect(locate({ text, start: 3, end: 4, origin })).toEqual({ file: "a.sql", line: 5, column: 10 });
});

test("text that was put in stands where its parameter does, and what follows stands where it was written", () => {
  const origin = {
    file: "a.sql",
    line: 2,
    column: 1,
    parts: [
      { offset: 7, line: 2, column: 8, inserted: true },
      { offset: 12, line: 2, column: 12, inserted: false },
    ],
  };
  const text = "SELECT a,\nbc FROM t\nWHERE";
  const at = (start: number) => locate({ text, start, end: start + 1, origin });
  expect([at(0), at(7), at(11), at(13), at(20)]).toEqual([
    { file: "a.sql", line: 2, column: 1 },
    { file: "a.sql", line: 2, column: 8 },
    { file: "a.sql", line: 2, column: 8 },
    { file: "a.sql", line: 2, column: 13 },
    { file: "a.sql", line: 3, column: 1 },
  ]);
});
