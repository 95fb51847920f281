import { type AnsiIntervalType, intervalTypeOf, widerInterval } from "../data-type/interval-type.ts";
import type { Literal } from "../expression/expression.ts";

const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;

/** The field of an interval type that a unit is told in, where that is not its own name. */
const FIELD_OF_UNIT: Readonly<Record<string, string>> = {
  ...{ WEEK: "day", MILLISECOND: "second", MICROSECOND: "second" },
};

/** What one unit adds to an interval. */
type Unit = { readonly months: number } | { readonly days: number } | { readonly nanoseconds: bigint };

const UNITS: Readonly<Record<string, Unit>> = {
  ...{ YEAR: { months: 12 }, MONTH: { months: 1 }, WEEK: { days: 7 }, DAY: { days: 1 } },
  ...{ HOUR: { nanoseconds: 3600_000_000_000n }, MINUTE: { nanoseconds: 60_000_000_000n } },
  ...{ SECOND: { nanoseconds: 1_000_000_000n }, MILLISECOND: { nanoseconds: 1_000_000n } },
  ...{ MICROSECOND: { nanoseconds: 1000n } },
};

/** The unit, in upper case and the singular, that a word names; undefined when it names none. */
export function intervalUnit(word: string): string | undefined {
  const upper = word.toUpperCase();
  const singular = UNITS[upper] ? upper : upper.replace(/S$/, "");
  return UNITS[singular] && singular;
}

/** One amount of an interval: `-1.5` and `SECOND`. The unit as `intervalUnit` gives it. */
export interface IntervalPart {
  readonly amount: string;
  readonly unit: string;
}

/** Why parts make no interval: Spark's condition, and words for whoever wrote them. */
interface Refusal {
  readonly condition: string;
  readonly message: string;
}

/** Adds parts up: months or microseconds, in the fields from the longest unit to the shortest. Undefined when an amount is no number. */
export function intervalOf(parts: readonly IntervalPart[]): Omit<Literal, "span"> | Refusal | undefined {
  if (parts.some(({ amount, unit }) => unit !== "SECOND" && /^[^.]*\d[^.]*\.\d*$/.test(amount))) return FRACTION;
  const sum = sumOf(parts);
  if (sum === undefined) return undefined;
  const dataType = typeOfUnits(parts.map(({ unit }) => unit));
  if (dataType === undefined) return MIXED;
  const isLong = dataType.kind === "interval_day_time";
  const value = isLong ? BigInt(sum.days) * DAY + sum.microseconds : BigInt(sum.months);
  if (BigInt.asIntN(isLong ? 64 : 32, value) !== value) return TOO_LONG;
  return { kind: "Literal", value: isLong ? value : Number(value), dataType };
}

const FRACTION: Refusal = {
  condition: "INVALID_INTERVAL_FORMAT.INVALID_FRACTION",
  message: "Only seconds have a fraction in an interval.",
};
const MIXED: Refusal = {
  condition: "_LEGACY_ERROR_TEMP_0029",
  message:
    "Cannot mix year-month and day-time fields in an interval. Add two of them, one after the other, or use make_interval.",
};
const TOO_LONG: Refusal = {
  condition: "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION",
  message: "The interval is too long.",
};

/** What a calendar interval is made of: numbers that do not mix. */
export interface CalendarParts {
  readonly months: number;
  readonly days: number;
  readonly microseconds: bigint;
}

/** The calendar interval of `1 month 2 days`, `interval -3.5 seconds`; undefined for anything else, and for what is too long. */
export function calendarOfText(text: string): CalendarParts | undefined {
  const parts = partsOfText(text);
  const sum = parts && sumOf(parts);
  const fits = sum && [sum.months, sum.days].every((count) => Math.trunc(count) === count && Math.abs(count) < 2 ** 31);
  return fits && BigInt.asIntN(64, sum.microseconds) === sum.microseconds ? sum : undefined;
}

function sumOf(parts: readonly IntervalPart[]): CalendarParts | undefined {
  let months = 0;
  let days = 0;
  let microseconds = 0n;
  for (const { amount, unit } of parts) {
    const size = UNITS[unit];
    const number = amountOf(amount, unit === "SECOND");
    if (size === undefined || number === undefined) return undefined;
    if ("months" in size) months += Number(number.whole) * size.months;
    else if ("days" in size) days += Number(number.whole) * size.days;
    else microseconds += (number.whole * size.nanoseconds + number.nanoseconds) / 1000n;
  }
  return { months, days, microseconds };
}

function amountOf(
  text: string,
  fraction: boolean,
): { readonly whole: bigint; readonly nanoseconds: bigint } | undefined {
  const [, sign, whole = "", after] = /^([+-]?)\s*(\d*)(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if (sign === undefined || (whole === "" && (after ?? "") === "") || (after !== undefined && !fraction))
    return undefined;
  const factor = sign === "-" ? -1n : 1n;
  const nanoseconds = BigInt((after ?? "").slice(0, 9).padEnd(9, "0"));
  return { whole: factor * BigInt(whole), nanoseconds: factor * nanoseconds };
}

function typeOfUnits(units: readonly string[]): AnsiIntervalType | undefined {
  return units
    .map((unit) => intervalTypeOf(FIELD_OF_UNIT[unit] ?? unit))
    .reduce((left, right) => left && right && widerInterval(left, right));
}

/** The parts of `1 year 2 months`, `interval 1 day 4.5 seconds`; undefined for anything else. */
export function partsOfText(text: string): readonly IntervalPart[] | undefined {
  const body = text.trim().replace(/^interval\s+/i, "");
  if (!/^(?:[+-]?\s*[\d.]+\s+[a-z]+(?:\s+|$))+$/i.test(body)) return undefined;
  const parts = [...body.matchAll(/([+-]?\s*[\d.]+)\s+([a-z]+)/gi)].map(([, amount = "", word = ""]) => ({
    amount: amount.replace(/\s/g, ""),
    unit: intervalUnit(word) ?? "",
  }));
  return parts.every(({ unit }) => unit !== "") ? parts : undefined;
}
