import { doubleText } from "./prelude-number.ts";

/** A number of JSON text that keeps its digits: 64-bit integers and decimals do not fit JavaScript's numbers. */
export class Numeral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The members of an object by name: of several with one name the last, and those before it apart. */
export class Members extends Map<string, Json> {
  #earlier: Map<string, readonly Json[]> | undefined;

  add(name: string, value: Json): void {
    const before = this.get(name);
    if (before !== undefined) {
      this.#earlier ??= new Map();
      this.#earlier.set(name, [before, ...(this.#earlier.get(name) ?? [])]);
    }
    this.set(name, value);
  }

  /** These members and one more, of which nothing else is kept. */
  with(name: string, value: Json): Members {
    const more = new Members(this);
    more.#earlier = this.#earlier;
    more.set(name, value);
    return more;
  }

  /** Whether a name came more than once. */
  get hasRepeats(): boolean {
    return this.#earlier !== undefined;
  }

  /** The values that a name had before its last, the latest first. */
  earlier(name: string): readonly Json[] {
    return this.#earlier?.get(name) ?? [];
  }
}

export type Json = null | boolean | string | Numeral | readonly Json[] | ReadonlyMap<string, Json>;

/** The first value of a text, whatever follows it; undefined when it is malformed. */
export function parseFirstJson(text: string): Json | undefined {
  return firstValue({ text, at: 0 });
}

/** The first value of a text that keeps to the standard: single quotes are none. Undefined when it is malformed. */
export function parseStrictJson(text: string): Json | undefined {
  return firstValue({ text, at: 0, strict: true });
}

/** The same, with NaN for a number. */
export function parseStrictJsonOrNaN(text: string): Json | undefined {
  return firstValue({ text, at: 0, strict: true, words: WORD_OR_NAN });
}

/** Parses JSON, keeping the digits of numbers and the order of keys; undefined when it is malformed. */
export function parseJson(text: string): Json | undefined {
  const state = { text, at: 0 };
  const value = firstValue(state);
  skip(state);
  return state.at === text.length ? value : undefined;
}

function firstValue(state: State): Json | undefined {
  try {
    return readValue(state, 0);
  } catch {
    return undefined;
  }
}

interface State {
  readonly text: string;
  readonly strict?: boolean;
  readonly words?: RegExp;
  at: number;
}

/** Passes over blanks: what is no blank costs one look. */
function skip(state: State): void {
  for (;;) {
    const code = state.text.charCodeAt(state.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    state.at++;
  }
}

function fail(): never {
  throw new SyntaxError("malformed JSON");
}

function readValue(state: State, depth: number): Json {
  if (depth > 500) fail();
  skip(state);
  const char = state.text[state.at];
  if (char === "{") return readObject(state, depth);
  if (char === "[") return readArray(state, depth);
  if (char === '"' || char === "'") return readString(state);
  return readWord(state);
}

const WORD = /(?:true|false|null)\b|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD_OR_NAN = new RegExp(`${WORD.source}|NaN\\b`, "y");
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SINGLE = /'(?:[^'\\]|\\.)*'/sy;

function readWord(state: State): Json {
  const words = state.words ?? WORD;
  words.lastIndex = state.at;
  const word = words.exec(state.text)?.[0];
  if (word === undefined) return fail();
  state.at += word.length;
  if (word === "null") return null;
  return word === "true" || word === "false" ? word === "true" : new Numeral(word);
}

function readString(state: State): string {
  if (state.text[state.at] === "'" && state.strict !== true) return readSingle(state);
  STRING.lastIndex = state.at;
  const found = STRING.exec(state.text)?.[0];
  if (found === undefined) return fail();
  state.at += found.length;
  if (!found.includes("\\")) return found.slice(1, -1);
  const value: unknown = JSON.parse(found);
  return String(value);
}

/** Text in single quotes, which Spark's parser takes as well. */
function readSingle(state: State): string {
  SINGLE.lastIndex = state.at;
  const found = SINGLE.exec(state.text)?.[0];
  if (found === undefined) return fail();
  state.at += found.length;
  const inner = found
    .slice(1, -1)
    .replace(/\\'/g, "'")
    .replace(/(^|[^\\])"/g, '$1\\"');
  return found.includes("\\") || inner.includes('"') ? String(JSON.parse(`"${inner}"`)) : inner;
}

function close(state: State, value: Json): Json {
  state.at++;
  return value;
}

function readArray(state: State, depth: number): Json {
  const items: Json[] = [];
  state.at++;
  skip(state);
  if (state.text[state.at] === "]") return close(state, items);
  for (;;) {
    items.push(readValue(state, depth + 1));
    skip(state);
    const next = state.text[state.at++];
    if (next === "]") return items;
    if (next !== ",") fail();
  }
}

function readObject(state: State, depth: number): Json {
  const entries = new Members();
  state.at++;
  skip(state);
  if (state.text[state.at] === "}") return close(state, entries);
  for (;;) {
    skip(state);
    const key = readString(state);
    skip(state);
    if (state.text[state.at++] !== ":") fail();
    entries.add(key, readValue(state, depth + 1));
    skip(state);
    const next = state.text[state.at++];
    if (next === "}") return entries;
    if (next !== ",") fail();
  }
}

/** JSON text without blanks; numbers are printed by `numeral`, otherwise as they are written. */
export function printJson(value: Json, numeral: (text: string) => string = asWritten): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Numeral) return numeral(value.text);
  if (isList(value)) return `[${value.map((item) => printJson(item, numeral)).join(",")}]`;
  return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${printJson(item, numeral)}`).join(",")}}`;
}

function asWritten(text: string): string {
  return text;
}

/** A number as Spark's functions of JSON print it: one that is no integer as a double. */
export function numeralAsDouble(text: string): string {
  if (/^-?\d+$/.test(text)) return text === "-0" ? "0" : text;
  const printed = doubleText(Number(text));
  return printed.endsWith("Infinity") ? JSON.stringify(printed) : printed;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
