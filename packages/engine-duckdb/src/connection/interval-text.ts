import { type AnsiIntervalType, intervalTypeOf } from "@sluice/query";

/** The interval type of its fields: `day to second`, `month`. */
export function intervalTypeNamed(fields: string): AnsiIntervalType {
  const [start = "", end = start] = fields.split(" to ");
  const type = intervalTypeOf(start, end);
  if (type === undefined) throw new Error(`no interval has the fields ${fields}`);
  return type;
}

/** Months, days and microseconds as Spark prints them: `1 years 2 days 3.5 seconds`. */
export function calendarText(months: number, days: number, microseconds: bigint): string {
  const minus = microseconds < 0n ? "-" : "";
  const seconds = magnitude(microseconds % 60_000_000n);
  const parts = [
    ...unit(Math.trunc(months / 12), "years"),
    ...unit(months % 12, "months"),
    ...unit(days, "days"),
    ...unit(Number(microseconds / 3_600_000_000n), "hours"),
    ...unit(Number((microseconds / 60_000_000n) % 60n), "minutes"),
    ...(seconds === 0n ? [] : [`${minus}${secondsText(seconds)} seconds`]),
  ];
  return parts.length === 0 ? "0 seconds" : parts.join(" ");
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function secondsText(micros: bigint): string {
  const fraction = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${micros / 1_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}

function unit(count: number, name: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${name}`];
}
