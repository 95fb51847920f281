import type { Column } from "../column.ts";
import { type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { columns, given, invoke, type Ternary, type WithOptionalValue, withValues } from "./define.ts";

/** A date and a time of day, or six numbers from year to second; a zone may follow. */
export type MomentParts = readonly [ColumnOrName, ...ColumnOrName[]];

/** The time of day of the update, to a precision of 0 to 6 digits. */
export function currentTime(precision?: number): Column {
  return invoke("current_time", ...given([precision]));
}
/** A time of day of hour, minute and second. */
export const makeTime: Ternary = columns("make_time");
/** A time of day from text, by a format such as `"HH:mm"`. */
export const toTime: WithOptionalValue = withValues("to_time");
/** As `toTime`; NULL when the text does not fit. */
export const tryToTime: WithOptionalValue = withValues("try_to_time");
/** Whole units between two times of day: `timeDiff("HOUR", "start", "end")`. */
export function timeDiff(unit: string, start: ColumnOrName, end: ColumnOrName): Column {
  return invoke("time_diff", valueExpression(unit), columnExpression(start), columnExpression(end));
}
/** A time of day cut to a unit, such as `"HOUR"`. */
export function timeTrunc(unit: string, column: ColumnOrName): Column {
  return invoke("time_trunc", valueExpression(unit), columnExpression(column));
}
/** A time in the session's zone, or in the zone given. */
export const makeTimestampLtz: (...parts: MomentParts) => Column = columns("make_timestamp_ltz");
/** A wall-clock time. */
export const makeTimestampNtz: (...parts: MomentParts) => Column = columns("make_timestamp_ntz");
/** As `makeTimestamp`; NULL when there is no such time. */
export const tryMakeTimestamp: (...parts: MomentParts) => Column = columns("try_make_timestamp");
/** As `makeTimestampLtz`; NULL when there is no such time. */
export const tryMakeTimestampLtz: (...parts: MomentParts) => Column = columns("try_make_timestamp_ltz");
/** As `makeTimestampNtz`; NULL when there is no such time. */
export const tryMakeTimestampNtz: (...parts: MomentParts) => Column = columns("try_make_timestamp_ntz");
/** An interval of years, months, weeks, days, hours, minutes and seconds; those left out are 0. */
export const makeInterval: (...parts: readonly ColumnOrName[]) => Column = columns("make_interval");
/** As `makeInterval`; NULL when it is too long. */
export const tryMakeInterval: (...parts: readonly ColumnOrName[]) => Column = columns("try_make_interval");
/** An interval of days, hours, minutes and seconds; those left out are 0. */
export const makeDtInterval: (...parts: readonly ColumnOrName[]) => Column = columns("make_dt_interval");
/** An interval of years and months; those left out are 0. */
export const makeYmInterval: (...parts: readonly ColumnOrName[]) => Column = columns("make_ym_interval");
/** A day from text; NULL when the text does not fit. */
export const tryToDate: WithOptionalValue = withValues("try_to_date");
/** A time from text, in the session's zone. */
export const toTimestampLtz: WithOptionalValue = withValues("to_timestamp_ltz");
/** A wall-clock time read in one zone as another zone's clock shows it. */
export function convertTimezone(
  source: ColumnOrValue | undefined,
  target: ColumnOrValue,
  column: ColumnOrName,
): Column {
  return invoke("convert_timezone", ...given([source, target]), columnExpression(column));
}
