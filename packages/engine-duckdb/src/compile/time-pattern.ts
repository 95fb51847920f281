import { type PatternUse, patternRefusal } from "@sluice/query";

const TO_STRFTIME: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  y: "%Y",
  yy: "%y",
  MM: "%m",
  M: "%-m",
  MMM: "%b",
  MMMM: "%B",
  dd: "%d",
  d: "%-d",
  HH: "%H",
  H: "%-H",
  hh: "%I",
  h: "%-I",
  mm: "%M",
  m: "%-M",
  ss: "%S",
  s: "%-S",
  SSS: "%g",
  SSSSSS: "%f",
  a: "%p",
  E: "%a",
  EE: "%a",
  EEE: "%a",
  EEEE: "%A",
  DDD: "%j",
  D: "%-j",
};

/** Fields that always take the same number of characters, for reading. */
const FIXED = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS", "SSSSSS"]);

const TOKEN = /'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g;

function translate(pattern: string, allowed: (token: string) => boolean): string | undefined {
  let format = "";
  for (const [token] of pattern.matchAll(TOKEN)) {
    const field = TO_STRFTIME[token];
    if (field !== undefined && allowed(token)) format += field;
    else if (/^[A-Za-z[\]]/.test(token)) return undefined;
    else format += literalText(token).replaceAll("%", "%%");
  }
  return format;
}

function literalText(token: string): string {
  if (token === "''") return "'";
  return token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token;
}

/** Whether Spark takes a pattern, and it has something and nothing that may be absent. */
function isTaken(pattern: string, use: PatternUse): boolean {
  return /^[^[\]]+$/.test(pattern) && patternRefusal(pattern, use) === undefined;
}

/** A pattern of Java's DateTimeFormatter as strftime's, for printing; undefined when strftime lacks a field. */
export function toStrftime(pattern: string): string | undefined {
  return isTaken(pattern, "print") ? translate(pattern, () => true) : undefined;
}

/** The same for reading, with the length that each text must have: only for patterns all of whose fields have a fixed width. */
export function toStrptime(pattern: string): { readonly format: string; readonly length: number } | undefined {
  if (!isTaken(pattern, "parse")) return undefined;
  const format = translate(pattern, (token) => FIXED.has(token));
  if (format === undefined) return undefined;
  const length = [...pattern.matchAll(TOKEN)].reduce(
    (sum, [token]) => sum + (FIXED.has(token) ? token.length : literalText(token).length),
    0,
  );
  return { format, length };
}
