import { zoneOffset } from "@sluice/query";

const MOMENT =
  /^(\d{4,})-(\d\d)-(\d\d)( \(BC\))?(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?$/;
const DAY = 86_400_000;
const SECOND_MICROS = 1_000_000n;

/** The days from 1970-01-01 to a date in DuckDB's spelling. @throws Error for a date without end */
export function daysOf(text: string): number {
  const found = MOMENT.exec(text);
  if (found === null) throw outOfRange(text);
  return midnight(found) / DAY;
}

/** The microseconds from 1970-01-01 to a time in DuckDB's spelling; one without an offset is taken as in UTC. @throws Error for a time without end */
export function microsecondsOf(text: string): bigint {
  const found = MOMENT.exec(text);
  if (found === null) throw outOfRange(text);
  const [
    ,
    ,
    ,
    ,
    ,
    hour = "0",
    minute = "0",
    second = "0",
    fraction = "",
    sign,
    hours = "0",
    minutes = "0",
    rest = "0",
  ] = found;
  const clock = secondsOf(hour, minute, second);
  const offset = secondsOf(hours, minutes, rest) * (sign === "-" ? -1 : 1);
  const seconds = BigInt(midnight(found) / 1000 + clock - offset);
  return seconds * SECOND_MICROS + BigInt(fraction.padEnd(6, "0"));
}

function secondsOf(hours: string, minutes: string, seconds: string): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function midnight([, year = "0", month = "1", day = "1", isBefore]: RegExpExecArray): number {
  const date = new Date(0);
  return date.setUTCFullYear(isBefore === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
}

/** A date as DuckDB spells it. */
export function dateText(days: number): string {
  const date = new Date(days * DAY);
  if (Number.isNaN(date.getTime())) throw outOfRange(`day ${days}`);
  const year = date.getUTCFullYear();
  const spelled = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${spelled}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}${year > 0 ? "" : " (BC)"}`;
}

/** A wall-clock time as DuckDB spells it. */
export function wallText(micros: bigint): string {
  const fraction = ((micros % SECOND_MICROS) + SECOND_MICROS) % SECOND_MICROS;
  const milliseconds = Number((micros - fraction) / 1000n);
  const days = Math.floor(milliseconds / DAY);
  const seconds = (milliseconds - days * DAY) / 1000;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const part = fraction === 0n ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
  return `${dateText(days)} ${clock}${part}`;
}

/** An instant as DuckDB spells it in a time zone, with the offset in hours and minutes. */
export function instantText(micros: bigint, timeZone: string): string {
  const offset = offsetOf(micros, timeZone);
  const size = Math.abs(offset);
  const seconds = size % 60 === 0 ? "" : `:${two(size % 60)}`;
  const told = `${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds}`;
  return `${wallText(micros + BigInt(offset) * SECOND_MICROS)}${offset < 0 ? "-" : "+"}${told}`;
}

const QUARTER = 900n * SECOND_MICROS;
const MANY = 10_000;
const OFFSETS = new Map<string, number>();

/** In seconds. Clocks change at the quarters of an hour. */
function offsetOf(micros: bigint, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const key = `${micros / QUARTER} ${timeZone}`;
  const known = OFFSETS.get(key);
  if (known !== undefined) return known;
  const offset = Number((zoneOffset(micros, timeZone) ?? 0n) / SECOND_MICROS);
  if (OFFSETS.size > MANY) OFFSETS.clear();
  OFFSETS.set(key, offset);
  return offset;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function outOfRange(text: string): Error {
  return new Error(`[DATETIME_OVERFLOW] A variant cannot keep the moment ${text}.`);
}
