import {
  isList,
  type Json,
  Members,
  Numeral,
  parseStrictJson,
  parseStrictJsonOrNaN,
  printJson,
} from "../json-value.ts";
import { lenientJson } from "../prelude-lenient-json.ts";
import { floatText } from "../prelude-number.ts";

/**
 * A VARIANT in DuckDB is JSON text without blanks whose keys are in order. What JSON has no type for is told by the spelling: a DECIMAL has a point and no
 * exponent, a DOUBLE an exponent, whole numbers neither; other types are texts that begin with U+0000 and a letter.
 */
export type Variant = Json;

/** The letter behind U+0000 of a text that is no STRING; `S` is a STRING that begins with U+0000 itself. */
export type Tag = "S" | "D" | "T" | "N" | "F" | "I" | "B" | "U";

const MARK = "\0";
const LONG_MAX = 2n ** 63n;

/** The type letter and the text of a value that is a text; undefined for others. */
export function tagged(value: Variant): { readonly tag: Tag; readonly text: string } | undefined {
  if (typeof value !== "string") return undefined;
  return value.startsWith(MARK) ? { tag: value[1] as Tag, text: value.slice(2) } : { tag: "S", text: value };
}

/** A text that is no STRING, or one that begins with U+0000. */
export function markedText(tag: Tag, text: string): Variant {
  return `${MARK}${tag}${text}`;
}

/** What kind of number a numeral stands for. */
export function numeralKind({ text }: Numeral): "long" | "decimal" | "double" {
  if (/e/i.test(text)) return "double";
  if (text.includes(".")) return "decimal";
  return isLong(BigInt(text)) ? "long" : "decimal";
}

function isLong(value: bigint): boolean {
  return value >= -LONG_MAX && value < LONG_MAX;
}

/** A variant as it was written by `variantText`. */
export function readVariant(text: string): Variant {
  const value = parseStrictJson(text);
  if (value === undefined) throw new Error(`no variant: ${text}`);
  return value;
}

/** How a variant is kept. */
export function variantText(value: Variant): string {
  return printJson(value);
}

/** The elements of a list, undefined for what is none. */
export function elementsOf(value: Variant): readonly Variant[] | undefined {
  return value !== null && isList(value) ? value : undefined;
}

/** The members of an object in the order of their keys, undefined for what is none. */
export function membersOf(value: Variant): ReadonlyMap<string, Variant> | undefined {
  return value === null || typeof value !== "object" || value instanceof Numeral || isList(value) ? undefined : value;
}

/** The first JSON value of a text as a variant; undefined when it is malformed or an object repeats a key. */
export function variantOfJson(text: string): Variant | undefined {
  return variantOf(text, parseStrictJson(text));
}

/** The same of a text that may hold more than JSON allows: what does is named by the letters of `js_lenient_json`. */
export function variantOfRecord(text: string, allowed: string): Variant | undefined {
  const found = variantOfJson(text);
  if (found !== undefined) return found;
  const rewritten = lenientJson(text, `${allowed}v`);
  return rewritten === undefined ? undefined : variantOf(rewritten, parseStrictJsonOrNaN(rewritten));
}

function variantOf(text: string, value: Json | undefined): Variant | undefined {
  if (value === undefined || repeatsKey(value)) return undefined;
  return tidy(MAYBE_MARK.test(text) ? asStrings(value) : value);
}

const MAYBE_MARK = /\\u0000|\0/;

/** Texts of JSON are STRINGs, whatever they begin with. */
function asStrings(value: Json): Variant {
  if (typeof value === "string") return value.startsWith(MARK) ? markedText("S", value) : value;
  if (value === null || typeof value !== "object" || value instanceof Numeral) return value;
  if (isList(value)) return value.map(asStrings);
  const members = new Members();
  for (const [key, item] of value) members.set(key, asStrings(item));
  return members;
}

/** The variant of values that were written one into the other: keys in order, numbers in one spelling. */
export function tidy(value: Variant): Variant {
  if (value instanceof Numeral) return numeral(value.text);
  if (typeof value === "string") return value.startsWith(`${MARK}F`) ? float(value.slice(2)) : value;
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(tidy);
  const members = new Members();
  for (const key of inOrder([...value.keys()])) members.set(key, tidy(value.get(key) ?? null));
  return members;
}

/** DuckDB's spelling of a FLOAT in Java's. */
function float(text: string): Variant {
  return markedText("F", floatText(Number(text.replace("inf", "Infinity"))));
}

/** Names in order. Most texts have a name or two, or are in order. */
function inOrder(keys: string[]): readonly string[] {
  return areInOrder(keys) ? keys : keys.sort();
}

/** Whether names are in the order of those of an object. */
export function areInOrder(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || (names[i - 1] ?? "") < name);
}

function repeatsKey(value: Variant): boolean {
  if (value === null || typeof value !== "object" || value instanceof Numeral) return false;
  if (isList(value)) return value.some(repeatsKey);
  if (value instanceof Members && value.hasRepeats) return true;
  for (const item of value.values()) if (repeatsKey(item)) return true;
  return false;
}

/** A DECIMAL keeps at most 38 digits and has no zeros at its end; beyond that a number is a DOUBLE. */
function numeral(text: string): Variant {
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(text)) return new Numeral(text);
  const [, sign = "", whole = "", fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "") return doubleVariant(Number(text));
  if (fraction === undefined)
    return whole.length > 38 ? doubleVariant(Number(text)) : new Numeral(String(BigInt(text)));
  if (fraction.length > 38 || (whole + fraction).replace(/^0+/, "").length > 38) return doubleVariant(Number(text));
  return decimalNumeral(BigInt(sign + whole + fraction), fraction.length);
}

/** A DECIMAL without zeros at its end; one that is whole has a point unless it could not be taken for a BIGINT. */
export function decimalNumeral(unscaled: bigint, scale: number): Variant {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const at = digits.length - scale;
  const fraction = digits.slice(at).replace(/0+$/, "");
  const whole = `${unscaled < 0n ? "-" : ""}${digits.slice(0, at)}`;
  return new Numeral(fraction === "" && !isLong(BigInt(whole)) ? whole : `${whole}.${fraction || "0"}`);
}

/** A DOUBLE. */
export function doubleVariant(value: number): Variant {
  if (!Number.isFinite(value)) return markedText("I", String(value));
  const text = String(value);
  return new Numeral(text.includes("e") ? text : `${Object.is(value, -0) ? "-0" : text}e0`);
}
