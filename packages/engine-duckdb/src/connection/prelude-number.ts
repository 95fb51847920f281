import { formatDecimal, formatDouble } from "./decimal-format.ts";
import type { PreludeFunction } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";

/** A number as Java's `Double.toString` prints it; `digits` is its shortest text that reads back as the same number. */
function javaNumber(value: number, digits: string): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponent = "0"] = digits.toLowerCase().split("e");
  const sign = value < 0 ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const all = (whole + fraction).replace(/^0+/, "");
  const leading = whole.replace(/^0+/, "").length;
  const firstZeros = leading > 0 ? 0 : fraction.length - fraction.replace(/^0+/, "").length;
  const power = Number(exponent) + (leading > 0 ? leading - 1 : -firstZeros - 1);
  return sign + placePoint(all.replace(/0+$/, "") || "0", power);
}

function placePoint(digits: string, power: number): string {
  if (power < -3 || power >= 7) return `${digits[0]}.${digits.slice(1) || "0"}E${power}`;
  if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`;
  const padded = digits.padEnd(power + 1, "0");
  return `${padded.slice(0, power + 1)}.${padded.slice(power + 1) || "0"}`;
}

/** The shortest text that reads back as the same single-precision number. */
function floatDigits(value: number): string {
  for (let precision = 1; precision <= 9; precision++) {
    const text = value.toPrecision(precision);
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return String(value);
}

/** A double as Java's `Double.toString` prints it. */
export function doubleText(value: number): string {
  return javaNumber(value, String(value));
}

/** A single-precision number as Java's `Float.toString` prints it. */
export function floatText(value: number): string {
  return javaNumber(value, floatDigits(value));
}

interface Fixed {
  readonly unscaled: bigint;
  readonly scale: number;
}

function fixed(text: string): Fixed {
  const [whole = "0", fraction = ""] = text.split(".");
  return { unscaled: BigInt(whole + fraction), scale: fraction.length };
}

/** `numerator / denominator`, half rounded away from zero. */
function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const size = denominator < 0n ? -denominator : denominator;
  if (twice < size) return quotient;
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}

function fixedText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function rescale(value: Fixed, scale: number): bigint {
  if (value.scale <= scale) return value.unscaled * 10n ** BigInt(scale - value.scale);
  return divideHalfUp(value.unscaled, 10n ** BigInt(value.scale - scale));
}

function multiplyDecimals(left: string, right: string, scale: string): string {
  const [a, b] = [fixed(left), fixed(right)];
  return fixedText(
    rescale({ unscaled: a.unscaled * b.unscaled, scale: a.scale + b.scale }, Number(scale)),
    Number(scale),
  );
}

function divideDecimals(left: string, right: string, scale: string): string | null {
  const [a, b] = [fixed(left), fixed(right)];
  if (b.unscaled === 0n) return null;
  const shift = Number(scale) - a.scale + b.scale;
  const numerator = shift >= 0 ? a.unscaled * 10n ** BigInt(shift) : a.unscaled;
  const denominator = shift >= 0 ? b.unscaled : b.unscaled * 10n ** BigInt(-shift);
  return fixedText(divideHalfUp(numerator, denominator), Number(scale));
}

/** A double rounded in decimal, as Java's BigDecimal of its shortest text does it. */
function roundDouble(value: number, places: number, halfEven: boolean): number {
  if (!Number.isFinite(value)) return value;
  const plain = plainText(value);
  const exact = fixed(plain);
  if (exact.scale <= places) return value;
  const unit = 10n ** BigInt(exact.scale - places);
  const rounded = halfEven ? divideHalfEven(exact.unscaled, unit) : divideHalfUp(exact.unscaled, unit);
  return places >= 0 ? Number(fixedText(rounded, places)) : Number(`${rounded}e${-places}`);
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const up = divideHalfUp(numerator, denominator);
  const isTie = (numerator % denominator) * 2n === denominator || (numerator % denominator) * -2n === denominator;
  return isTie && up % 2n !== 0n ? up - (numerator < 0n ? -1n : 1n) : up;
}

function plainText(value: number): string {
  const [mantissa = "0", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const { unscaled, scale } = fixed(mantissa);
  const power = Number(exponent) - scale;
  return power >= 0 ? (unscaled * 10n ** BigInt(power)).toString() : fixedText(unscaled, -power);
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Minus an unsigned 64-bit number; what does not fit a signed one has all bits set when it is printed without a sign. */
function negated(value: bigint, unsigned: boolean): bigint {
  const limit = 2n ** 64n;
  if (value === limit - 1n || (unsigned && value >= limit / 2n)) return limit - 1n;
  return (limit - value) % limit;
}

/** Spark's `conv`: digits up to the first that is none, as an unsigned 64-bit number; a negative target base prints it signed. */
function convert(text: string, from: string, to: string): string | null {
  const [source, target] = [Number(from), Math.abs(Number(to))];
  if (source < 2 || source > 36 || target < 2 || target > 36) return null;
  const trimmed = text.trim().toUpperCase();
  if (trimmed === "") return null;
  const negative = trimmed.startsWith("-");
  const limit = 2n ** 64n;
  let value = 0n;
  for (const char of negative ? trimmed.slice(1) : trimmed) {
    const digit = DIGITS.indexOf(char);
    if (digit < 0 || digit >= source) break;
    value = value * BigInt(source) + BigInt(digit);
    if (value >= limit) value = limit - 1n;
  }
  if (negative) value = negated(value, Number(to) > 0);
  if (Number(to) < 0) value = BigInt.asIntN(64, value);
  return value.toString(target).toUpperCase();
}

/** The pattern that `format_number` has for a number of places; NULL for none. */
function placesPattern(places: number): string | null {
  return places < 0 ? null : places === 0 ? "#,##0" : `#,##0.${"0".repeat(places)}`;
}

/** No decimal has more. */
const MOST_PLACES = 38;

/** A number with an exponent written without; NULL for other texts and when it is too large for any decimal. */
function withoutExponent(text: string): string | null {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?[eE]([+-]?\d+)$/.exec(text);
  if (found === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = found;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const places = fraction.length - Number(exponent);
  if (digits === "" || places > digits.length + MOST_PLACES) return "0";
  if (places < -MOST_PLACES) return null;
  if (places <= 0) return `${sign}${digits}${"0".repeat(-places)}`;
  const padded = digits.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** Numbers: Java's printing, exact decimal arithmetic where HUGEINT is too narrow, rounding of doubles in decimal. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_double_string: {
    parameters: ["DOUBLE"],
    returns: "VARCHAR",
    apply: (value) => doubleText(Number(value)),
  },
  js_float_string: {
    parameters: ["FLOAT"],
    returns: "VARCHAR",
    apply: (value) => floatText(Number(value)),
  },
  js_round: {
    parameters: ["DOUBLE", "INTEGER"],
    returns: "DOUBLE",
    apply: (value, places) => roundDouble(Number(value), Number(places), false),
  },
  js_bround: {
    parameters: ["DOUBLE", "INTEGER"],
    returns: "DOUBLE",
    apply: (value, places) => roundDouble(Number(value), Number(places), true),
  },
  js_decimal_multiply: ofTexts(3, (a = "", b = "", scale = "") => multiplyDecimals(a, b, scale)),
  js_decimal_divide: ofTexts(3, (a = "", b = "", scale = "") => divideDecimals(a, b, scale)),
  js_without_exponent: ofTexts(1, (text = "") => withoutExponent(text)),
  js_conv: ofTexts(3, (text = "", from = "", to = "") => convert(text, from, to)),
  js_format_places: {
    parameters: ["INTEGER"],
    returns: "VARCHAR",
    apply: (places) => placesPattern(Number(places)),
  },
  js_format_decimal: ofTexts(2, (text = "", pattern = "") => formatDecimal(text, pattern)),
  js_format_double: {
    parameters: ["DOUBLE", "VARCHAR"],
    returns: "VARCHAR",
    apply: (value, pattern) => formatDouble(Number(value), String(pattern)),
  },
};
