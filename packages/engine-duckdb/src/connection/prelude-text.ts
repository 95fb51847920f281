import { javaRegex } from "@sluice/query";
import { perPattern } from "./per-pattern.ts";
import type { PreludeFunction, PreludeValue } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";

/** @throws INVALID_PARAMETER_VALUE.PATTERN */
function regexOf(pattern: string): RegExp {
  const regex = known(pattern);
  if (regex !== undefined) return regex;
  throw new Error(`[INVALID_PARAMETER_VALUE.PATTERN] The value of parameter(s) \`regexp\` is invalid: '${pattern}'`);
}

const known = perPattern(javaRegex);

function groupIndex(regex: RegExp, group: string): number {
  const groups = new RegExp(`${regex.source}|`, regex.flags.replace("g", "")).exec("")?.length ?? 1;
  const index = Number(group);
  if (index < 0 || index >= groups) {
    throw new Error(
      `[INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX] The group index must be between 0 and ${groups - 1}, but got ${index}`,
    );
  }
  return index;
}

function replaceAll(text: string, pattern: string, replacement: string, from: string): string {
  const start = Math.max(Number(from) - 1, 0);
  const by = replacement.replace(
    /\\(.)|\$(\d)|\$\{(\w+)\}|\$/gs,
    (_, plain?: string, group?: string, name?: string) => {
      if (group !== undefined) return `$${group === "0" ? "&" : group}`;
      if (name !== undefined) return `$<${name}>`;
      return plain === "$" || plain === undefined ? "$$" : plain;
    },
  );
  return text.slice(0, start) + text.slice(start).replace(regexOf(pattern), by);
}

function extract(text: string, pattern: string, group: string): string {
  const regex = regexOf(pattern);
  const index = groupIndex(regex, group);
  regex.lastIndex = 0;
  return regex.exec(text)?.[index] ?? "";
}

function extractAll(text: string, pattern: string, group: string): readonly string[] {
  const regex = regexOf(pattern);
  const index = groupIndex(regex, group);
  return [...text.matchAll(regex)].map((found) => found[index] ?? "");
}

function split(text: string, pattern: string, limit: string): readonly string[] {
  const most = Number(limit) > 0 ? Number(limit) : Number.POSITIVE_INFINITY;
  if (pattern === "") return most < text.length ? [...text.slice(0, most - 1), text.slice(most - 1)] : [...text];
  const parts: string[] = [];
  let at = 0;
  for (const found of text.matchAll(regexOf(pattern))) {
    if (parts.length + 1 >= most) break;
    if (found[0] === "" && (found.index === 0 || found.index >= text.length)) continue;
    if (found.index === 0 && found[0] === "") continue;
    parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

const SOUNDS: Readonly<Record<string, string>> = Object.fromEntries(
  ["AEIOUY:0", "BFPV:1", "CGJKQSXZ:2", "DT:3", "L:4", "MN:5", "R:6", "HW:7"].flatMap((group) => {
    const [letters = "", code = ""] = group.split(":");
    return [...letters].map((letter) => [letter, code]);
  }),
);

/** A vowel, or what is no English letter, parts two equal sounds; H and W do not. */
function soundex(text: string): string {
  if (!/^[A-Za-z]/.test(text)) return text;
  const first = text.charAt(0).toUpperCase();
  let last = SOUNDS[first];
  let result = first;
  for (const char of text.slice(1)) {
    const code = /[A-Za-z]/.test(char) ? SOUNDS[char.toUpperCase()] : "0";
    if (code === "7") continue;
    if (code !== "0" && code !== last) result += code;
    last = code;
  }
  return result.slice(0, 4).padEnd(4, "0");
}

function luhn(text: string): boolean {
  if (!/^\d+$/.test(text)) return false;
  const sum = [...text].reverse().reduce((total, char, i) => {
    const digit = Number(char) * (i % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

/** Letters beyond 16 bits are two characters to Java, neither of them a letter. */
function mask(...[text, upper, lower, digit, other]: readonly PreludeValue[]): string | null {
  if (typeof text !== "string") return null;
  const by = (replacement: PreludeValue | undefined, char: string) =>
    typeof replacement === "string" ? replacement : char;
  return [...text]
    .map((char) => {
      if (char.length > 1) return typeof other === "string" ? other.repeat(char.length) : char;
      if (/\p{Lu}/u.test(char)) return by(upper, char);
      if (/\p{Ll}/u.test(char)) return by(lower, char);
      return /\p{Nd}/u.test(char) ? by(digit, char) : by(other, char);
    })
    .join("");
}

function sentences(text: string): string {
  const parts = text.split(/(?<=[.!?])\s+/).map((sentence) => sentence.match(/[\p{L}\p{N}'-]+/gu) ?? []);
  return JSON.stringify(parts.filter((words) => words.length > 0));
}

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function randomText(length: PreludeValue): string {
  return Array.from({ length: Number(length) }, () => ALPHABET[Math.floor(Math.random() * 62)]).join("");
}

function many(count: number, apply: (...args: readonly string[]) => readonly string[]): PreludeFunction {
  return { ...ofTexts(count, () => null), returns: "VARCHAR[]", apply: (...args) => apply(...args.map(String)) };
}

/** How many characters must be put in, left out or changed to make one text of the other. */
function distance(a: readonly string[], b: readonly string[]): bigint {
  let row = b.map((_, i) => i + 1);
  row.unshift(0);
  for (const [i, char] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const changed = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return BigInt(row[b.length] ?? 0);
}

/** Text: Java's regular expressions beyond RE2, and functions that DuckDB has not. */
export const TEXT_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_regexp_like: {
    ...ofTexts(2, () => null),
    returns: "BOOLEAN",
    apply: (text, pattern) => String(text).search(regexOf(String(pattern))) >= 0,
  },
  js_regexp_replace: ofTexts(4, (text = "", pattern = "", by = "", from = "1") => replaceAll(text, pattern, by, from)),
  js_regexp_extract: ofTexts(3, (text = "", pattern = "", group = "1") => extract(text, pattern, group)),
  js_regexp_extract_all: many(3, (text = "", pattern = "", group = "1") => extractAll(text, pattern, group)),
  js_regexp_substr: ofTexts(2, (text = "", pattern = "") => text.match(regexOf(pattern))?.[0] ?? null),
  js_regexp_instr: {
    ...ofTexts(2, () => null),
    returns: "BIGINT",
    apply: (text, pattern) => BigInt(String(text).search(regexOf(String(pattern))) + 1),
  },
  js_split: many(3, (text = "", pattern = "", limit = "-1") => split(text, pattern, limit)),
  js_soundex: ofTexts(1, (text = "") => soundex(text)),
  js_upper: ofTexts(1, (text = "") => text.toUpperCase()),
  js_lower: ofTexts(1, (text = "") => text.toLowerCase()),
  js_levenshtein: {
    ...ofTexts(2, () => null),
    returns: "BIGINT",
    apply: (a, b) => distance([...String(a)], [...String(b)]),
  },
  js_luhn_check: { ...ofTexts(1, () => null), returns: "BOOLEAN", apply: (text) => luhn(String(text)) },
  js_mask: { ...ofTexts(5, () => null), nulls: true, apply: mask },
  js_sentences: ofTexts(1, (text = "") => sentences(text)),
  js_randstr: { parameters: ["BIGINT"], returns: "VARCHAR", volatile: true, apply: randomText },
};
