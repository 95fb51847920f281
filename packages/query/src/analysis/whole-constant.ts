import { isIntegral } from "../data-type/type-class.ts";
import type { Value } from "../expression/expression.ts";
import { constantOf } from "./cast.ts";
import type { Typed } from "./plan.ts";

const ARITHMETIC: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
};

/** The whole number that an expression of an integral type is for all rows: a literal, a text cast to a number, sums and products of these; undefined when it is none. */
export function wholeConstant(typed: Typed): bigint | undefined {
  if (!isIntegral(typed.dataType)) return undefined;
  if (typed.kind === "Cast") return wholeConstant(typed.expression) ?? wholeNumber(constantOf(typed.expression));
  if (typed.kind === "Call" && typed.args.length === 2) {
    const [left, right] = typed.args.map(wholeConstant);
    return left === undefined || right === undefined ? undefined : ARITHMETIC[typed.name]?.(left, right);
  }
  return wholeNumber(constantOf(typed));
}

function wholeNumber(value: Value | undefined): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? BigInt(value.replace("+", "")) : undefined;
}
