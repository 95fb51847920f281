import type { Column } from "../column.ts";
import { type ColumnOrName, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import {
  type Binary,
  columns,
  countExpression,
  given,
  invoke,
  type Nullary,
  nullary,
  type Unary,
  type WithCount,
  type WithOptionalValue,
  withCount,
  withValues,
} from "./define.ts";

/** A number or a column; a string is a column's name. */
export type ColumnOrNumber = ColumnOrName | number;

/** The value without its sign. */
export const abs: Unary = columns("abs");
/** Rounded half away from zero, to places after the point. */
export const round: WithOptionalValue = withValues("round");
/** Rounded half to even, to places after the point. */
export const bround: WithOptionalValue = withValues("bround");
/** The least whole number not below. */
export const ceil: WithOptionalValue = withValues("ceil");
/** The least whole number not below. */
export const ceiling: WithOptionalValue = withValues("ceiling");
/** The greatest whole number not above. */
export const floor: WithOptionalValue = withValues("floor");
/** The nearest whole number as a double. */
export const rint: Unary = columns("rint");
/** The square root. */
export const sqrt: Unary = columns("sqrt");
/** The cube root. */
export const cbrt: Unary = columns("cbrt");
/** e to a power. */
export const exp: Unary = columns("exp");
/** e to a power, less one. */
export const expm1: Unary = columns("expm1");
/** The natural logarithm of one argument, or that of the second to the base of the first. */
export function log(baseOrColumn: ColumnOrNumber, column?: ColumnOrName): Column {
  if (column === undefined) return invoke("ln", countExpression(baseOrColumn));
  return invoke("log", countExpression(baseOrColumn), columnExpression(column));
}
/** The natural logarithm. */
export const ln: Unary = columns("ln");
/** The logarithm to base 10. */
export const log10: Unary = columns("log10");
/** The logarithm to base 2. */
export const log2: Unary = columns("log2");
/** The natural logarithm of one more. */
export const log1p: Unary = columns("log1p");
/** A power. */
export function pow(base: ColumnOrNumber, exponent: ColumnOrNumber): Column {
  return invoke("power", countExpression(base), countExpression(exponent));
}
/** A power. */
export const power: typeof pow = pow;
/** The remainder, never negative for a positive divisor. */
export function pmod(dividend: ColumnOrNumber, divisor: ColumnOrNumber): Column {
  return invoke("pmod", countExpression(dividend), countExpression(divisor));
}
/** -1, 0 or 1 as the sign of the value. */
export const signum: Unary = columns("signum");
/** -1, 0 or 1 as the sign of the value. */
export const sign: Unary = columns("sign");
/** The value with its sign changed. */
export const negate: Unary = columns("negative");
/** The value with its sign changed. */
export const negative: Unary = columns("negative");
/** The value itself. */
export const positive: Unary = columns("positive");
/** The sine. */
export const sin: Unary = columns("sin");
/** The cosine. */
export const cos: Unary = columns("cos");
/** The tangent. */
export const tan: Unary = columns("tan");
/** The cotangent. */
export const cot: Unary = columns("cot");
/** The inverse sine. */
export const asin: Unary = columns("asin");
/** The inverse cosine. */
export const acos: Unary = columns("acos");
/** The inverse tangent. */
export const atan: Unary = columns("atan");
/** The angle of the point (x, y), y first. */
export function atan2(y: ColumnOrNumber, x: ColumnOrNumber): Column {
  return invoke("atan2", countExpression(y), countExpression(x));
}
/** The hyperbolic sine. */
export const sinh: Unary = columns("sinh");
/** The hyperbolic cosine. */
export const cosh: Unary = columns("cosh");
/** The hyperbolic tangent. */
export const tanh: Unary = columns("tanh");
/** Radians as degrees. */
export const degrees: Unary = columns("degrees");
/** Degrees as radians. */
export const radians: Unary = columns("radians");
/** The length of the diagonal. */
export const hypot: Binary = columns("hypot");
/** The factorial, up to 20. */
export const factorial: Unary = columns("factorial");
/** The number in binary digits. */
export const bin: Unary = columns("bin");
/** In hexadecimal digits. */
export const hex: Unary = columns("hex");
/** The bytes of hexadecimal digits. */
export const unhex: Unary = columns("unhex");
/** A number as digits of another base. */
export const conv: (column: ColumnOrName, fromBase: number, toBase: number) => Column = withValues("conv");
/** Shifted to the left by bits. */
export const shiftleft: WithCount = withCount("shiftleft");
/** Shifted to the right by bits, keeping the sign. */
export const shiftright: WithCount = withCount("shiftright");
/** Shifted to the right by bits, zeros coming in. */
export const shiftrightunsigned: WithCount = withCount("shiftrightunsigned");
/** Every bit turned over. */
export const bitwiseNot: Unary = columns("~");
/** The number of bits that are set. */
export const bitCount: Unary = columns("bit_count");
/** Which of `buckets` equal parts of [low, high) a value is in. */
export function widthBucket(
  value: ColumnOrName,
  low: ColumnOrNumber,
  high: ColumnOrNumber,
  buckets: ColumnOrNumber,
): Column {
  return invoke("width_bucket", columnExpression(value), ...[low, high, buckets].map(countExpression));
}
/** The sum; NULL when it overflows. */
export const tryAdd: Binary = columns("try_add");
/** The difference; NULL when it overflows. */
export const trySubtract: Binary = columns("try_subtract");
/** The product; NULL when it overflows. */
export const tryMultiply: Binary = columns("try_multiply");
/** The quotient; NULL by zero in every mode. */
export const tryDivide: Binary = columns("try_divide");
/** A random number from 0 to 1 for each row. */
export function rand(seed?: number): Column {
  return invoke("rand", ...given([seed]));
}
/** A random number of the normal distribution for each row. */
export function randn(seed?: number): Column {
  return invoke("randn", ...given([seed]));
}
/** Euler's number. */
export const e: Nullary = nullary("e");
/** The number pi. */
export const pi: Nullary = nullary("pi");
/** A random identifier for each row. */
export const uuid: Nullary = nullary("uuid");
/** Growing numbers, unique in one execution. */
export const monotonicallyIncreasingId: Nullary = nullary("monotonically_increasing_id");
/** The path of the file that the row was read from. */
export const inputFileName: Nullary = nullary("input_file_name");
/** The number of the part of the data that the row is in. */
export const sparkPartitionId: Nullary = nullary("spark_partition_id");
/** The name of the value's type. */
export const typeOf: Unary = columns("typeof");
/** Stops with a message. */
export function raiseError(message: ColumnOrName): Column {
  return invoke("raise_error", typeof message === "string" ? valueExpression(message) : message.expression);
}
/** NULL when the condition holds; stops otherwise. */
export function assertTrue(condition: ColumnOrName, message?: string): Column {
  return invoke("assert_true", columnExpression(condition), ...given([message]));
}
/** The inverse hyperbolic cosine. */
export const acosh: Unary = columns("acosh");
/** The inverse hyperbolic sine. */
export const asinh: Unary = columns("asinh");
/** The inverse hyperbolic tangent. */
export const atanh: Unary = columns("atanh");
/** The cosecant. */
export const csc: Unary = columns("csc");
/** The secant. */
export const sec: Unary = columns("sec");
/** The bit at a position, from 0 at the right. */
export const bitGet: Binary = columns("bit_get");
/** The bit at a position, from 0 at the right. */
export const getbit: Binary = columns("getbit");
/** A random number from 0 to 1; with a seed the same ones in each query. */
export const random: typeof rand = rand;
/** Random letters and digits; with a seed the same ones in each query. */
export function randstr(length: ColumnOrNumber, seed?: number): Column {
  return invoke("randstr", countExpression(length), ...given([seed]));
}
/** The rest of a division; NULL for a divisor of 0. */
export const tryMod: Binary = columns("try_mod");
