import { MONTHS, type Piece, piecesOf } from "./java-time-pattern.ts";
import { readZone } from "./parse-zone.ts";
import { perPattern } from "./per-pattern.ts";
import { type Parsed, resolveMoment } from "./resolve-moment.ts";

type FieldPiece = Extract<Piece, { kind: "Field" }>;

/** A piece with what is known of it before a text is read: of a field how many digits numbers of a fixed width need that follow without anything between. */
type Step =
  | Exclude<Piece, { kind: "Field" | "Optional" }>
  | (FieldPiece & { readonly reserved: number })
  | { readonly kind: "Optional"; readonly steps: readonly Step[] };

const stepsOf = perPattern((pattern) => steps(piecesOf(pattern)));

function steps(pieces: readonly Piece[]): readonly Step[] {
  return pieces.map((piece, i) => {
    if (piece.kind === "Optional") return { kind: "Optional", steps: steps(piece.pieces) };
    return piece.kind === "Field" ? { ...piece, reserved: reservedAfter(pieces, i) } : piece;
  });
}

/**
 * Text read by a pattern of Java's DateTimeFormatter (strict, letters in any case), as `YYYY-MM-DD HH:MM:SS.ffffff` with the zone if the text has one; null when it does
 * not fit. What the pattern lacks is Spark's: 1970-01-01 00:00:00.
 */
export function parseMoment(text: string, pattern: string): string | null {
  const parsed: Parsed = {};
  const end = read(stepsOf(pattern), text, 0, parsed);
  return end === text.length ? resolveMoment(parsed) : null;
}

/** Where the steps end in the text; -1 when they do not fit. */
function read(all: readonly Step[], text: string, start: number, into: Parsed): number {
  let at = start;
  for (const step of all) {
    if (step.kind === "Optional") at = readOptional(step.steps, text, at, into);
    else if (step.kind === "Text") at = startsWith(text, step.text, at) ? at + step.text.length : -1;
    else at = readField(step, text, at, into);
    if (at < 0) return -1;
  }
  return at;
}

function readOptional(all: readonly Step[], text: string, at: number, into: Parsed): number {
  const trial: Parsed = { ...into };
  const end = read(all, text, at, trial);
  if (end < 0) return at;
  Object.assign(into, trial);
  return end;
}

function startsWith(text: string, part: string, at: number): boolean {
  return text.slice(at, at + part.length).toLowerCase() === part.toLowerCase();
}

interface Taken {
  readonly length: number;
  readonly value: number | string;
}

function readField(piece: FieldPiece & { readonly reserved: number }, text: string, at: number, into: Parsed): number {
  const rest = text.slice(at);
  const taken = isNumber(piece) ? readNumber(piece, rest, piece.reserved) : readText(piece, rest);
  const letter = SAME_FIELD[piece.letter] ?? piece.letter;
  if (taken === undefined || (into[letter] ?? taken.value) !== taken.value) return -1;
  into[letter] = taken.value;
  return at + taken.length;
}

/** Letters that stand for the same as another. */
const SAME_FIELD: Readonly<Record<string, string>> = {
  L: "M",
  u: "y",
  X: "zone",
  x: "zone",
  Z: "zone",
  O: "zone",
  V: "zone",
  z: "zone",
};

function isNumber({ letter, count }: FieldPiece): boolean {
  return /^[yudDHhKkms]$/.test(letter) || (/^[ML]$/.test(letter) && count < 3);
}

const MOST_DIGITS = 19;

interface Width {
  readonly least: number;
  readonly most: number;
}

function widthOf({ letter, count }: FieldPiece): Width {
  if (count === 1) return { least: 1, most: MOST_DIGITS };
  if (/^[yu]$/.test(letter)) return { least: count, most: count === 2 ? 2 : MOST_DIGITS };
  return { least: count, most: letter === "D" ? 3 : count };
}

/** A number of variable width leaves to numbers of fixed width that follow at once what they need, but not where one of variable width comes after these. */
function reservedAfter(pieces: readonly Piece[], at: number): number {
  let digits = 0;
  for (const piece of pieces.slice(at + 1)) {
    if (piece.kind !== "Field" || !isNumber(piece)) return digits;
    const { least, most } = widthOf(piece);
    if (least !== most) return 0;
    digits += most;
  }
  return digits;
}

function readNumber(piece: FieldPiece, rest: string, reserved: number): Taken | undefined {
  const { least, most } = widthOf(piece);
  const isYear = /^[yu]$/.test(piece.letter);
  const isPadded = isYear && piece.count >= 4;
  const [sign = ""] = (least === most ? undefined : isPadded ? /^[+-]/ : /^-/)?.exec(rest) ?? [];
  const found = /^\d*/.exec(rest.slice(sign.length))?.[0] ?? "";
  const length = Math.min(most, reserved === 0 ? found.length : Math.max(least, found.length - reserved));
  if (found.length < least || (isPadded && sign !== "-" && (sign === "+") === length <= least)) return undefined;
  const value = Number(found.slice(0, length));
  if (sign === "-" && value === 0) return undefined;
  const whole = isYear && piece.count === 2 ? 2000 + value : value;
  return { length: sign.length + length, value: sign === "-" ? -whole : whole };
}

function readText({ letter, count }: FieldPiece, rest: string): Taken | undefined {
  if (/^[ML]$/.test(letter)) return readMonth(rest, count > 3);
  if (letter === "S") {
    const digits = /^\d*/.exec(rest.slice(0, count))?.[0] ?? "";
    return digits === "" ? undefined : { length: digits.length, value: digits.padEnd(6, "0").slice(0, 6) };
  }
  if (letter !== "a") return readZone(letter, count, rest);
  return /^[ap]m/i.test(rest) ? { length: 2, value: Number(/^p/i.test(rest)) } : undefined;
}

function readMonth(rest: string, isFull: boolean): Taken | undefined {
  const names = MONTHS.map((name) => (isFull ? name : name.slice(0, 3)));
  const index = names.findIndex((name) => startsWith(rest, name, 0));
  return index < 0 ? undefined : { length: names[index]?.length ?? 0, value: index + 1 };
}
