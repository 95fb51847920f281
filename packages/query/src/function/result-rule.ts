import type { CoercionMode } from "../data-type/coercion.ts";
import { array, type DataType, DOUBLE, LONG, VOID } from "../data-type/data-type.ts";
import { boundedDecimal } from "../data-type/decimal.ts";
import { allFields } from "../data-type/interval-type.ts";
import { isFractional, isInterval } from "../data-type/type-class.ts";
import type { Argument, NullRule, ResultRule } from "./function-entry.ts";

/** The same type whatever the arguments. */
export function always(type: DataType): ResultRule {
  return () => type;
}

/** The type of the argument at `index`. */
export function sameAs(index: number): ResultRule {
  return (args) => typeAt(args, index);
}

/** An array of the argument's type. */
export function arrayOf(index: number, containsNull: boolean): ResultRule {
  return (args) => array(typeAt(args, index), containsNull);
}

/** The type at `index`, `void` when there is no such argument. */
export function typeAt(args: readonly Argument[], index: number): DataType {
  return args[index]?.dataType ?? VOID;
}

/** The element type of the array at `index`. */
export function elementAt(args: readonly (Argument | undefined)[], index: number): DataType {
  const type = args[index]?.dataType;
  return type?.kind === "array" ? type.element : VOID;
}

/** Sum: whole numbers give BIGINT, decimals ten more digits, all else DOUBLE. */
export const sumType: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind === "decimal") return boundedDecimal(type.precision + 10, type.scale);
  if (isInterval(type)) return type;
  return isFractional(type) || type.kind === "void" ? DOUBLE : LONG;
};

/** Mean: decimals get four more digits on both sides of the count, all else DOUBLE. */
export const averageType: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind === "decimal") return boundedDecimal(type.precision + 4, type.scale + 4);
  return meanType(type);
};

/** Between values lie any numbers, and intervals of any fields. */
export function meanType(type: DataType): DataType {
  return isInterval(type) ? allFields(type) : DOUBLE;
}

/** NULL when any argument is NULL. */
export const nullIfAny: NullRule = (args) => args.some((arg) => arg.nullable);
/** NULL only when all arguments are. */
export const nullIfAll: NullRule = (args) => args.every((arg) => arg.nullable);
export const mayBeNull: NullRule = () => true;
export const neverNull: NullRule = () => false;
/** NULL for some arguments unless errors are on; then only when an argument is NULL. */
export const nullOnFailure: NullRule = (args, context: CoercionMode) => !context.ansi || nullIfAny(args, context);
