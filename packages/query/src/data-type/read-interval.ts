import { FIELD_MICROSECONDS } from "./interval-text.ts";
import { type AnsiIntervalType, fieldsText, intervalFields } from "./interval-type.ts";

/** Why a text is no interval of a type: Spark's condition, and words for whoever wrote it. */
export interface IntervalRefusal {
  readonly condition: string;
  readonly message: string;
}

const UNIT = new Map<string, bigint>([["year", 12n], ["month", 1n], ...Object.entries(FIELD_MICROSECONDS)]);
/** What a field behind another may be at most. */
const MOST: Readonly<Record<string, bigint>> = { month: 11n, hour: 23n, minute: 59n, second: 59n };
/** How many digits the only field of an interval may have. */
const DIGITS: Readonly<Record<string, number>> = { year: 18, month: 18, day: 9, hour: 10, minute: 12, second: 13 };
const SEPARATOR: Readonly<Record<string, string>> = { month: "-", hour: " ", minute: ":", second: ":" };

/** Months or microseconds of a text that Spark casts to an interval of the type: `1 02:03`, or the same as a literal, `INTERVAL -'1 02:03' DAY TO MINUTE`. */
export function readInterval(text: string, type: AnsiIntervalType): bigint | IntervalRefusal {
  const [, outer = "", quoted] = literalPattern(type).exec(text.trim()) ?? [];
  const [, sign = "", ...found] = fieldsPattern(type).exec(quoted ?? text.trim()) ?? [];
  if (found.length === 0) return unlike(text, type);
  const fields = intervalFields(type);
  const isWithin = fields.every((field, i) => i === 0 || BigInt(found[i]?.split(".")[0] ?? "") <= (MOST[field] ?? 0n));
  const size = fields.reduce((sum, field, i) => sum + amount(found[i] ?? "0", field), 0n);
  const value = (outer === "-") === (sign === "-") ? size : -size;
  return isWithin && fits(value, type) ? value : beyond(text, type);
}

function amount(text: string, field: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * (UNIT.get(field) ?? 0n) + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

function fits(value: bigint, { kind }: AnsiIntervalType): boolean {
  return BigInt.asIntN(kind === "interval_year_month" ? 32 : 64, value) === value;
}

const literalPattern = perType((type) => {
  const fields = fieldsText(type).replaceAll(" ", "\\s+");
  return new RegExp(`^INTERVAL\\s+([+-])?'(.*)'\\s+${fields}$`, "i");
});

const fieldsPattern = perType((type) => new RegExp(`^([+-])?${intervalFields(type).map(fieldPattern).join("")}$`));

function fieldPattern(field: string, index: number, all: readonly string[]): string {
  const only = all.length === 1 ? `\\d{1,${DIGITS[field]}}` : "\\d+";
  const digits = index === 0 || field === "month" ? only : "\\d{1,2}";
  return `${index === 0 ? "" : SEPARATOR[field]}(${digits}${field === "second" ? "(?:\\.\\d{1,9})?" : ""})`;
}

function perType(make: (type: AnsiIntervalType) => RegExp): (type: AnsiIntervalType) => RegExp {
  const made = new Map<string, RegExp>();
  return (type) => {
    const name = fieldsText(type);
    const pattern = made.get(name) ?? make(type);
    made.set(name, pattern);
    return pattern;
  };
}

function unlike(text: string, type: AnsiIntervalType): IntervalRefusal {
  const notice = type.kind === "interval_day_time" ? "_WITH_NOTICE" : "";
  return {
    condition: `INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING${notice}`,
    message: `Error parsing '${text}' to interval ${fieldsText(type)}. ${advice(type)}`,
  };
}

function beyond(text: string, type: AnsiIntervalType): IntervalRefusal {
  return {
    condition: "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
    message: `Error parsing '${text}' to interval ${fieldsText(type)}: a field of it, or the whole, is too large. ${advice(type)}`,
  };
}

function advice(type: AnsiIntervalType): string {
  const example = intervalFields(type)
    .map((field, i) => `${i === 0 ? "" : SEPARATOR[field]}${i === 0 || field === "month" ? "1" : "01"}`)
    .join("");
  return `Write it like '${example}' or INTERVAL '${example}' ${fieldsText(type).toUpperCase()}, or use \`try_cast\` to get NULL instead.`;
}
