import { instantOf } from "./time-zone.ts";

const DATE = /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const TIMESTAMP =
  /^([+-]?\d{4,6}(?:-\d{1,2}(?:-\d{1,2})?)?)(?:[ T](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?)?\s*([A-Za-z+-][\w/+:-]*)?)?$/;
const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;

/** Days since 1970-01-01 of a date as Spark reads it (`2024`, `2024-3`, `2024-03-05`); undefined for anything else. */
export function daysOf(text: string): number | undefined {
  const [, year, month = "1", day = "1"] = DATE.exec(text.trim().replace(/[ T].*$/, "")) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const valid = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return valid ? date.getTime() / 86_400_000 : undefined;
}

/** A time on a clock, in microseconds since 1970-01-01 00:00 on that clock, and the zone that the text names. */
export interface WallTime {
  readonly microseconds: bigint;
  readonly zone?: string;
}

/** A timestamp as Spark reads it, parts from the right left out at will; undefined for anything else. */
export function wallTimeOf(text: string): WallTime | undefined {
  const [, date = "", hour = "0", minute = "0", second = "0", fraction = "", zone] = TIMESTAMP.exec(text.trim()) ?? [];
  const days = daysOf(date);
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  const micros = BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return { microseconds: BigInt(days) * DAY + seconds * SECOND + micros, ...(zone !== undefined && { zone }) };
}

/** Microseconds since the epoch of a timestamp; text without a zone is in `timeZone`. Undefined for text that is no timestamp or names no zone. */
export function instantOfText(text: string, timeZone: string): bigint | undefined {
  if (text.trim().toLowerCase() === "epoch") return 0n;
  const wall = wallTimeOf(text);
  return wall && instantOf(wall.microseconds, wall.zone ?? timeZone);
}

const TIME = /^[ T]?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?$/;

/** Microseconds since midnight of a time of day as Spark reads it (`14:07`, `14:07:09.5`); undefined for anything else. */
export function timeOfText(text: string): bigint | undefined {
  const [, hour, minute = "", second = "0", fraction = ""] = TIME.exec(text.trim()) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return seconds * SECOND + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

/** Days since the epoch as `2024-03-05`. */
export function dateText(days: number): string {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  const sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return `${sign}${padded(Math.abs(year), 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`;
}

/** Microseconds since 1970-01-01 00:00 as `2024-03-05 14:07:09.5`, without a zone. */
export function timestampText(microseconds: bigint): string {
  const inDay = ((microseconds % DAY) + DAY) % DAY;
  return `${dateText(Number((microseconds - inDay) / DAY))} ${clockText(inDay)}`;
}

/** Microseconds, not negative, as `14:07:09.5`. Hours may pass 23. */
export function clockText(microseconds: bigint): string {
  const seconds = Number(microseconds / SECOND);
  const fraction = padded(Number(microseconds % SECOND), 6).replace(/0+$/, "");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => padded(part));
  return clock.join(":") + (fraction === "" ? "" : `.${fraction}`);
}

function padded(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
