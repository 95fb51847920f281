import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenize } from "./lexer.ts";
import { scanText, splitStatements } from "./scan-text.ts";

function statements(text: string): readonly string[] {
  return splitStatements(text).map(({ start, end }) => text.slice(start, end));
}

describe("splitStatements", () => {
  test.each([
    ["a; b ;; c", ["a", "b", "c"]],
    ["-- x; y\n  a -- b; c\n; /* ; /* ; */ */ d", ["a", "d"]],
    ["SELECT ';', \";\", `;`, ';;'''; b", ["SELECT ';', \";\", `;`, ';;'''", "b"]],
    ["SELECT 'it\\'s; ok'; b", ["SELECT 'it\\'s; ok'", "b"]],
    ["SELECT r'\\'; b", ["SELECT r'\\'", "b"]],
    ["a -- don't\n, b; c", ["a -- don't\n, b", "c"]],
    ["-- goes on \\\n; still\na; b", ["a", "b"]],
    ["a 'open; b", ["a 'open; b"]],
    ["a /* open; b", ["a"]],
    [" \n ; -- only\n", []],
    ["", []],
  ])("%j", (text, expected) => {
    expect(statements(text)).toEqual(expected);
  });
});

test("stretches follow each other without gaps", () => {
  const pieces = fc.array(fc.constantFrom("'", '"', "`", "--", "/*", "*/", "\n", "\\", "r'", "a", ";", " "), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join("");
      let at = 0;
      for (const { start, end } of scanText(text)) {
        expect(start).toBe(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBe(text.length);
    }),
  );
});

test("what can be cut into tokens is divided where its tokens `;` are", () => {
  const pieces = fc.array(
    fc.constantFrom("'x'", '";"', "`;`", "-- ;'\n", "/* ; */", "r';'", "a", ";", " ", "\n", "1"),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join(" ");
      const tokens = tokenize(text);
      const counts: number[] = [];
      let count = 0;
      for (const { key, kind } of tokens) {
        if (key !== ";" && kind !== "end") count++;
        else if (count > 0) counts.push(count);
        if (key === ";") count = 0;
      }
      expect(statements(text).map((one) => tokenize(one).length - 1)).toEqual(counts);
    }),
  );
});
