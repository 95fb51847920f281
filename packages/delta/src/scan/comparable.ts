import type { DataType, DecimalType, Value } from "@sluice/query";
import { compareUtf8 } from "../storage/object-store.ts";

/** A decimal as digits without the point, and how many of them stand after it. */
interface Digits {
  readonly digits: bigint;
  readonly scale: number;
}

/**
 * A value that can be ordered against others of its column: integers and timestamps (microseconds) as bigint, floats and dates (days) as number, decimals as
 * digits, strings, flags.
 */
export type Comparable = bigint | number | string | boolean | Digits;

const INTEGER_DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 19 };

/** Orders two values; undefined when they are of kinds that do not compare. */
export function compare(left: Comparable, right: Comparable): number | undefined {
  if (typeof left === "string" || typeof right === "string") {
    return typeof left === "string" && typeof right === "string" ? compareUtf8(left, right) : undefined;
  }
  if (typeof left === "boolean" || typeof right === "boolean") {
    return typeof left === typeof right ? Number(left) - Number(right) : undefined;
  }
  if (typeof left === "object" || typeof right === "object") return compareDigits(toDigits(left), toDigits(right));
  return left < right ? -1 : Number(left > right);
}

function toDigits(value: bigint | number | Digits): Digits | undefined {
  if (typeof value === "object") return value;
  if (typeof value === "bigint") return { digits: value, scale: 0 };
  return Number.isSafeInteger(value) ? { digits: BigInt(value), scale: 0 } : undefined;
}

function compareDigits(left: Digits | undefined, right: Digits | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const scale = Math.max(left.scale, right.scale);
  const a = left.digits * 10n ** BigInt(scale - left.scale);
  const b = right.digits * 10n ** BigInt(scale - right.scale);
  return a < b ? -1 : Number(a > b);
}

/** A literal of a predicate as a comparable value; undefined for types that statistics do not order. NULL is no value: test for it before. */
export function fromLiteral(value: Value, type: DataType): Comparable | undefined {
  switch (typeof value) {
    case "bigint":
      return value;
    case "number":
      return type.kind in INTEGER_DIGITS ? BigInt(value) : orUnknown(value);
    case "string":
      return type.kind === "decimal" ? parseDigits(value) : value;
    case "boolean":
      return value;
    default:
      return undefined;
  }
}

function orUnknown(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

/** A value of statistics or a partition value, as text, as a comparable value; undefined when it cannot be understood. */
export function fromText(text: string, type: DataType): Comparable | undefined {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case "timestamp":
    case "timestamp_ntz":
      return parseTimestamp(text);
    case "float":
      return parseNumber(text, Math.fround);
    case "double":
      return parseNumber(text, (value) => value);
    case "date":
      return parseDate(text);
    case "decimal":
      return parseDigits(text);
    case "string":
      return text;
    case "boolean":
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
    default:
      return undefined;
  }
}

/** Days since the epoch of `yyyy-mm-dd`; undefined when it is no such date. */
export function parseDate(text: string): number | undefined {
  const match = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/.exec(text);
  return match === null ? undefined : daysOf(match[1], match[2], match[3]);
}

/** Microseconds since the epoch of an ISO time, with `T` or a blank, with any offset; without one it counts as UTC. */
export function parseTimestamp(text: string): bigint | undefined {
  const match =
    /^([+-]?\d{4,6})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes, seconds = "0", fraction = "", zone = "Z"] = match;
  const days = daysOf(year, month, day);
  if (days === undefined) return undefined;
  const wallSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offsetSeconds(zone);
  return (BigInt(days) * 86_400n + BigInt(wallSeconds)) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function offsetSeconds(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === "-" ? -seconds : seconds;
}

function daysOf(year: string | undefined, month: string | undefined, day: string | undefined): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isReal ? date.getTime() / 86_400_000 : undefined;
}

function parseNumber(text: string, round: (value: number) => number): number | undefined {
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isNaN(value) ? undefined : round(value);
}

function parseDigits(text: string): Digits | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || (match[2] ?? "") + (match[3] ?? "") === "") return undefined;
  const fraction = match[3] ?? "";
  const digits = BigInt(`${match[1] === "-" ? "-" : ""}${match[2]}${fraction}`);
  const scale = fraction.length - Number(match[4] ?? 0);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** How far a stored maximum may lie below the real one: others cut timestamps to milliseconds. */
export function widenMaximum(value: Comparable, type: DataType): Comparable {
  return isTimestamp(type) && typeof value === "bigint" ? value + 999n : value;
}

/** How far a stored minimum may lie above the real one: cutting times before 1970 towards zero moves them later. */
export function widenMinimum(value: Comparable, type: DataType): Comparable {
  return isTimestamp(type) && typeof value === "bigint" && value <= 0n ? value - 999n : value;
}

function isTimestamp(type: DataType): boolean {
  return type.kind === "timestamp" || type.kind === "timestamp_ntz";
}

/** The value after a cast that keeps the order of values; undefined when the cast may not, or may fail. */
export function castComparable(value: Comparable, from: DataType, to: DataType): Comparable | undefined {
  if (from.kind === to.kind && from.kind !== "decimal") return value;
  if (typeof value === "bigint" && to.kind in INTEGER_DIGITS && from.kind in INTEGER_DIGITS) {
    return digitsOf(from) <= digitsOf(to) ? value : undefined;
  }
  if (typeof value === "bigint" && to.kind === "double" && from.kind in INTEGER_DIGITS) return Number(value);
  if (from.kind === "float" && to.kind === "double") return value;
  return to.kind === "decimal" && fitsDecimal(from, to) ? value : undefined;
}

function digitsOf(type: DataType): number {
  return INTEGER_DIGITS[type.kind] ?? 0;
}

function fitsDecimal(from: DataType, to: DecimalType): boolean {
  if (from.kind === "decimal") return from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
  return digitsOf(from) > 0 && digitsOf(from) <= to.precision - to.scale;
}
