import { type DataType, isAnsiInterval, type Typed, type TypedCall } from "@sluice/query";
import { allSql, castTo, integerOf, operandOf, sqlOf, textOf, typeOf } from "./call-argument.ts";
import { castSql } from "./cast.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { quoteText } from "./identifier.ts";
import { readFixed, toStrftime } from "./time-pattern.ts";
import { tumblingWindow } from "./time-window.ts";

function integer(template: string): string {
  return `CAST(${template} AS INTEGER)`;
}

/** Prints a TIMESTAMPTZ by a pattern, in the session's zone. */
export function formatTime(
  instant: string,
  pattern: { readonly text: string | undefined; readonly sql: string },
  scope: Scope,
): string {
  const format = pattern.text === undefined ? undefined : toStrftime(pattern.text);
  if (format !== undefined) return `strftime(CAST(${instant} AS TIMESTAMP), ${quoteText(format)})`;
  const local = `epoch_us(CAST(${instant} AS TIMESTAMP))`;
  return `js_format_time(${local}, ${pattern.sql}, ${local} - epoch_us(${instant}), ${quoteText(scope.session.timeZone)})`;
}

function dateFormat(call: TypedCall, scope: Scope): string {
  return formatTime(sqlOf(call, 0, scope), { text: textOf(call, 1), sql: sqlOf(call, 1, scope) }, scope);
}

/** Reads text by a pattern, or as a cast does; what is no text is cast. `type` is DATE, TIMESTAMPTZ or TIMESTAMP. */
function readMoment(call: TypedCall, type: DataType, scope: Scope): string {
  const [text = "NULL", pattern] = allSql(call, scope);
  const from = typeOf(call, 0);
  const trying = call.name.startsWith("try_") || !scope.session.ansi;
  if (from.kind !== "string" || pattern === undefined) {
    return castSql(text, from, { to: type, mode: trying ? "null" : "error", depth: 0 });
  }
  const result = readByPattern(text, { text: textOf(call, 1), sql: pattern }, type);
  if (trying) return result;
  return `CASE WHEN ${result} IS NULL AND ${text} IS NOT NULL AND ${pattern} IS NOT NULL THEN error('[CANNOT_PARSE_TIMESTAMP] Text ''' || ${text} || ''' could not be parsed. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.') ELSE ${result} END`;
}

function readByPattern(
  text: string,
  pattern: { readonly text: string | undefined; readonly sql: string },
  type: DataType,
): string {
  const target = duckType(type);
  const local = pattern.text === undefined ? undefined : readFixed(text, pattern.text);
  if (local !== undefined) return type.kind === "timestamp" ? `sp_instant(${local})` : `CAST(${local} AS ${target})`;
  const parsed = `js_parse_time(${text}, ${pattern.sql}, '${type.kind === "timestamp_ntz" ? "local function" : "function"}')`;
  if (type.kind === "timestamp") return `sp_instant_text(${parsed})`;
  return `TRY_CAST(left(${parsed}, ${type.kind === "date" ? 10 : 26}) AS ${target})`;
}

function reading(type: DataType): Emitter {
  return (call, scope) => readMoment(call, type, scope);
}

function toTimestamp(call: TypedCall, scope: Scope): string {
  return readMoment(call, { kind: "timestamp" }, scope);
}

function unixTimestamp(call: TypedCall, scope: Scope): string {
  if (call.args.length === 0) return `CAST(${scope.session.now / 1_000_000n} AS BIGINT)`;
  const from = typeOf(call, 0).kind;
  if (from === "timestamp" || from === "timestamp_ntz") return `epoch_us(${sqlOf(call, 0, scope)}) // 1000000`;
  const pattern: Typed = {
    kind: "Literal",
    value: "yyyy-MM-dd HH:mm:ss",
    dataType: { kind: "string" },
    nullable: false,
  };
  const args = call.args.length === 1 && from === "string" ? [...call.args, pattern] : call.args;
  return `epoch_us(${readMoment({ ...call, args }, { kind: "timestamp" }, scope)}) // 1000000`;
}

function fromUnixtime(call: TypedCall, scope: Scope): string {
  const instant = `make_timestamptz(${operandOf(call, 0, scope)} * 1000000)`;
  const pattern =
    call.args.length > 1
      ? { text: textOf(call, 1), sql: sqlOf(call, 1, scope) }
      : { text: "yyyy-MM-dd HH:mm:ss", sql: "" };
  return formatTime(instant, pattern, scope);
}

const PARTS: Readonly<Record<string, string>> = {
  YEAR: "year($1)",
  YEAROFWEEK: "isoyear($1)",
  QUARTER: "quarter($1)",
  MONTH: "month($1)",
  WEEK: "week($1)",
  DAY: "day($1)",
  DAYOFWEEK: "dayofweek($1) + 1",
  DAYOFWEEK_ISO: "isodow($1)",
  DOY: "dayofyear($1)",
  HOUR: "hour($1)",
  MINUTE: "minute($1)",
};

const INTERVAL_PARTS: Readonly<Record<string, string>> = {
  YEAR: "sp_interval_months($1) // 12",
  MONTH: "sp_interval_months($1) % 12",
  DAY: "epoch_us($1) // 86400000000",
  HOUR: "epoch_us($1) // 3600000000 % 24",
  MINUTE: "epoch_us($1) // 60000000 % 60",
};

const CALENDAR_PARTS: Readonly<Record<string, string>> = {
  YEAR: "sp_interval_months($1) // 12",
  MONTH: "sp_interval_months($1) % 12",
  DAY: "datepart('day', $1) + sp_clock_micros($1) // 86400000000",
  HOUR: "sp_clock_micros($1) // 3600000000 % 24",
  MINUTE: "sp_clock_micros($1) // 60000000 % 60",
  SECOND: "sp_clock_micros($1) % 60000000 * 0.000001",
};

function calendarPart(part: string, value: string, call: TypedCall): string {
  return castTo((CALENDAR_PARTS[part] ?? "NULL").replaceAll("$1", value), duckType(call.dataType));
}

function datePart(call: TypedCall, scope: Scope): string {
  const part = (textOf(call, 0) ?? "").toUpperCase();
  const value = sqlOf(call, 1, scope);
  const type = typeOf(call, 1);
  if (type.kind === "interval_calendar") return calendarPart(part, value, call);
  const interval = isAnsiInterval(type);
  if (part === "SECOND") {
    const micros = interval ? `epoch_us(${value}) % 60000000` : `microsecond(${value})`;
    return `CAST(${micros} * 0.000001 AS DECIMAL(8,6))`;
  }
  const template = (interval ? INTERVAL_PARTS : PARTS)[part] ?? "NULL";
  return castTo(template.replaceAll("$1", value), duckType(call.dataType));
}

const INTERVAL_OF: Readonly<Record<string, string>> = {
  MICROSECOND: "to_microseconds(CAST($n AS BIGINT))",
  MILLISECOND: "to_microseconds(CAST($n AS BIGINT) * 1000)",
  SECOND: "to_microseconds(CAST($n AS BIGINT) * 1000000)",
  MINUTE: "to_microseconds(CAST($n AS BIGINT) * 60000000)",
  HOUR: "to_microseconds(CAST($n AS BIGINT) * 3600000000)",
  DAY: "to_days(CAST($n AS INTEGER))",
  WEEK: "to_days(CAST($n AS INTEGER) * 7)",
  MONTH: "to_months(CAST($n AS INTEGER))",
  QUARTER: "to_months(CAST($n AS INTEGER) * 3)",
  YEAR: "to_months(CAST($n AS INTEGER) * 12)",
};

function timestampAdd(call: TypedCall, scope: Scope): string {
  const template = INTERVAL_OF[textOf(call, 0) ?? ""] ?? "NULL";
  const interval = template.replace("$n", () => sqlOf(call, 1, scope));
  const moment = operandOf(call, 2, scope);
  if (typeOf(call, 2).kind !== "date") return `${moment} + ${interval}`;
  if (call.dataType.kind === "date") return `CAST(${moment} + ${interval} AS DATE)`;
  return `CAST(${moment} AS TIMESTAMPTZ) + ${interval}`;
}

const MICROS_OF: Readonly<Record<string, string>> = {
  MICROSECOND: "1",
  MILLISECOND: "1000",
  SECOND: "1000000",
  MINUTE: "60000000",
  HOUR: "3600000000",
  DAY: "86400000000",
  WEEK: "604800000000",
};

const MONTHS_OF: Readonly<Record<string, string>> = { MONTH: "1", QUARTER: "3", YEAR: "12" };

/** Whole units between two local times, towards zero. */
function timestampDiff(call: TypedCall, scope: Scope): string {
  const unit = textOf(call, 0) ?? "";
  const [start, end] = [1, 2].map((i) => `CAST(${sqlOf(call, i, scope)} AS TIMESTAMP)`);
  const micros = MICROS_OF[unit];
  if (micros !== undefined) return `(epoch_us(${end}) - epoch_us(${start})) // ${micros}`;
  return `CAST(sp_months_between(${start}, ${end}) // ${MONTHS_OF[unit] ?? "1"} AS BIGINT)`;
}

const TRUNCATIONS: Readonly<Record<string, string>> = {
  YEAR: "year",
  YYYY: "year",
  YY: "year",
  QUARTER: "quarter",
  MONTH: "month",
  MM: "month",
  MON: "month",
  WEEK: "week",
  DAY: "day",
  DD: "day",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  MILLISECOND: "millisecond",
  MICROSECOND: "microsecond",
};

function dateTrunc(call: TypedCall, scope: Scope): string {
  const known = textOf(call, 0);
  const value = sqlOf(call, 1, scope);
  if (known === undefined) return castTo(`sp_date_trunc(${sqlOf(call, 0, scope)}, ${value})`, duckType(call.dataType));
  const unit = TRUNCATIONS[known.toUpperCase()];
  if (unit === "hour" && scope.session.timeZone !== "UTC") return `sp_trunc_hour(${value})`;
  return unit === undefined ? `CAST(NULL AS ${duckType(call.dataType)})` : `date_trunc('${unit}', ${value})`;
}

function truncate(call: TypedCall, scope: Scope): string {
  const known = textOf(call, 1);
  const value = sqlOf(call, 0, scope);
  if (known === undefined) return `CAST(sp_date_trunc(sp_date_unit(${sqlOf(call, 1, scope)}), ${value}) AS DATE)`;
  const unit = TRUNCATIONS[known.toUpperCase()];
  const valid = unit !== undefined && ["year", "quarter", "month", "week"].includes(unit);
  return valid ? `CAST(date_trunc('${unit}', ${value}) AS DATE)` : "CAST(NULL AS DATE)";
}

/** Missing parts of make_interval and its kin are 0. */
function makeInterval(units: readonly string[]): (call: TypedCall, scope: Scope) => string {
  return (call, scope) => {
    const parts = units.flatMap((template, i) =>
      call.args[i] === undefined ? [] : [template.replace("$n", () => operandOf(call, i, scope))],
    );
    return parts.length === 0 ? "INTERVAL '0 days'" : parts.join(" + ");
  };
}

const SECONDS = "to_microseconds(CAST($n * 1000000 AS BIGINT))";
const [YEARS = "", MONTHS = "", WEEKS = "", DAYS = "", HOURS = "", MINUTES = ""] = [
  "YEAR",
  "MONTH",
  "WEEK",
  "DAY",
  "HOUR",
  "MINUTE",
].map((unit) => INTERVAL_OF[unit]);

const makeCalendarInterval = makeInterval([YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS]);

function convertTimezone(call: TypedCall, scope: Scope): string {
  const args = allSql(call, scope);
  const [source, target, time] = args.length > 2 ? args : [quoteText(scope.session.timeZone), ...args];
  const from = call.args.at(-1)?.dataType.kind === "string" ? `sp_string_timestamp_ntz(${time})` : time;
  return `timezone(${target}, timezone(${source}, ${from}))`;
}

function monthsBetween(call: TypedCall, scope: Scope): string {
  const [a = "NULL", b = "NULL", rounded = "true"] = allSql(call, scope);
  return `sp_months_between_days(${a}, ${b}, ${rounded})`;
}

/** A time moved by a zone that is given as a plain offset, which DuckDB does not take for a zone; undefined for others. */
function shifted(call: TypedCall, sign: "+" | "-", scope: Scope): string | undefined {
  const found = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(textOf(call, 1) ?? "");
  if (found === null) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  const forward = (found[1] === "+") === (sign === "+");
  return `${operandOf(call, 0, scope)} ${forward ? "+" : "-"} to_minutes(${minutes})`;
}

const FIRST_WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

function nextDay(call: TypedCall, scope: Scope): string {
  const known = textOf(call, 1);
  const index = known === undefined ? 0 : FIRST_WEEKDAYS.indexOf(known.slice(0, 2).toUpperCase()) + 1;
  if (known !== undefined && index === 0) return "CAST(NULL AS DATE)";
  return `sp_next_day(${sqlOf(call, 0, scope)}, ${known === undefined ? `sp_weekday(${sqlOf(call, 1, scope)})` : index})`;
}

function timestampSeconds(call: TypedCall, scope: Scope): string {
  return castSql(sqlOf(call, 0, scope), typeOf(call, 0), { to: { kind: "timestamp" }, mode: "legacy", depth: 0 });
}

function dayShift(sign: "+" | "-"): Emitter {
  return (call, scope) => {
    const days = integerOf(call, 1);
    return `${operandOf(call, 0, scope)} ${sign} ${days !== undefined && days >= 0 ? days : castTo(sqlOf(call, 1, scope), "INTEGER")}`;
  };
}

/** Dates and times. */
export const DATETIME_FUNCTIONS: EmitterTable = {
  year: integer("year($1)"),
  quarter: integer("quarter($1)"),
  month: integer("month($1)"),
  weekofyear: integer("week($1)"),
  weekday: integer("isodow($1) - 1"),
  day: integer("day($1)"),
  dayofweek: integer("dayofweek($1) + 1"),
  dayofyear: integer("dayofyear($1)"),
  hour: integer("hour($1)"),
  minute: integer("minute($1)"),
  second: integer("second($1)"),
  date_part: datePart,
  dayname: "strftime($1, '%a')",
  monthname: "strftime($1, '%b')",
  date_add: dayShift("+"),
  date_sub: dayShift("-"),
  datediff: integer("$1 - $2"),
  timestampadd: timestampAdd,
  timestampdiff: timestampDiff,
  add_months: "CAST($1 + to_months($2) AS DATE)",
  months_between: monthsBetween,
  last_day: "last_day($1)",
  next_day: nextDay,
  trunc: truncate,
  date_trunc: dateTrunc,
  date_format: dateFormat,
  to_date: reading({ kind: "date" }),
  try_to_date: reading({ kind: "date" }),
  to_timestamp: toTimestamp,
  try_to_timestamp: toTimestamp,
  to_timestamp_ltz: toTimestamp,
  to_timestamp_ntz: reading({ kind: "timestamp_ntz" }),
  unix_timestamp: unixTimestamp,
  to_unix_timestamp: unixTimestamp,
  from_unixtime: fromUnixtime,
  from_utc_timestamp: (call, scope) =>
    shifted(call, "+", scope) ?? `timezone('UTC', timezone(${sqlOf(call, 1, scope)}, ${sqlOf(call, 0, scope)}))`,
  to_utc_timestamp: (call, scope) =>
    shifted(call, "-", scope) ?? `sp_instant_in(${sqlOf(call, 1, scope)}, timezone('UTC', ${sqlOf(call, 0, scope)}))`,
  convert_timezone: convertTimezone,
  timestamp_seconds: timestampSeconds,
  timestamp_millis: "make_timestamptz($1 * 1000)",
  timestamp_micros: "make_timestamptz($1)",
  unix_date: integer("$1 - DATE '1970-01-01'"),
  unix_seconds: "sp_floor_divide(epoch_us($1), 1000000)",
  unix_millis: "sp_floor_divide(epoch_us($1), 1000)",
  unix_micros: "epoch_us($1)",
  date_from_unix_date: "DATE '1970-01-01' + $1",
  make_date: (call, scope) => {
    const made = `make_date(${allSql(call, scope).join(", ")})`;
    return scope.session.ansi ? made : `TRY(${made})`;
  },
  make_interval: (call, scope) => {
    const made = makeCalendarInterval(call, scope);
    return scope.session.ansi ? made : `TRY(${made})`;
  },
  try_make_interval: (call, scope) => `TRY(${makeCalendarInterval(call, scope)})`,
  make_dt_interval: makeInterval([DAYS, HOURS, MINUTES, SECONDS]),
  make_ym_interval: makeInterval([YEARS, MONTHS]),
  window: tumblingWindow,
  window_time: `struct_extract($1, 'end') - INTERVAL '1 microsecond'`,
};
