import { padded } from "./java-time-pattern.ts";

/** What was read, by the letter of the pattern: numbers, `a` as 0 or 1, microseconds of `S` as six digits, `zone` as `readZone` gives it. */
export interface Parsed {
  [letter: string]: number | string | undefined;
}

/**
 * What was read as `YYYY-MM-DD HH:MM:SS.ffffff` with the zone, if there is one; null for what is out of range or contradicts itself. The rules are those of Java's
 * strict resolver, and Spark's for what is missing.
 */
export function resolveMoment(parsed: Parsed): string | null {
  const [date, time] = [dateOf(parsed), timeOf(parsed)];
  return date === null || time === null ? null : `${date} ${time}.${parsed["S"] ?? "000000"}${parsed["zone"] ?? ""}`;
}

const FIRST_YEAR = 1970;

function dateOf(parsed: Parsed): string | null {
  const [year, month, day, dayOfYear] = ["y", "M", "d", "D"].map((letter) => numberOf(parsed, letter));
  const isWhole = year !== undefined && month !== undefined && day !== undefined;
  if (isWhole || dayOfYear === undefined) {
    const date = dayOf(year ?? FIRST_YEAR, month ?? 1, day ?? 1);
    return date !== null && agrees(dayOfYear, date.dayOfYear) ? date.text : null;
  }
  const date = dayOf(year ?? FIRST_YEAR, 1, dayOfYear, true);
  return date !== null && agrees(month, date.month) && agrees(day, date.day) ? date.text : null;
}

function agrees(read: number | undefined, actual: number): boolean {
  return read === undefined || read === actual;
}

interface Day {
  readonly text: string;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
}

const DAY_MS = 86_400_000;

/** Undefined parts of a year are no days: null. `ofYear`: the day counts from the year's begin. */
function dayOf(year: number, month: number, day: number, ofYear = false): Day | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = ofYear
    ? date.getUTCFullYear() === year && day >= 1
    : date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isReal) return null;
  const [realMonth, realDay] = [date.getUTCMonth() + 1, date.getUTCDate()];
  const first = new Date(date);
  first.setUTCMonth(0, 1);
  return {
    text: `${year < 0 ? "-" : ""}${padded(Math.abs(year), 4)}-${padded(realMonth, 2)}-${padded(realDay, 2)}`,
    month: realMonth,
    day: realDay,
    dayOfYear: (date.getTime() - first.getTime()) / DAY_MS + 1,
  };
}

function timeOf(parsed: Parsed): string | null {
  const hour = hourOf(parsed);
  const [minute, second] = [numberOf(parsed, "m") ?? 0, numberOf(parsed, "s") ?? 0];
  if (hour === null || !isWithin(minute, 0, 59) || !isWithin(second, 0, 59)) return null;
  return [hour, minute, second].map((part) => padded(part, 2)).join(":");
}

/** The hour of the day; null for contradictions. */
function hourOf(parsed: Parsed): number | null {
  const half = numberOf(parsed, "a");
  const ofDay = same(within(parsed, "H", 0, 23), within(parsed, "k", 1, 24), 24);
  const ofHalf = same(within(parsed, "K", 0, 11), within(parsed, "h", 1, 12), 12);
  if (ofDay === null || ofHalf === null) return null;
  if (half !== undefined && ofHalf !== undefined) return same(ofDay, half * 12 + ofHalf, 24) ?? null;
  if (ofDay === undefined) return ofHalf ?? (half === 1 ? 12 : 0);
  const isFree = isUnfinished(parsed);
  const fits = agrees(ofHalf, ofDay % 12) && agrees(half, Math.floor(ofDay / 12));
  return isFree || fits ? ofDay : null;
}

/** Java puts no time together from an hour and seconds without minutes, or a fraction without seconds, and so finds no contradictions in it. */
function isUnfinished({ m, s, S }: Parsed): boolean {
  return m === undefined ? s !== undefined || S !== undefined : s === undefined && S !== undefined;
}

/** One number of two that mean the same, the second of which counts to `modulus` where the first counts from 0; null when they differ. */
function same(
  first: number | null | undefined,
  second: number | null | undefined,
  modulus: number,
): number | null | undefined {
  if (first === null || second === null) return null;
  const other = second === undefined ? undefined : second % modulus;
  if (first === undefined || other === undefined) return first ?? other;
  return first === other ? first : null;
}

/** Null for a number out of range. */
function within(parsed: Parsed, letter: string, least: number, most: number): number | null | undefined {
  const value = numberOf(parsed, letter);
  return value === undefined || isWithin(value, least, most) ? value : null;
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function numberOf(parsed: Parsed, letter: string): number | undefined {
  const value = parsed[letter];
  return value === undefined ? undefined : Number(value);
}
