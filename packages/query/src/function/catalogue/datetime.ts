import {
  BYTE,
  DATE,
  DAY_TIME_FIELDS,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  INTERVAL_CALENDAR,
  INTERVAL_DAY_TIME,
  INTERVAL_YEAR_MONTH,
  LONG,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  YEAR_MONTH_FIELDS,
} from "../../data-type/data-type.ts";
import { intervalFields, isAnsiInterval } from "../../data-type/interval-type.ts";
import { sqlType } from "../../data-type/simple-string.ts";
import { isInterval } from "../../data-type/type-class.ts";
import {
  anyStruct,
  anyTimestamp,
  anything,
  bool,
  date,
  exactly,
  int,
  integral,
  interval,
  long,
  momentOrText,
  momentTextOrNumber,
  numeric,
  oneOf,
  optional,
  text,
  timeOfDay,
  timestamp,
  timestampNtz,
} from "../accept.ts";
import { scalar } from "../define.ts";
import type { ArgumentFault, FunctionEntry, NullRule, ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull, nullOnFailure, typeAt } from "../result-rule.ts";
import { MADE_MOMENTS } from "./time.ts";

const nullable = { nullable: mayBeNull };
const mayFail = { nullable: nullOnFailure };
const constant = { nullable: neverNull };
const seconds = exactly(decimal(16, 6), "DECIMAL(16,6)");
const duration = oneOf(text, interval);

/** The names that `date_part` may ask for, all spellings of a part under its canonical one. */
export const DATE_PARTS: Readonly<Record<string, readonly string[]>> = {
  YEAR: ["Y", "YEARS", "YR", "YRS"],
  YEAROFWEEK: [],
  QUARTER: ["QTR"],
  MONTH: ["MON", "MONS", "MONTHS"],
  WEEK: ["W", "WEEKS"],
  DAY: ["D", "DAYS"],
  DAYOFWEEK: ["DOW"],
  DAYOFWEEK_ISO: ["DOW_ISO"],
  DOY: [],
  HOUR: ["H", "HOURS", "HR", "HRS"],
  MINUTE: ["M", "MIN", "MINS", "MINUTES"],
  SECOND: ["S", "SEC", "SECONDS", "SECS"],
};

const CALENDAR_FIELDS: readonly string[] = [...YEAR_MONTH_FIELDS, ...DAY_TIME_FIELDS];

function hasField(type: DataType, part: string): boolean {
  return (isAnsiInterval(type) ? intervalFields(type) : CALENDAR_FIELDS).includes(part.toLowerCase());
}

function noField(part: string, type: DataType): ArgumentFault {
  const message = `cannot extract \`${part}\` from a value of the type ${sqlType(type)}`;
  return { kind: "Fault", condition: "INVALID_EXTRACT_FIELD", message, argument: 0 };
}

const partType: ResultRule = (args) => {
  const part = args[0]?.constant;
  const type = typeAt(args, 1);
  if (isInterval(type) && !hasField(type, String(part))) return noField(String(part), type);
  if (part === "SECOND") return decimal(8, 6);
  return isInterval(type) && (part === "MONTH" || part === "HOUR" || part === "MINUTE") ? BYTE : INTEGER;
};

/** Reading a moment from text can fail; with a pattern and errors on, it fails loudly. */
const readMoment: NullRule = (args, context) =>
  args.length === 1 && typeAt(args, 0).kind === "string" ? true : nullOnFailure(args, context);

const reading = { nullable: readMoment };

/** timestampadd on a DATE gives a TIMESTAMP, whatever the unit. */
const movedType: ResultRule = (args) => {
  const type = typeAt(args, 2);
  return type.kind === "date" ? TIMESTAMP : type;
};

const aWindow: typeof anyStruct = { ...anyStruct, take: (type) => (type.kind === "struct" ? type : undefined) };

/** The type of the moment that a window stands for. */
function momentOf(window: DataType): DataType {
  return (window.kind === "struct" && window.fields[1]?.dataType) || TIMESTAMP;
}

const windowType: ResultRule = (args) => {
  const given = typeAt(args, 0);
  const moment = given.kind === "struct" ? momentOf(given) : given;
  const type = moment.kind === "timestamp_ntz" ? TIMESTAMP_NTZ : TIMESTAMP;
  return struct([field("start", type), field("end", type)]);
};

function partOfDate(name: string, aliases: readonly string[] = []): FunctionEntry {
  return scalar(name, [date], INTEGER, { aliases });
}

function partOfTime(name: string): FunctionEntry {
  return scalar(name, [oneOf(anyTimestamp, timeOfDay)], INTEGER);
}

/**
 * Dates and times. `date_part(part, moment)` has a canonical name of DATE_PARTS as its constant first argument; `timestampadd(unit, count, moment)` and
 * `timestampdiff(unit, start, end)` an upper-case unit: MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR. `datediff(end, start)`.
 */
export const DATETIMES: readonly FunctionEntry[] = [
  scalar("current_date", [], DATE, { ...constant, aliases: ["curdate"] }),
  scalar("current_timestamp", [], TIMESTAMP, { ...constant, aliases: ["now"] }),
  scalar("localtimestamp", [], TIMESTAMP_NTZ, constant),
  scalar("current_timezone", [], STRING, constant),
  ...[partOfDate("year"), partOfDate("quarter"), partOfDate("month"), partOfDate("weekofyear"), partOfDate("weekday")],
  ...[partOfDate("day", ["dayofmonth"]), partOfDate("dayofweek"), partOfDate("dayofyear")],
  ...[partOfTime("hour"), partOfTime("minute"), partOfTime("second")],
  scalar("date_part", [text, oneOf(anyTimestamp, date, interval, timeOfDay)], partType),
  scalar("dayname", [date], STRING),
  scalar("monthname", [date], STRING),
  scalar("date_add", [date, integral], DATE, { aliases: ["dateadd"] }),
  scalar("date_sub", [date, integral], DATE),
  scalar("datediff", [date, date], INTEGER, { aliases: ["date_diff"] }),
  scalar("timestampadd", [text, long, oneOf(anyTimestamp, date)], movedType),
  scalar("timestampdiff", [text, anyTimestamp, anyTimestamp], LONG),
  scalar("add_months", [date, int], DATE),
  scalar("months_between", [timestamp, timestamp, optional(bool)], DOUBLE),
  scalar("last_day", [date], DATE),
  scalar("next_day", [date, text], DATE, nullable),
  scalar("trunc", [date, text], DATE, nullable),
  scalar("date_trunc", [text, timestamp], TIMESTAMP, nullable),
  scalar("date_format", [timestamp, text], STRING),
  scalar("to_date", [momentOrText, optional(text)], DATE, reading),
  scalar("try_to_date", [momentOrText, optional(text)], DATE, nullable),
  scalar("to_timestamp", [momentTextOrNumber, optional(text)], TIMESTAMP, reading),
  scalar("try_to_timestamp", [momentTextOrNumber, optional(text)], TIMESTAMP, nullable),
  scalar("to_timestamp_ntz", [momentOrText, optional(text)], TIMESTAMP_NTZ, reading),
  scalar("to_timestamp_ltz", [momentOrText, optional(text)], TIMESTAMP, reading),
  scalar("unix_timestamp", [optional(momentOrText), optional(text)], LONG, mayFail),
  scalar("to_unix_timestamp", [momentOrText, optional(text)], LONG, mayFail),
  scalar("from_unixtime", [long, optional(text)], STRING, nullable),
  scalar("from_utc_timestamp", [timestamp, text], TIMESTAMP),
  scalar("to_utc_timestamp", [timestamp, text], TIMESTAMP),
  scalar("convert_timezone", [text, oneOf(timestampNtz, text), optional(timestampNtz)], TIMESTAMP_NTZ),
  scalar("timestamp_seconds", [numeric], TIMESTAMP, mayFail),
  scalar("timestamp_millis", [long], TIMESTAMP),
  scalar("timestamp_micros", [long], TIMESTAMP),
  scalar("unix_date", [date], INTEGER),
  scalar("unix_seconds", [timestamp], LONG),
  scalar("unix_millis", [timestamp], LONG),
  scalar("unix_micros", [timestamp], LONG),
  scalar("date_from_unix_date", [int], DATE),
  scalar("make_date", [int, int, int], DATE, mayFail),
  ...MADE_MOMENTS,
  scalar("make_interval", [int, int, int, int, int, int, seconds].map(optional), INTERVAL_CALENDAR, mayFail),
  scalar("try_make_interval", [int, int, int, int, int, int, seconds].map(optional), INTERVAL_CALENDAR, nullable),
  scalar("make_dt_interval", [int, int, int, seconds].map(optional), INTERVAL_DAY_TIME),
  scalar("make_ym_interval", [int, int].map(optional), INTERVAL_YEAR_MONTH),
  scalar("window", [oneOf(anyTimestamp, aWindow), duration, optional(duration), optional(duration)], windowType),
  scalar("session_window", [oneOf(anyTimestamp, aWindow), anything], windowType),
  scalar("window_time", [aWindow], (args) => momentOf(typeAt(args, 0)), nullable),
];
