import { perPattern } from "./per-pattern.ts";

/** One piece of a pattern of Java's DateTimeFormatter: a letter repeated, or text that stands for itself. */
type Piece =
  | { readonly kind: "Field"; readonly letter: string; readonly count: number }
  | { readonly kind: "Text"; readonly text: string }
  | { readonly kind: "Optional"; readonly pieces: readonly Piece[] };

const piecesOf = perPattern(split);

function split(pattern: string): readonly Piece[] {
  const open: Piece[][] = [[]];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|\[|\]|[^A-Za-z'[\]]+/g)) {
    if (token === "[") open.push([]);
    else if (token === "]") close(open);
    else open.at(-1)?.push(pieceOf(token));
  }
  while (open.length > 1) close(open);
  return open[0] ?? [];
}

function close(open: Piece[][]): void {
  const pieces = open.pop() ?? [];
  open.at(-1)?.push({ kind: "Optional", pieces });
}

function pieceOf(token: string): Piece {
  if (token === "''") return { kind: "Text", text: "'" };
  if (token.startsWith("'")) return { kind: "Text", text: token.slice(1, -1).replaceAll("''", "'") };
  if (/[A-Za-z]/.test(token)) return { kind: "Field", letter: token.charAt(0), count: token.length };
  return { kind: "Text", text: token };
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

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
  d: (count, clock) => number(clock.day, count),
  D: (count, clock) => number(clock.dayOfYear, count),
  H: (count, clock) => number(clock.hour, count),
  k: (count, clock) => number(clock.hour === 0 ? 24 : clock.hour, count),
  h: (count, clock) => number(clock.hour % 12 === 0 ? 12 : clock.hour % 12, count),
  K: (count, clock) => number(clock.hour % 12, count),
  m: (count, clock) => number(clock.minute, count),
  s: (count, clock) => number(clock.second, count),
  S: (count, clock) => clock.micros.toString().padStart(6, "0").padEnd(9, "0").slice(0, count),
  a: (_, clock) => (clock.hour < 12 ? "AM" : "PM"),
  E: (count, clock) => (count < 4 ? (DAYS[clock.weekday] ?? "").slice(0, 3) : (DAYS[clock.weekday] ?? "")),
  F: (count, clock) => number(((clock.day - 1) % 7) + 1, count),
  Q: printQuarter,
  q: printQuarter,
  G: () => "AD",
  V: (_, __, zone) => zone.zone,
  z: (_, clock, zone) => shortZone(clock, zone),
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
  O: (_, __, zone) => gmt(zone.offset),
};

/** The zone's short name at a time, as `PST`; null where JavaScript knows none. */
function shortZone(clock: Clock, { zone, offset }: Zone): string | null {
  if (zone === "UTC") return "UTC";
  const instant = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute) - offset / 1000;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" });
  const nameAt = (time: number) => format.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? "";
  const names = [instant, Date.UTC(2024, 0)].map(nameAt);
  return names.find((name) => /^[A-Z]{2,5}$/.test(name)) ?? null;
}

function printField(letter: string, count: number, clock: Clock, zone: Zone): string | null {
  return PRINTERS[letter]?.(count, clock, zone) ?? null;
}

function printYear(count: number, clock: Clock): string {
  return count === 2 ? number(clock.year % 100, 2) : number(clock.year, count);
}

function printMonth(count: number, clock: Clock): string {
  const name = MONTHS[clock.month - 1] ?? "";
  return count < 3 ? number(clock.month, count) : count === 3 ? name.slice(0, 3) : name;
}

const ORDINALS = ["1st", "2nd", "3rd", "4th"];

function printQuarter(count: number, clock: Clock): string {
  const quarter = Math.ceil(clock.month / 3);
  return count < 3 ? number(quarter, count) : count === 3 ? `Q${quarter}` : `${ORDINALS[quarter - 1]} quarter`;
}

function number(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function offsetText(micros: number, count: number): string {
  const minutes = Math.abs(Math.trunc(micros / 60_000_000));
  const [hour, minute] = [number(Math.floor(minutes / 60), 2), number(minutes % 60, 2)];
  const sign = micros < 0 ? "-" : "+";
  if (count === 1) return `${sign}${hour}${minute === "00" ? "" : minute}`;
  return `${sign}${hour}${count === 3 || count === 5 ? ":" : ""}${minute}`;
}

function gmt(micros: number): string {
  return micros === 0 ? "GMT" : `GMT${offsetText(micros, 3)}`;
}

interface Parsed {
  [letter: string]: number | string | undefined;
}

/** Text read by a pattern of Java's DateTimeFormatter, as `YYYY-MM-DD HH:MM:SS.ffffff` with the zone if the text has one; null when it does not fit. */
export function parseMoment(text: string, pattern: string): string | null {
  const parsed: Parsed = {};
  const end = read(piecesOf(pattern), text, 0, parsed);
  if (end !== text.length) return null;
  return assemble(parsed);
}

function read(pieces: readonly Piece[], text: string, start: number, into: Parsed): number {
  let at = start;
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind === "Optional") {
      const trial: Parsed = { ...into };
      const end = read(piece.pieces, text, at, trial);
      if (end >= 0) {
        Object.assign(into, trial);
        at = end;
      }
    } else if (piece.kind === "Text") {
      if (!text.startsWith(piece.text, at)) return -1;
      at += piece.text.length;
    } else {
      at = readField(piece, text, { at, adjacent: pieces[i + 1]?.kind === "Field" }, into);
    }
    if (at < 0) return -1;
  }
  return at;
}

interface Place {
  readonly at: number;
  /** Another field follows without anything between: this one takes exactly its width. */
  readonly adjacent: boolean;
}

type FieldPiece = Extract<Piece, { kind: "Field" }>;

function readField(piece: FieldPiece, text: string, place: Place, into: Parsed): number {
  const { letter, count } = piece;
  const rest = text.slice(place.at);
  if ((letter === "M" || letter === "L") && count >= 3)
    return readName(rest, MONTHS, { count, place, letter: "M" }, into);
  if (letter === "E") return readName(rest, DAYS, { count, place, letter: "E" }, into);
  const pattern = fieldPattern(piece, place.adjacent);
  const found = pattern?.exec(rest)?.[0];
  if (found === undefined) return -1;
  into[letter] = /^[aVzXxZO]$/.test(letter) ? found : letter === "S" ? found.padEnd(6, "0").slice(0, 6) : found;
  if (letter === "y" && count === 2) into["y"] = String(2000 + Number(found));
  return place.at + found.length;
}

function readName(
  rest: string,
  names: readonly string[],
  field: { readonly count: number; readonly place: Place; readonly letter: string },
  into: Parsed,
): number {
  const index = names.findIndex((name) =>
    rest.toLowerCase().startsWith((field.count > 3 ? name : name.slice(0, 3)).toLowerCase()),
  );
  if (index < 0) return -1;
  into[field.letter] = index + 1;
  return field.place.at + (field.count > 3 ? (names[index]?.length ?? 0) : 3);
}

function fieldPattern({ letter, count }: FieldPiece, adjacent: boolean): RegExp | undefined {
  if (letter === "a") return /^(AM|PM)/i;
  if (/^[XxZ]$/.test(letter)) return /^(Z|[+-]\d{2}(:?\d{2})?)/;
  if (/^[VzO]$/.test(letter)) return /^([A-Za-z]+(\/[A-Za-z_]+)*([+-]\d{1,2}(:\d{2})?)?|[+-]\d{2}:\d{2})/;
  if (letter === "S") return new RegExp(`^\\d{1,${Math.max(count, 1)}}`);
  if (!/^[yuMLdDHkhKms]$/.test(letter)) return undefined;
  if (count > 1 || adjacent)
    return new RegExp(`^\\d{${count}}${letter === "y" && count >= 4 && !adjacent ? "\\d{0,3}" : ""}`);
  return /^\d{1,2}/;
}

function assemble(parsed: Parsed): string | null {
  const value = (letter: string, otherwise: number): number => Number(parsed[letter] ?? otherwise);
  const year = value("y", value("u", 1970));
  const day =
    parsed["D"] === undefined
      ? dayOf(year, value("M", value("L", 1)), value("d", 1))
      : dayOf(year, 1, value("D", 1), true);
  const hour = hourOf(parsed);
  const [minute, second] = [value("m", 0), value("s", 0)];
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  const clock = [hour, minute, second].map((part) => number(part, 2)).join(":");
  return `${day} ${clock}.${parsed["S"] ?? "000000"}${zoneOf(parsed)}`;
}

function hourOf(parsed: Parsed): number {
  const half = parsed["h"] ?? parsed["K"];
  if (half === undefined) return Number(parsed["H"] ?? parsed["k"] ?? 0) % (parsed["H"] === undefined ? 24 : 100);
  return (Number(half) % 12) + (/pm/i.test(String(parsed["a"] ?? "")) ? 12 : 0);
}

function dayOf(year: number, month: number, day: number, ofYear = false): string | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (!ofYear && (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)) return null;
  return `${number(date.getUTCFullYear(), 4)}-${number(date.getUTCMonth() + 1, 2)}-${number(date.getUTCDate(), 2)}`;
}

function zoneOf(parsed: Parsed): string {
  const offset = parsed["X"] ?? parsed["x"] ?? parsed["Z"];
  if (offset !== undefined) {
    const text = String(offset);
    if (text === "Z") return "+00:00";
    return text.length === 3 ? `${text}:00` : text.includes(":") ? text : `${text.slice(0, 3)}:${text.slice(3)}`;
  }
  const zone = parsed["V"] ?? parsed["z"] ?? parsed["O"];
  return zone === undefined ? "" : zone === "UTC" || zone === "GMT" ? "+00:00" : ` ${zone}`;
}
