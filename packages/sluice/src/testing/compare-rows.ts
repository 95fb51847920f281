import { inspect } from "node:util";
import type { Row } from "@sluice/query";
import { plainRow } from "./plain-row.ts";

/** How far floating-point numbers may be apart: `atol + rtol * |expected|`. */
export interface RowTolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Whether two rows have the same columns, in any order, and the same values; undefined is no row. */
export function rowsMatch(actual: Row | undefined, expected: Row | undefined, tolerance: RowTolerance): boolean {
  if (actual === undefined || expected === undefined) return actual === expected;
  return valuesMatch(plainRow(actual), plainRow(expected), tolerance);
}

/** A row on one line, 64-bit numbers as numbers. */
export function printRow(row: Row): string {
  return inspect(plainRow(row), {
    depth: null,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: null,
  });
}

function valuesMatch(actual: unknown, expected: unknown, tolerance: RowTolerance): boolean {
  if (typeof actual === "number" && typeof expected === "number") return numbersMatch(actual, expected, tolerance);
  if (actual instanceof Date && expected instanceof Date) return actual.getTime() === expected.getTime();
  if (!isObject(actual) || !isObject(expected)) return actual === expected;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false;
  const [left, right] = [entriesOf(actual), entriesOf(expected)];
  const others = new Map(right.map(([key, value]) => [inspect(key), value]));
  return (
    left.length === right.length &&
    left.every(([key, value]) => others.has(inspect(key)) && valuesMatch(value, others.get(inspect(key)), tolerance))
  );
}

function numbersMatch(actual: number, expected: number, { rtol, atol }: RowTolerance): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  if (Number.isInteger(actual) && Number.isInteger(expected)) return false;
  return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function entriesOf(value: object): readonly (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value);
}
