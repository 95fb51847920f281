import type { DayTimeIntervalType, YearMonthIntervalType } from "./data-type.ts";
import { type AnsiIntervalType, fieldsText, intervalFields } from "./interval-type.ts";

/** Microseconds of the fields of day-time intervals. */
export const FIELD_MICROSECONDS: Readonly<Record<DayTimeIntervalType["startField"], bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};

/** Months, or microseconds, as SQL writes an interval of the type: `INTERVAL '1-2' YEAR TO MONTH`. What is shorter than its last field is left out. */
export function intervalText(value: number | bigint, type: AnsiIntervalType): string {
  const size = value < 0 ? -BigInt(value) : BigInt(value);
  const text = type.kind === "interval_year_month" ? monthsText(size, type) : microsecondsText(size, type);
  return `INTERVAL '${value < 0 ? "-" : ""}${text}' ${fieldsText(type).toUpperCase()}`;
}

function monthsText(months: bigint, { startField, endField }: YearMonthIntervalType): string {
  if (startField === "month") return String(months);
  return endField === "year" ? String(months / 12n) : `${months / 12n}-${months % 12n}`;
}

function microsecondsText(microseconds: bigint, type: DayTimeIntervalType): string {
  let rest = microseconds;
  return intervalFields(type)
    .map((field, i) => {
      const unit = FIELD_MICROSECONDS[field as DayTimeIntervalType["startField"]];
      const count = rest / unit;
      rest %= unit;
      const digits = field === "day" ? String(count) : String(count).padStart(2, "0");
      const separator = i === 0 ? "" : field === "hour" ? " " : ":";
      return `${separator}${digits}${field === "second" ? fractionText(rest) : ""}`;
    })
    .join("");
}

function fractionText(microseconds: bigint): string {
  return microseconds === 0n ? "" : `.${String(microseconds).padStart(6, "0").replace(/0+$/, "")}`;
}
