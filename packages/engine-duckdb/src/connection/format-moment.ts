import { DAYS, MONTHS, type Piece, padded, piecesOf } from "./java-time-pattern.ts";
import { zoneName } from "./zone-name.ts";

/** The session's zone at a time. */
export interface Zone {
  /** Microseconds that the local time is ahead of UTC. */
  readonly offset: number;
  readonly zone: string;
}

interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

function clockOf(local: bigint): Clock {
  const micros = Number(((local % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const date = new Date(Number((local - BigInt(micros)) / 1000n));
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  start.setUTCHours(0, 0, 0, 0);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    dayOfYear: Math.floor((date.getTime() - start.getTime()) / 86_400_000) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    micros,
  };
}

/** A local time (microseconds, as if it were UTC) in a pattern of Java's DateTimeFormatter. @throws Error for a letter that cannot be printed */
export function formatMoment(local: bigint, pattern: string, zone: Zone): string {
  const text = print(piecesOf(pattern), clockOf(local), zone);
  if (text !== null) return text;
  throw new Error(
    `[INVALID_DATETIME_PATTERN.WITH_SUGGESTION] The pattern '${pattern}' has letters that cannot be printed in the time zone ${zone.zone}. Use letters of Spark's datetime patterns.`,
  );
}

function print(pieces: readonly Piece[], clock: Clock, zone: Zone): string | null {
  let result = "";
  for (const piece of pieces) {
    const text =
      piece.kind === "Text"
        ? piece.text
        : piece.kind === "Optional"
          ? print(piece.pieces, clock, zone)
          : printField(piece.letter, piece.count, clock, zone);
    if (text === null) return null;
    result += text;
  }
  return result;
}

type Printer = (count: number, clock: Clock, zone: Zone) => string | null;

const PRINTERS: Readonly<Record<string, Printer>> = {
  y: printYear,
  M: printMonth,
  L: printMonth,
  d: (count, clock) => padded(clock.day, count),
  D: (count, clock) => padded(clock.dayOfYear, count),
  H: (count, clock) => padded(clock.hour, count),
  k: (count, clock) => padded(clock.hour === 0 ? 24 : clock.hour, count),
  h: (count, clock) => padded(clock.hour % 12 === 0 ? 12 : clock.hour % 12, count),
  K: (count, clock) => padded(clock.hour % 12, count),
  m: (count, clock) => padded(clock.minute, count),
  s: (count, clock) => padded(clock.second, count),
  S: (count, clock) => clock.micros.toString().padStart(6, "0").padEnd(9, "0").slice(0, count),
  a: (_, clock) => (clock.hour < 12 ? "AM" : "PM"),
  E: (count, clock) => (count < 4 ? (DAYS[clock.weekday] ?? "").slice(0, 3) : (DAYS[clock.weekday] ?? "")),
  F: (count, clock) => padded(((clock.day - 1) % 7) + 1, count),
  Q: printQuarter,
  q: printQuarter,
  G: () => "AD",
  V: (_, __, zone) => zone.zone,
  z: printZone,
  X: (count, _, zone) => (zone.offset === 0 ? "Z" : offsetText(zone.offset, count)),
  x: (count, _, zone) => offsetText(zone.offset, count),
  Z: (count, _, zone) =>
    count < 4
      ? offsetText(zone.offset, 2)
      : count === 4
        ? gmt(zone.offset)
        : zone.offset === 0
          ? "Z"
          : offsetText(zone.offset, 3),
  O: (count, _, zone) => (count < 4 ? shortGmt(zone.offset) : gmt(zone.offset)),
};

function printZone(count: number, clock: Clock, { zone, offset }: Zone): string | null {
  const instant = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute) - offset / 1000;
  return zoneName(zone, instant, count < 4 ? "short" : "long");
}

function printField(letter: string, count: number, clock: Clock, zone: Zone): string | null {
  return PRINTERS[letter]?.(count, clock, zone) ?? null;
}

function printYear(count: number, clock: Clock): string {
  return count === 2 ? padded(clock.year % 100, 2) : padded(clock.year, count);
}

function printMonth(count: number, clock: Clock): string {
  const name = MONTHS[clock.month - 1] ?? "";
  return count < 3 ? padded(clock.month, count) : count === 3 ? name.slice(0, 3) : name;
}

const ORDINALS = ["1st", "2nd", "3rd", "4th"];

function printQuarter(count: number, clock: Clock): string {
  const quarter = Math.ceil(clock.month / 3);
  return count < 3 ? padded(quarter, count) : count === 3 ? `Q${quarter}` : `${ORDINALS[quarter - 1]} quarter`;
}

function offsetText(micros: number, count: number): string {
  const minutes = Math.abs(Math.trunc(micros / 60_000_000));
  const [hour, minute] = [padded(Math.floor(minutes / 60), 2), padded(minutes % 60, 2)];
  const sign = micros < 0 ? "-" : "+";
  if (count === 1) return `${sign}${hour}${minute === "00" ? "" : minute}`;
  return `${sign}${hour}${count === 3 || count === 5 ? ":" : ""}${minute}`;
}

function gmt(micros: number): string {
  return micros === 0 ? "GMT" : `GMT${offsetText(micros, 3)}`;
}

/** As `GMT-7` and `GMT+5:30`. */
function shortGmt(micros: number): string {
  return gmt(micros).replace(/([+-])0?(\d+)(:00)?/, (_, sign: string, hour: string) => sign + hour);
}
