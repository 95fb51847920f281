import {
  type AnsiIntervalType,
  type DataType,
  FIELD_MICROSECONDS,
  fieldsText,
  isAnsiInterval,
  STRING,
} from "@sluice/query";
import type { CastMode } from "./cast-nested.ts";
import { quoteText } from "./identifier.ts";
import { operand } from "./template.ts";

/** The months or microseconds that an interval is. */
export function intervalNumber(sql: string, type: AnsiIntervalType): string {
  return type.kind === "interval_year_month" ? `sp_interval_months(${sql})` : `epoch_us(${sql})`;
}

/** The interval of a computed number of months or microseconds; more than fit are Spark's error. */
export function computedInterval(sql: string, type: AnsiIntervalType): string {
  return type.kind === "interval_year_month" ? `sp_interval_of_months(${sql})` : `sp_interval_of_micros(${sql})`;
}

/** The interval of a number of months or microseconds that is known to fit. */
export function intervalOfNumber(sql: string, type: AnsiIntervalType): string {
  return type.kind === "interval_year_month"
    ? `to_months(CAST(${sql} AS INTEGER))`
    : `to_microseconds(CAST(${sql} AS BIGINT))`;
}

/** A text, a number of the interval's last field, or an interval of other fields as an interval. Bad texts are errors in all modes but `null`, as in Spark. */
export function castToInterval(sql: string, from: DataType, to: AnsiIntervalType, mode: CastMode): string {
  if (isAnsiInterval(from)) return truncated(sql, from, to);
  const isTried = mode === "null";
  if (from.kind === "string") {
    return intervalOfNumber(`js_string_interval(${sql}, ${quoteText(fieldsText(to))}, ${isTried})`, to);
  }
  const unit = unitOf(to);
  const number = from.kind === "decimal" ? ofDecimal(sql, unit) : `CAST(${sql} AS HUGEINT) * ${unit}`;
  const result = `TRY_CAST(${number} AS ${to.kind === "interval_year_month" ? "INTEGER" : "BIGINT"})`;
  const checked = isTried
    ? result
    : `sp_checked_range(${sql}, ${result}, ${quoteText(`INTERVAL ${fieldsText(to).toUpperCase()}`)})`;
  return intervalOfNumber(checked, to);
}

/** A text as an interval of any kind; NULL when it is none. */
export function intervalOfText(sql: string, to: DataType): string {
  return isAnsiInterval(to) ? castToInterval(sql, STRING, to, "null") : `sp_string_calendar(${sql})`;
}

/** Rounded to a month or microsecond, so that 1.5 days have their half, which the type only does not show. What could not be computed with 38 digits is too large in any case. */
function ofDecimal(sql: string, unit: bigint): string {
  const most = 10n ** 19n / unit;
  return `CASE WHEN abs(${sql}) < ${most} THEN round(CAST(${sql} AS DECIMAL(38,18)) * ${unit}) END`;
}

/** Whatever is shorter than the last field is cut off. */
function truncated(sql: string, from: AnsiIntervalType, to: AnsiIntervalType): string {
  const unit = unitOf(to);
  if (unitOf(from) >= unit || to.endField === "second") return sql;
  return intervalOfNumber(`${intervalNumber(sql, from)} // ${unit} * ${unit}`, to);
}

/** How many of its last field an interval has, as a whole number; cut towards zero. */
export function intervalCount(sql: string, from: AnsiIntervalType): string {
  const unit = unitOf(from);
  return unit === 1n ? intervalNumber(sql, from) : `${operand(intervalNumber(sql, from))} // ${unit}`;
}

/** Whether any interval's count of its last field fits a whole number: days, months and years an INT, all a BIGINT. */
export function countFits({ endField }: AnsiIntervalType, to: DataType): boolean {
  return to.kind === "long" || (to.kind === "integer" && /^(year|month|day)$/.test(endField));
}

/** The same as a decimal: seconds with their fraction. */
export function intervalDecimal(sql: string, from: AnsiIntervalType): string {
  return from.endField === "second" ? `${intervalNumber(sql, from)} * 0.000001` : intervalCount(sql, from);
}

function unitOf({ endField }: AnsiIntervalType): bigint {
  if (endField === "year") return 12n;
  return endField === "month" ? 1n : FIELD_MICROSECONDS[endField];
}
