import { expect, test } from "vitest";
import { completions } from "./shell-completion.ts";

const NAMES = { tables: ["orders", "order_lines"], columns: ["order_id", "amount"] };

test.each([
  ["ord", ["order_id", "orders", "order_lines", "order"]],
  ["SEL", ["SELECT"]],
  ["o.am", ["o.amount"]],
  ["array_m", ["array_max(", "array_min("]],
  ["", ["order_id", "amount", "orders", "order_lines"]],
])("%s", (word, expected) => {
  expect(completions(word, NAMES)).toEqual(expected);
});
