import { INTERVAL_DAY_TIME, INTERVAL_YEAR_MONTH } from "../data-type/data-type.ts";
import type { CalendarInterval, Literal } from "../expression/expression.ts";
import { clockText } from "./datetime-text.ts";

const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;

/** What one unit adds to an interval. */
type Unit = { readonly months: number } | { readonly days: number } | { readonly nanoseconds: bigint };

const UNITS: Readonly<Record<string, Unit>> = {
  ...{ YEAR: { months: 12 }, QUARTER: { months: 3 }, MONTH: { months: 1 }, WEEK: { days: 7 }, DAY: { days: 1 } },
  ...{ HOUR: { nanoseconds: 3600_000_000_000n }, MINUTE: { nanoseconds: 60_000_000_000n } },
  ...{ SECOND: { nanoseconds: 1_000_000_000n }, MILLISECOND: { nanoseconds: 1_000_000n } },
  ...{ MICROSECOND: { nanoseconds: 1000n }, NANOSECOND: { nanoseconds: 1n } },
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

/** An interval without its place in a text. */
export type Interval = Omit<Literal, "span"> | Omit<CalendarInterval, "span">;

/** Adds parts up: year-month or day-time when all units are of that sort, else a calendar interval. Undefined when an amount is no number of its unit. */
export function intervalOf(parts: readonly IntervalPart[]): Interval | undefined {
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
  const yearMonth = parts.map(({ unit }) => "months" in (UNITS[unit] ?? {}));
  if (yearMonth.every(Boolean)) return yearMonthInterval(months);
  if (!yearMonth.includes(true)) return dayTimeInterval(BigInt(days) * DAY + microseconds);
  return { kind: "CalendarInterval", months, days, microseconds };
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

function yearMonthInterval(months: number): Interval {
  return { kind: "Literal", value: months, dataType: INTERVAL_YEAR_MONTH };
}

function dayTimeInterval(microseconds: bigint): Interval {
  return { kind: "Literal", value: microseconds, dataType: INTERVAL_DAY_TIME };
}

/** The parts of `1 year 2 months`, `interval 1 day 4.5 seconds`; undefined for anything else. */
export function partsOfText(text: string): readonly IntervalPart[] | undefined {
  const body = text.trim().replace(/^interval\s+/i, "");
  if (!/^(?:[+-]?\s*[\d.]+\s*[a-z]+\s*)+$/i.test(body)) return undefined;
  const parts = [...body.matchAll(/([+-]?\s*[\d.]+)\s*([a-z]+)/gi)].map(([, amount = "", word = ""]) => ({
    amount: amount.replace(/\s/g, ""),
    unit: intervalUnit(word) ?? "",
  }));
  return parts.every(({ unit }) => unit !== "") ? parts : undefined;
}

const CLOCK_UNITS = ["DAY", "HOUR", "MINUTE", "SECOND"];
const LIMITS: Readonly<Record<string, number>> = { MONTH: 11, HOUR: 23, MINUTE: 59, SECOND: 59 };

/** Whether `from TO to` is a range that Spark knows. */
export function isIntervalRange(from: string, to: string): boolean {
  if (from === "YEAR") return to === "MONTH";
  return CLOCK_UNITS.includes(from) && CLOCK_UNITS.indexOf(from) < CLOCK_UNITS.indexOf(to);
}

/** The interval of `'1-2' YEAR TO MONTH` or `'1 02:03:04.5' DAY TO SECOND`; undefined when the text does not fit the range. */
export function intervalOfRange(text: string, from: string, to: string): Interval | undefined {
  const units =
    from === "YEAR" ? ["YEAR", "MONTH"] : CLOCK_UNITS.slice(CLOCK_UNITS.indexOf(from), CLOCK_UNITS.indexOf(to) + 1);
  const [, sign = "", body = ""] = /^([+-]?)(.*)$/.exec(text.trim()) ?? [];
  const amounts = body.split(from === "YEAR" ? "-" : /[ :]/);
  const fits = amounts.every(
    (amount, i) => /^\d+$/.test(amount) || (units[i] === "SECOND" && /^\d+\.\d*$/.test(amount)),
  );
  if (!fits || amounts.length !== units.length || (from === "DAY" && !/^\d+ /.test(body))) return undefined;
  if (amounts.some((amount, i) => i > 0 && Math.floor(Number(amount)) > (LIMITS[units[i] ?? ""] ?? 0)))
    return undefined;
  return intervalOf(amounts.map((amount, i) => ({ amount: sign + amount, unit: units[i] ?? "" })));
}

/** Months as an interval literal: `INTERVAL '-1-2' YEAR TO MONTH`. */
export function yearMonthSql(months: number): string {
  const size = Math.abs(months);
  return `INTERVAL '${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}' YEAR TO MONTH`;
}

/** Microseconds as an interval literal: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
export function dayTimeSql(microseconds: bigint): string {
  const size = microseconds < 0n ? -microseconds : microseconds;
  return `INTERVAL '${microseconds < 0n ? "-" : ""}${size / DAY} ${clockText(size % DAY)}' DAY TO SECOND`;
}

/** A calendar interval as a literal that names a unit of both sorts: `INTERVAL '1 months 2 days 0 microseconds'`. */
export function calendarSql({ months, days, microseconds }: Omit<CalendarInterval, "span">): string {
  return `INTERVAL '${months} months ${days} days ${microseconds} microseconds'`;
}
