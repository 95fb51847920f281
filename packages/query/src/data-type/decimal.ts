import type { DataType, DecimalType } from "./data-type.ts";
import { decimal } from "./data-type.ts";

/** The most digits that a decimal may have. */
export const MAX_PRECISION = 38;
const MIN_ADJUSTED_SCALE = 6;

const AS_DECIMAL: Readonly<Record<string, DecimalType>> = {
  byte: decimal(3, 0),
  short: decimal(5, 0),
  integer: decimal(10, 0),
  long: decimal(20, 0),
  float: decimal(14, 7),
  double: decimal(30, 15),
};

/** The decimal that holds every value of a numeric type (approximately for float and double); undefined for other types. */
export function decimalOf(type: DataType): DecimalType | undefined {
  return type.kind === "decimal" ? type : AS_DECIMAL[type.kind];
}

/** A decimal cut to 38 digits, precision and scale each. */
export function boundedDecimal(precision: number, scale: number): DecimalType {
  return decimal(Math.min(precision, MAX_PRECISION), Math.min(scale, MAX_PRECISION));
}

/** The smallest decimal that a whole number fits: 1 is decimal(1,0). */
export function decimalOfInteger(value: number | bigint): DecimalType {
  const digits = String(value).replace("-", "").length;
  return decimal(Math.max(digits, 1), 0);
}

/** A decimal that holds all values of both. */
export function widerDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return boundedDecimal(whole + scale, scale);
}

/** Fits a result into 38 digits as Spark does: digits before the point first, at least 6 after it. */
export function adjustedDecimal(precision: number, scale: number): DecimalType {
  if (precision <= MAX_PRECISION) return decimal(precision, scale);
  const whole = precision - scale;
  const minimum = Math.min(scale, MIN_ADJUSTED_SCALE);
  return decimal(MAX_PRECISION, Math.max(MAX_PRECISION - whole, minimum));
}

/** The type of `left operator right` on decimals. */
export function decimalArithmetic(
  operator: "+" | "-" | "*" | "/" | "%",
  left: DecimalType,
  right: DecimalType,
): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case "+":
    case "-":
      return adjustedDecimal(Math.max(s1, s2) + Math.max(p1 - s1, p2 - s2) + 1, Math.max(s1, s2));
    case "*":
      return adjustedDecimal(p1 + p2 + 1, s1 + s2);
    case "/": {
      const scale = Math.max(MIN_ADJUSTED_SCALE, s1 + p2 + 1);
      return adjustedDecimal(p1 - s1 + s2 + scale, scale);
    }
    case "%":
      return adjustedDecimal(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2));
  }
}
