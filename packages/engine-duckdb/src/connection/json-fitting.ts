import { calendarOfText, readInterval } from "@sluice/query";
import { intervalTypeNamed } from "./interval-text.ts";
import { isList, type Json, Members, Numeral, numeralAsDouble, printJson } from "./json-value.ts";
import { readMoment } from "./moment-by-pattern.ts";
import { dateText, timestampText } from "./prelude-time.ts";

/** A type as the compiler names it: a kind, or fields in order, element, map value, decimal digits. */
export type FitType =
  | string
  | { readonly f: readonly (readonly [string, FitType])[] }
  | { readonly i: string }
  | { readonly e: FitType }
  | { readonly v: FitType }
  | { readonly p: number; readonly s: number };

/** Patterns of Java's DateTimeFormatter from the options; absent: Spark's lenient readings. `misfit` is told that a field is bad. */
export interface Formats {
  readonly misfit?: () => void;
  readonly timestamp?: string | undefined;
  readonly timestampNtz?: string | undefined;
  readonly date?: string | undefined;
}

const RANGES: Readonly<Record<string, bigint>> = {
  byte: 2n ** 7n,
  short: 2n ** 15n,
  integer: 2n ** 31n,
  long: 2n ** 63n,
};

/** A value as text that DuckDB's from_json reads into the type; undefined when Spark would find it bad. */
export function fit(value: Json, type: FitType, formats: Formats): string | undefined {
  if (value === null) return "null";
  if (typeof type === "string") return fitAtom(value, type, formats);
  if ("p" in type) return value instanceof Numeral || typeof value === "string" ? fitDecimal(value, type) : undefined;
  if ("i" in type) return typeof value === "string" ? fitInterval(value, type.i) : undefined;
  if ("e" in type) return isList(value) ? fitAll(value, type.e, formats) : undefined;
  if (!(value instanceof Map)) return undefined;
  return "v" in type ? fitMap(value, type.v, formats) : fitStruct(value, type.f, formats);
}

function fitInterval(text: string, fields: string): string | undefined {
  const type = intervalTypeNamed(fields);
  const read = readInterval(text, type);
  const unit = type.kind === "interval_year_month" ? "months" : "microseconds";
  return typeof read === "bigint" ? `"${read} ${unit}"` : undefined;
}

function fitCalendar(text: string): string | undefined {
  const found = calendarOfText(text);
  return found && `"${found.months} months ${found.days} days ${found.microseconds} microseconds"`;
}

function fitDecimal(value: Numeral | string, { p, s }: Extract<FitType, { p: number }>): string | undefined {
  const text = typeof value === "string" ? value : value.text;
  const found = /^([+-]?\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (found === null || !/\d/.test(text)) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = found;
  const shift = Number(exponent) - fraction.length + s;
  const digits = BigInt(`${whole}${fraction}`.replace(/^[+-]/, "") || "0");
  return digits !== 0n && shift > 40
    ? undefined
    : rounded(digits, shift) < 10n ** BigInt(p)
      ? JSON.stringify(text)
      : undefined;
}

/** Digits times ten to the power of `shift`, half rounded up. */
function rounded(digits: bigint, shift: number): bigint {
  if (digits === 0n || shift < -400) return 0n;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const unit = 10n ** BigInt(-shift);
  return (digits + unit / 2n) / unit;
}

function fitAll(values: readonly Json[], type: FitType, formats: Formats): string | undefined {
  const items = values.map((item) => fit(item, type, formats));
  return items.includes(undefined) ? undefined : `[${items.join(",")}]`;
}

function fitMap(value: ReadonlyMap<string, Json>, type: FitType, formats: Formats): string | undefined {
  const items = [...value].map(([key, item]) => ({ key, fitted: fit(item, type, formats) }));
  if (items.some(({ fitted }) => fitted === undefined)) return undefined;
  return `{${items.map(({ key, fitted }) => `${JSON.stringify(key)}:${fitted}`).join(",")}}`;
}

export function fitStruct(
  value: ReadonlyMap<string, Json>,
  fields: readonly (readonly [string, FitType])[],
  formats: Formats,
): string {
  return `{${fields.map(([name, type]) => `${JSON.stringify(name)}:${fitLast(value, name, type, formats)}`).join(",")}}`;
}

/** The last value of a name that fits. */
function fitLast(members: ReadonlyMap<string, Json>, name: string, type: FitType, formats: Formats): string {
  const earlier = members instanceof Members ? members.earlier(name) : [];
  for (const value of [members.get(name) ?? null, ...earlier]) {
    const fitted = fit(value, type, formats);
    if (fitted !== undefined) return fitted;
    formats.misfit?.();
  }
  return "null";
}

function fitAtom(value: Exclude<Json, null>, kind: string, formats: Formats): string | undefined {
  switch (kind) {
    case "string":
      return typeof value === "string" ? JSON.stringify(value) : JSON.stringify(printJson(value, numeralAsDouble));
    case "boolean":
      return typeof value === "boolean" ? String(value) : undefined;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return value instanceof Numeral ? fitInteger(value.text, kind) : undefined;
    case "float":
    case "double":
      return fitDouble(value);
    case "binary":
      return undefined;
    case "variant":
      return printJson(value);
    case "interval_calendar":
      return typeof value === "string" ? fitCalendar(value) : undefined;
    default:
      return typeof value === "string" ? fitTime(value, kind, formats) : undefined;
  }
}

/** Times are checked here, as a bad one would be an error in DuckDB. */
function fitTime(text: string, kind: string, formats: Formats): string | undefined {
  const read = readTime(text, kind, formats);
  if (read === null) return undefined;
  return JSON.stringify(kind === "date" ? read.slice(0, 10) : kind === "timestamp_ntz" ? read.slice(0, 26) : read);
}

function readTime(text: string, kind: string, { date, timestamp, timestampNtz }: Formats): string | null {
  const pattern = kind === "date" ? date : kind === "timestamp" ? timestamp : timestampNtz;
  if (pattern !== undefined) return readMoment(text, pattern, kind === "timestamp_ntz" ? "trial" : "record");
  return kind === "date" ? dateText(text) : timestampText(text);
}

function fitInteger(text: string, kind: string): string | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const limit = RANGES[kind] ?? 0n;
  const value = BigInt(text);
  return value >= -limit && value < limit ? text : undefined;
}

function fitDouble(value: Json): string | undefined {
  if (value instanceof Numeral) return value.text;
  return typeof value === "string" && /^(NaN|[+-]?INF|[+-]?Infinity)$/.test(value)
    ? JSON.stringify(value.replace(/INF$/, "Infinity").replace("+", ""))
    : undefined;
}
