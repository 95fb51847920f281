import { type CalendarParts, calendarOfText, intervalText, readInterval } from "@sluice/query";
import { calendarText, intervalTypeNamed } from "./interval-text.ts";
import { type PatternReader, printMoment, readMoment } from "./moment-by-pattern.ts";
import type { PreludeFunction } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";

const DATE = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$/;

/** The texts that Spark takes for a date: `2024`, `2024-3`, `2024-03-05`, with anything after a `T` or blank. */
export function dateText(text: string): string | null {
  const found = DATE.exec(text.trim());
  if (!found) return null;
  if (found[3] === undefined && /[T ]/.test(text.trim())) return null;
  return calendarDay(found[1] ?? "", found[2] ?? "1", found[3] ?? "1");
}

function calendarDay(year: string, month: string, day: string): string | null {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const date = new Date(Date.UTC(2000, m - 1, d));
  date.setUTCFullYear(y, m - 1, d);
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d || y < 0) return null;
  return `${String(y).padStart(4, "0")}-${pad(m)}-${pad(d)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

const CLOCK = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?\s*(.*)$/;

/** The texts that Spark takes for a timestamp, as one that DuckDB reads: 26 characters of date and time, then the zone if one is given, which it can be behind seconds only. */
export function timestampText(text: string): string | null {
  const found = /^([^T ]+)(?:[T ](.*))?$/.exec(text.trim());
  const day = found ? dateText(found[1] ?? "") : null;
  if (!found || day === null) return null;
  if (found[2] === undefined || found[2] === "") return `${day} 00:00:00.000000`;
  const clock = CLOCK.exec(found[2]);
  if (!clock) return null;
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const zone = zoneText(clock[5] ?? "");
  if (zone === null || (zone !== "" && clock[3] === undefined)) return null;
  return `${day} ${pad(hour)}:${pad(minute)}:${pad(second)}.${(clock[4] ?? "").slice(0, 6).padEnd(6, "0")}${zone}`;
}

/** The texts that Spark takes for a time of day, as `14:07:09.500000`. */
function timeText(text: string): string | null {
  const clock = /^T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?$/.exec(text.trim());
  if (!clock) return null;
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return `${pad(hour)}:${pad(minute)}:${pad(second)}.${(clock[4] ?? "").slice(0, 6).padEnd(6, "0")}`;
}

function zoneText(text: string): string | null {
  if (text === "") return "";
  if (text === "Z" || text === "UTC" || text === "GMT") return "+00:00";
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{1,2}))?(?::(\d{2}))?$/.exec(text);
  if (offset)
    return Number(offset[2]) > 18 ? null : `${offset[1]}${pad(Number(offset[2]))}:${pad(Number(offset[3] ?? 0))}`;
  return /^[A-Za-z]+(\/[A-Za-z_+-]+)*$/.test(text) ? ` ${text}` : null;
}

/** Dates and times: the lenient readings of Spark's casts, and Java's patterns where DuckDB's own do not mean the same. */
export const TIME_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_date_text: ofTexts(1, (text = "") => dateText(text)),
  js_time_text: ofTexts(1, (text = "") => timeText(text)),
  js_timestamp_text: ofTexts(1, (text = "") => timestampText(text)),
  js_interval_string: {
    parameters: ["BIGINT", "VARCHAR"],
    returns: "VARCHAR",
    apply: (value, fields) => intervalText(BigInt(String(value)), intervalTypeNamed(String(fields))),
  },
  js_string_interval: {
    parameters: ["VARCHAR", "VARCHAR", "BOOLEAN"],
    returns: "BIGINT",
    apply: (text, fields, tried) => {
      const read = readInterval(String(text), intervalTypeNamed(String(fields)));
      if (typeof read === "bigint") return read;
      if (tried === true) return null;
      throw new Error(`[${read.condition}] ${read.message}`);
    },
  },
  js_calendar_string: {
    parameters: ["BIGINT", "BIGINT", "BIGINT"],
    returns: "VARCHAR",
    apply: (months, days, micros) => calendarText(Number(months), Number(days), BigInt(String(micros))),
  },
  js_calendar_part: {
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "BIGINT",
    apply: (text, part) => {
      const found = calendarOfText(String(text))?.[String(part) as keyof CalendarParts];
      return found === undefined ? null : BigInt(found);
    },
  },
  js_format_time: {
    parameters: ["BIGINT", "VARCHAR", "BIGINT", "VARCHAR"],
    returns: "VARCHAR",
    apply: (local, pattern, offset, zone) =>
      printMoment(BigInt(String(local)), String(pattern), { offset: Number(offset), zone: String(zone) }),
  },
  js_parse_time: ofTexts(3, (text = "", pattern = "", reader = "") =>
    readMoment(text, pattern, reader as PatternReader),
  ),
};
