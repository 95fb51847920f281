import { type PatternUse, patternRefusal } from "@sluice/query";
import { quoteText } from "./identifier.ts";

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

/**
 * SQL of a text read by a pattern of Java's DateTimeFormatter, as a TIMESTAMP, NULL when it does not fit: only for patterns that begin with the year, since DuckDB's first
 * day is another than Spark's, and all of whose fields have a fixed width, but for fractions at the end. Undefined for others, and where all
 * fields follow without anything between up to a fraction, whose digits Spark gives to the year.
 */
export function readFixed(text: string, pattern: string): string | undefined {
  const format = isTaken(pattern, "parse") ? translate(pattern, (token) => FIXED.has(token)) : undefined;
  if (format === undefined || !format.includes("%Y") || /%[gf]./.test(format)) return undefined;
  const tokens = [...pattern.matchAll(TOKEN)].map(([token]) => token);
  if (/yyyy[A-Za-z]*S$/.test(pattern)) return undefined;
  const length = tokens.reduce((sum, token) => sum + (FIXED.has(token) ? token : literalText(token)).length, 0);
  const digits = /^S+$/.exec(tokens.at(-1) ?? "")?.[0].length ?? 1;
  const hasLetters = tokens.some((token) => !FIXED.has(token) && /[A-Za-z]/.test(token));
  const padded = digits === 1 ? text : `rpad(${text}, ${length}, '0')`;
  const read = hasLetters
    ? `try_strptime(upper(${padded}), ${quoteText(upperLiterals(format))})`
    : `try_strptime(${padded}, ${quoteText(format)})`;
  const named = [5, 8, 9].includes(length) ? ` AND lower(${text}) NOT IN ('epoch', 'infinity', '-infinity')` : "";
  const fits = digits === 1 ? `= ${length}` : `BETWEEN ${length - digits + 1} AND ${length}`;
  return `CASE WHEN length(${text}) ${fits}${named} THEN ${read} END`;
}

function upperLiterals(format: string): string {
  return format.replaceAll(/%.|[^%]+/g, (part) => (part.startsWith("%") ? part : part.toUpperCase()));
}
