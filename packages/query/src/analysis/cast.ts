import type { DataType } from "../data-type/data-type.ts";
import { sameType } from "../data-type/data-type.ts";
import { type AnsiIntervalType, isAnsiInterval, widerInterval } from "../data-type/interval-type.ts";
import { isFractional, isIntegral } from "../data-type/type-class.ts";
import type { Span, Value } from "../expression/expression.ts";
import type { Typed, TypedLiteral } from "./plan.ts";

/** The expression as a value of `type`: itself when it is one, a literal of that type where that is exact, else a cast. */
export function castTo(typed: Typed, type: DataType): Typed {
  if (sameType(typed.dataType, type)) return typed;
  if (typed.kind === "Literal") {
    const value = literalAs(typed.value, typed.dataType, type);
    if (value !== undefined) return literal(value, type, typed.span);
  }
  return makeCast(typed, type, false);
}

/** A cast as the user asked for it, where it stands or where its value does. */
export function makeCast(typed: Typed, type: DataType, trying: boolean, span: Span | undefined = typed.span): Typed {
  const nullable = typed.nullable || trying || mayFail(typed.dataType, type);
  return span
    ? { kind: "Cast", expression: typed, try: trying, dataType: type, nullable, span }
    : { kind: "Cast", expression: typed, try: trying, dataType: type, nullable };
}

/** A constant, from a place in the text if it has one. */
export function literal(value: Value, dataType: DataType, span?: Span): TypedLiteral {
  const nullable = value === null;
  return span ? { kind: "Literal", value, dataType, nullable, span } : { kind: "Literal", value, dataType, nullable };
}

function literalAs(value: Value, from: DataType, to: DataType): Value | undefined {
  if (value === null) return null;
  if (isAnsiInterval(from)) return isWithin(from, to) ? value : undefined;
  if (!isIntegral(from) || (typeof value !== "number" && typeof value !== "bigint")) return undefined;
  switch (to.kind) {
    case "long":
      return BigInt(value);
    case "float":
    case "double":
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case "decimal":
      return to.scale === 0 && String(value).replace("-", "").length <= to.precision ? String(value) : undefined;
    case "integer":
      return from.kind === "long" ? undefined : value;
    default:
      return undefined;
  }
}

/** Whether a cast can make NULL of a value: Spark's rule, the same in both modes. */
function mayFail(from: DataType, to: DataType): boolean {
  if (from.kind === "variant") return to.kind !== "variant";
  if (from.kind === "void" || to.kind === "string") return false;
  if (from.kind === "string") return to.kind !== "binary";
  if (from.kind === "decimal" && to.kind === "decimal") {
    return to.scale < from.scale || to.precision - to.scale < from.precision - from.scale;
  }
  if (isFractional(from)) return isIntegral(to) || to.kind === "decimal" || to.kind === "timestamp";
  if (to.kind === "decimal") return isIntegral(from) ? to.precision - to.scale < digits(from) : true;
  return from.kind === "timestamp" && isIntegral(to) && to.kind !== "long";
}

function digits(type: DataType): number {
  return { byte: 3, short: 5, integer: 10, long: 20 }[type.kind as "byte"] ?? 38;
}

/** The value of an expression that is constant on its face; undefined when it is not. */
export function constantOf(typed: Typed): Value | undefined {
  if (typed.kind === "Literal") return typed.value;
  if (typed.kind === "Cast" && sameKind(typed.expression.dataType, typed.dataType)) return constantOf(typed.expression);
  if (typed.kind !== "Call" || typed.args.length !== 1 || typed.name !== "negative") return undefined;
  const inner = typed.args[0] && constantOf(typed.args[0]);
  return typeof inner === "number" || typeof inner === "bigint" ? -inner : undefined;
}

function sameKind(left: DataType, right: DataType): boolean {
  if (isAnsiInterval(left)) return isWithin(left, right);
  return left.kind === right.kind || (isIntegral(left) && isIntegral(right));
}

/** Whether an interval type has all fields of another, so that its values stay what they are. */
function isWithin(inner: AnsiIntervalType, outer: DataType): boolean {
  const wider = widerInterval(inner, outer);
  return wider !== undefined && sameType(wider, outer);
}
