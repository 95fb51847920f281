import type { Column } from "../column.ts";
import { type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import {
  type Binary,
  columns,
  countExpression,
  given,
  invoke,
  type Nullary,
  nullary,
  type Ternary,
  type Unary,
  type WithCount,
  type WithOptionalValue,
  type WithValue,
  withCount,
  withValues,
} from "./define.ts";

/** The time of the update, the same in all rows. */
export const currentTimestamp: Nullary = nullary("current_timestamp");
/** The time of the update, the same in all rows. */
export const now: Nullary = nullary("now");
/** The wall-clock time of the update. */
export const localtimestamp: Nullary = nullary("localtimestamp");
/** The day of the update in the session's time zone. */
export const currentDate: Nullary = nullary("current_date");
/** The day of the update in the session's time zone. */
export const curdate: Nullary = nullary("curdate");
/** The session's time zone. */
export const currentTimezone: Nullary = nullary("current_timezone");

/** A day from text (by a format such as `"yyyy-MM-dd"`) or a time. */
export const toDate: WithOptionalValue = withValues("to_date");
/** The value as a day; the cast under its type's name. */
export const date: Unary = columns("date");
/** A time from text, by a format such as `"yyyy-MM-dd HH:mm:ss"`. */
export const toTimestamp: WithOptionalValue = withValues("to_timestamp");
/** As `toTimestamp`; NULL in every mode when the text does not fit. */
export const tryToTimestamp: WithOptionalValue = withValues("try_to_timestamp");
/** A wall-clock time from text. */
export const toTimestampNtz: WithOptionalValue = withValues("to_timestamp_ntz");
/** A time in seconds since the epoch, from text by a format or a time; of now without a column. */
export function unixTimestamp(column?: ColumnOrName, format?: ColumnOrValue): Column {
  return invoke("unix_timestamp", ...(column === undefined ? [] : [columnExpression(column)]), ...given([format]));
}
/** Text by a format of seconds since the epoch. */
export const fromUnixtime: WithOptionalValue = withValues("from_unixtime");
/** Seconds since the epoch, from text by a format or a time. */
export const toUnixTimestamp: WithOptionalValue = withValues("to_unix_timestamp");
/** Text of a time by a format such as `"yyyy-MM"`. */
export const dateFormat: WithValue = withValues("date_format");
/** A time cut to a unit, such as `"month"`; the unit comes first. */
export function dateTrunc(unit: ColumnOrValue, column: ColumnOrName): Column {
  return invoke("date_trunc", valueExpression(unit), columnExpression(column));
}
/** A day cut to a unit, such as `"month"`; the unit comes last. */
export const trunc: WithValue = withValues("trunc");
/** The number of days from the second to the first. */
export const datediff: Binary = columns("datediff");
/** The number of days from the second to the first. */
export const dateDiff: Binary = columns("date_diff");
/** A day some days later. */
export const dateAdd: WithCount = withCount("date_add");
/** A day some days earlier. */
export const dateSub: WithCount = withCount("date_sub");
/** A day some months later. */
export const addMonths: WithCount = withCount("add_months");
/** The months from the second to the first, with a fraction rounded to 8 places unless said. */
export function monthsBetween(end: ColumnOrName, start: ColumnOrName, roundOff?: boolean): Column {
  return invoke("months_between", columnExpression(end), columnExpression(start), ...given([roundOff]));
}
/** The last day of the month. */
export const lastDay: Unary = columns("last_day");
/** The next day of a name, such as `"Mon"`. */
export const nextDay: WithValue = withValues("next_day");
/** The year. */
export const year: Unary = columns("year");
/** The quarter, from 1. */
export const quarter: Unary = columns("quarter");
/** The month, from 1. */
export const month: Unary = columns("month");
/** The week of the year by ISO 8601. */
export const weekofyear: Unary = columns("weekofyear");
/** The day of the month. */
export const day: Unary = columns("day");
/** The day of the month. */
export const dayofmonth: Unary = columns("dayofmonth");
/** The day of the week: 1 is Sunday. */
export const dayofweek: Unary = columns("dayofweek");
/** The day of the week: 0 is Monday. */
export const weekday: Unary = columns("weekday");
/** The day of the year, from 1. */
export const dayofyear: Unary = columns("dayofyear");
/** The hour. */
export const hour: Unary = columns("hour");
/** The minute. */
export const minute: Unary = columns("minute");
/** The second. */
export const second: Unary = columns("second");
/** A part of a time: `datePart(lit("year"), "at")`. */
export const datePart: Binary = columns("date_part");
/** A part of a time: `extract(lit("year"), "at")`. */
export const extract: Binary = columns("date_part");
/** The name of the day, in three letters. */
export const dayname: Unary = columns("dayname");
/** The name of the month, in three letters. */
export const monthname: Unary = columns("monthname");
/** A day of year, month and day. */
export const makeDate: Ternary = columns("make_date");
/** A time of year, month, day, hour, minute and second. */
export const makeTimestamp: (
  year: ColumnOrName,
  month: ColumnOrName,
  day: ColumnOrName,
  hour: ColumnOrName,
  minute: ColumnOrName,
  second: ColumnOrName,
) => Column = columns("make_timestamp");
/** A wall-clock time in UTC as it is read in a zone. */
export const fromUtcTimestamp: WithValue = withValues("from_utc_timestamp");
/** A wall-clock time in a zone as it is read in UTC. */
export const toUtcTimestamp: WithValue = withValues("to_utc_timestamp");
/** The time of seconds since the epoch. */
export const timestampSeconds: Unary = columns("timestamp_seconds");
/** The time of milliseconds since the epoch. */
export const timestampMillis: Unary = columns("timestamp_millis");
/** The time of microseconds since the epoch. */
export const timestampMicros: Unary = columns("timestamp_micros");
/** Seconds since the epoch of a time. */
export const unixSeconds: Unary = columns("unix_seconds");
/** Milliseconds since the epoch of a time. */
export const unixMillis: Unary = columns("unix_millis");
/** Microseconds since the epoch of a time. */
export const unixMicros: Unary = columns("unix_micros");
/** Days since the epoch of a day. */
export const unixDate: Unary = columns("unix_date");
/** The day of days since the epoch. */
export const dateFromUnixDate: Unary = columns("date_from_unix_date");
/** Whole units between two times: `timestampDiff("HOUR", "start", "end")`. */
export function timestampDiff(unit: string, start: ColumnOrName, end: ColumnOrName): Column {
  return invoke("timestampdiff", valueExpression(unit), columnExpression(start), columnExpression(end));
}
/** A time some units later: `timestampAdd("HOUR", 2, "at")`. */
export function timestampAdd(unit: string, quantity: ColumnOrName | number, column: ColumnOrName): Column {
  return invoke("timestampadd", valueExpression(unit), countExpression(quantity), columnExpression(column));
}
