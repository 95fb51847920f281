import type { DataType } from "../data-type/data-type.ts";
import { BYTE, DOUBLE, decimal, FLOAT, INTEGER, LONG, SHORT } from "../data-type/data-type.ts";
import type { Literal, Span } from "../expression/expression.ts";
import { problemAt, syntaxError } from "./syntax-problem.ts";

const PARTS = /^([\d.]+)(?:e([+-]?\d+))?(bd|[dflsy])?$/i;

const WHOLE_TYPES: Readonly<Record<string, { readonly type: DataType; readonly name: string; readonly bits: bigint }>> =
  {
    Y: { type: BYTE, name: "tinyint", bits: 7n },
    S: { type: SHORT, name: "smallint", bits: 15n },
    L: { type: LONG, name: "bigint", bits: 63n },
  };

/**
 * The literal that a number in SQL text stands for, by Spark's rules: `1` int, `9999999999` bigint, larger and with a point decimal, `1e3` double, and the
 * suffixes L, S, Y, D, F, BD. `negative` when a minus sign belongs to it.
 *
 * @throws QueryError for a number outside the range of its type.
 */
export function numberLiteral(text: string, negative: boolean, span: Span): Literal {
  const [, digits = "", exponent, suffix = ""] = PARTS.exec(text) ?? [];
  const signed = negative ? `-${digits}` : digits;
  const upper = suffix.toUpperCase();
  const whole = WHOLE_TYPES[upper];
  if (whole) return wholeLiteral(signed, exponent, whole, span);
  if (upper === "F") return { kind: "Literal", value: floating(signed, exponent, true, span), dataType: FLOAT, span };
  if (upper === "D" || (upper === "" && exponent !== undefined)) {
    return { kind: "Literal", value: floating(signed, exponent, false, span), dataType: DOUBLE, span };
  }
  if (upper === "BD" || digits.includes(".")) return decimalLiteral(signed, Number(exponent ?? 0), span);
  return plainInteger(signed, span);
}

function plainInteger(signed: string, span: Span): Literal {
  if (signed.length < 10) return { kind: "Literal", value: Number(signed) || 0, dataType: INTEGER, span };
  const value = BigInt(signed);
  if (fits(value, 31n)) return { kind: "Literal", value: Number(value), dataType: INTEGER, span };
  if (fits(value, 63n)) return { kind: "Literal", value, dataType: LONG, span };
  return decimalLiteral(signed, 0, span);
}

function fits(value: bigint, bits: bigint): boolean {
  return value >= -(2n ** bits) && value < 2n ** bits;
}

function wholeLiteral(
  signed: string,
  exponent: string | undefined,
  { type, name, bits }: { readonly type: DataType; readonly name: string; readonly bits: bigint },
  span: Span,
): Literal {
  if (exponent !== undefined || signed.includes(".")) {
    throw syntaxError(span, span.text.slice(span.start, span.end), `a ${name} literal has no fraction and no exponent`);
  }
  const value = BigInt(signed);
  if (!fits(value, bits)) throw outOfRange(signed, name, String(-(2n ** bits)), String(2n ** bits - 1n), span);
  return { kind: "Literal", value: type.kind === "long" ? value : Number(value), dataType: type, span };
}

function floating(signed: string, exponent: string | undefined, single: boolean, span: Span): number {
  const value = Number(exponent === undefined ? signed : `${signed}e${exponent}`);
  const fitted = single ? Math.fround(value) : value;
  if (Number.isFinite(fitted)) return fitted;
  const largest = single ? "3.4028234663852886E+38" : "1.7976931348623157E+308";
  throw outOfRange(signed, single ? "float" : "double", `-${largest}`, largest, span);
}

function outOfRange(value: string, type: string, least: string, largest: string, span: Span): Error {
  return problemAt(
    span,
    `Numeric literal ${value} is outside the valid range for ${type} with minimum value of ${least} and maximum value of ${largest}. Please adjust the value accordingly.`,
    { rawStrippedQualifier: value, typeName: type, minValue: least, maxValue: largest },
    { condition: "INVALID_NUMERIC_LITERAL_RANGE", sqlState: "22003" },
  );
}

function decimalLiteral(signed: string, exponent: number, span: Span): Literal {
  const [, sign = "", before = "", after = ""] = /^(-?)(\d*)\.?(\d*)$/.exec(signed) ?? [];
  const digits = (before + after).replace(/^0+(?=\d)/, "");
  const scale = Math.max(0, after.length - exponent);
  const shifted = digits === "0" ? digits : digits + "0".repeat(Math.min(99, Math.max(0, exponent - after.length)));
  const precision = Math.max(shifted.length, scale);
  if (precision > 38) throw tooPrecise(precision, span);
  const padded = shifted.padStart(scale + 1, "0");
  const point = padded.length - scale;
  const value = sign + padded.slice(0, point) + (scale > 0 ? `.${padded.slice(point)}` : "");
  return { kind: "Literal", value, dataType: decimal(precision, scale), span };
}

function tooPrecise(precision: number, span: Span): Error {
  return problemAt(
    span,
    `Decimal precision ${precision} exceeds max precision 38. Write fewer digits, or a double with the suffix D.`,
    { precision: String(precision), maxPrecision: "38" },
    { condition: "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", sqlState: "22003" },
  );
}
