import { formatMoment, parseMoment } from "./java-time-pattern.ts";
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

/** The texts that Spark takes for a timestamp, as one that DuckDB reads: 26 characters of date and time, then the zone if one is given. */
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
  if (zone === null) return null;
  return `${day} ${pad(hour)}:${pad(minute)}:${pad(second)}.${(clock[4] ?? "").slice(0, 6).padEnd(6, "0")}${zone}`;
}

function zoneText(text: string): string | null {
  if (text === "") return "";
  if (text === "Z" || text === "UTC" || text === "GMT") return "+00:00";
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{1,2}))?(?::(\d{2}))?$/.exec(text);
  if (offset)
    return Number(offset[2]) > 18 ? null : `${offset[1]}${pad(Number(offset[2]))}:${pad(Number(offset[3] ?? 0))}`;
  return /^[A-Za-z]+(\/[A-Za-z_+-]+)*$/.test(text) ? ` ${text}` : null;
}

function intervalText(months: number, micros: bigint, kind: string): string {
  if (kind === "YEAR") {
    const size = Math.abs(months);
    return `INTERVAL '${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}' YEAR TO MONTH`;
  }
  if (kind === "DAY") return `INTERVAL '${dayTimeText(micros)}' DAY TO SECOND`;
  return calendarText(months, micros);
}

function dayTimeText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const [days, rest] = [size / 86_400_000_000n, size % 86_400_000_000n];
  const [hours, minutes] = [rest / 3_600_000_000n, (rest / 60_000_000n) % 60n];
  return `${micros < 0n ? "-" : ""}${days} ${pad(Number(hours))}:${pad(Number(minutes))}:${secondsText(rest % 60_000_000n, 2)}`;
}

function secondsText(micros: bigint, width: number): string {
  const fraction = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${(micros / 1_000_000n).toString().padStart(width, "0")}${fraction === "" ? "" : `.${fraction}`}`;
}

function calendarText(months: number, micros: bigint): string {
  const sign = micros < 0n ? -1n : 1n;
  const size = micros * sign;
  const [days, rest] = [size / 86_400_000_000n, size % 86_400_000_000n];
  const seconds = rest % 60_000_000n;
  const minus = sign < 0n ? "-" : "";
  const parts = [
    ...unit(Math.trunc(months / 12), "years"),
    ...unit(months % 12, "months"),
    ...unit(Number(days * sign), "days"),
    ...unit(Number((rest / 3_600_000_000n) * sign), "hours"),
    ...unit(Number(((rest / 60_000_000n) % 60n) * sign), "minutes"),
    ...(seconds === 0n ? [] : [`${minus}${secondsText(seconds, 1)} seconds`]),
  ];
  return parts.length === 0 ? "0 seconds" : parts.join(" ");
}

function unit(count: number, name: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${name}`];
}

/** Dates and times: the lenient readings of Spark's casts, and Java's patterns where DuckDB's own do not mean the same. */
export const TIME_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_date_text: ofTexts(1, (text = "") => dateText(text)),
  js_timestamp_text: ofTexts(1, (text = "") => timestampText(text)),
  js_interval_string: {
    parameters: ["BIGINT", "BIGINT", "VARCHAR"],
    returns: "VARCHAR",
    apply: (months, micros, kind) => intervalText(Number(months), BigInt(String(micros)), String(kind)),
  },
  js_format_time: {
    parameters: ["BIGINT", "VARCHAR", "BIGINT", "VARCHAR"],
    returns: "VARCHAR",
    apply: (local, pattern, offset, zone) =>
      formatMoment(BigInt(String(local)), String(pattern), { offset: Number(offset), zone: String(zone) }),
  },
  js_parse_time: ofTexts(2, (text = "", pattern = "") => parseMoment(text, pattern)),
};
