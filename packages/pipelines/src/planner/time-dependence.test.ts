import { expect, test } from "vitest";
import { call, column, literal, scan } from "../../test/sample-graph.ts";
import { nonDeterminism } from "./time-dependence.ts";

const input = scan(1, false);
const filtered = (name: string, ...args: Parameters<typeof call>[1][]) =>
  ({
    kind: "Filter",
    output: input.output,
    input,
    condition: call("=", call(name, ...args), column(input.output[0]!)),
  }) as const;

test.each([
  ["current_timestamp", "TIME_FUNCTION"],
  ["current_date", "TIME_FUNCTION"],
  ["unix_timestamp", "TIME_FUNCTION"],
  ["rand", "NON_DETERMINISTIC_EXPRESSION"],
  ["uuid", "NON_DETERMINISTIC_EXPRESSION"],
  ["abs", undefined],
])("%s anywhere in a query makes it %s [F69]", (name, kind) => {
  expect(nonDeterminism(filtered(name))).toBe(kind);
});

test("unix_timestamp of a value does not depend on the time", () => {
  expect(nonDeterminism(filtered("unix_timestamp", literal("2024-01-01")))).toBeUndefined();
});

const noted = { ...input.output[0]!, id: 900, name: "ingested_at" };
const withNote = {
  kind: "Project",
  input,
  output: [...input.output, noted],
  columns: [
    ...input.output.map((attribute) => ({ attribute, expression: column(attribute) })),
    { attribute: noted, expression: call("current_timestamp") },
  ],
} as const;

test("a column that notes the time of the load is no reason to load again", () => {
  expect(nonDeterminism(withNote)).toBeUndefined();
  expect(
    nonDeterminism({ kind: "Limit", input: withNote, output: withNote.output, count: 3, offset: 0 }),
  ).toBeUndefined();
});

test("rows chosen, deduplicated or computed by such a column depend on the time", () => {
  const output = withNote.output;
  const condition = call("<", column(noted), literal("2024-01-01"));
  expect(nonDeterminism({ kind: "Filter", input: withNote, output, condition })).toBe("TIME_FUNCTION");
  const keys = [noted.id];
  expect(nonDeterminism({ kind: "Deduplicate", input: withNote, output, keys, withinWatermark: false })).toBe(
    "TIME_FUNCTION",
  );
  const columns = [{ attribute: noted, expression: call("year", column(noted)) }];
  expect(nonDeterminism({ kind: "Project", input: withNote, output: [noted], columns })).toBe("TIME_FUNCTION");
});
