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
