import { readMoment } from "./moment-by-pattern.ts";
import type { PreludeFunction } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";
import { dateText, timestampText } from "./prelude-time.ts";

/** A type as the compiler names it: a kind, or fields in order, element, map value, decimal digits. */
type FitType =
  | string
  | { readonly f: readonly (readonly [string, FitType])[] }
  | { readonly e: FitType }
  | { readonly v: FitType }
  | { readonly p: number; readonly s: number };

/** A number of JSON text that keeps its digits: 64-bit integers and decimals do not fit JavaScript's numbers. */
class Numeral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The members of an object by name: of several with one name the last, and those before it apart. */
class Members extends Map<string, Json> {
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

  /** The values that a name had before its last, the latest first. */
  earlier(name: string): readonly Json[] {
    return this.#earlier?.get(name) ?? [];
  }
}

type Json = null | boolean | string | Numeral | readonly Json[] | ReadonlyMap<string, Json>;

/** The first value of a text, whatever follows it; undefined when it is malformed. */
function parseFirst(text: string): Json | undefined {
  try {
    return readValue({ text, at: 0 }, 0);
  } catch {
    return undefined;
  }
}

/** Parses JSON, keeping the digits of numbers and the order of keys; undefined when it is malformed. */
function parse(text: string): Json | undefined {
  const state = { text, at: 0 };
  try {
    const value = readValue(state, 0);
    skip(state);
    return state.at === text.length ? value : undefined;
  } catch {
    return undefined;
  }
}

interface State {
  readonly text: string;
  at: number;
}

function skip(state: State): void {
  while (/[ \t\r\n]/.test(state.text[state.at] ?? "")) state.at++;
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

const WORD = /(?:true|false|null)\b|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SINGLE = /'(?:[^'\\]|\\.)*'/sy;

function readWord(state: State): Json {
  WORD.lastIndex = state.at;
  const word = WORD.exec(state.text)?.[0];
  if (word === undefined) return fail();
  state.at += word.length;
  if (word === "null") return null;
  return word === "true" || word === "false" ? word === "true" : new Numeral(word);
}

function readString(state: State): string {
  if (state.text[state.at] === "'") return readSingle(state);
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

/** JSON text without blanks. */
function print(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Numeral) return value.text;
  if (isList(value)) return `[${value.map(print).join(",")}]`;
  return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${print(item)}`).join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Patterns of Java's DateTimeFormatter from the options; absent: Spark's lenient readings. `misfit` is told that a field is bad. */
interface Formats {
  readonly misfit?: () => void;
  readonly timestamp?: string | undefined;
  readonly timestampNtz?: string | undefined;
  readonly date?: string | undefined;
}

const RANGES: Readonly<Record<string, bigint>> = {
  byte: 2n ** 7n,
  short: 2n ** 15n,
  integer: 2n ** 31n,
  long: 2n ** 63n,
};

/** A value as text that DuckDB's from_json reads into the type; undefined when Spark would find it bad. */
function fit(value: Json, type: FitType, formats: Formats): string | undefined {
  if (value === null) return "null";
  if (typeof type === "string") return fitAtom(value, type, formats);
  if ("p" in type) return value instanceof Numeral || typeof value === "string" ? fitDecimal(value, type) : undefined;
  if ("e" in type) return isList(value) ? fitAll(value, type.e, formats) : undefined;
  if (!(value instanceof Map)) return undefined;
  return "v" in type ? fitMap(value, type.v, formats) : fitStruct(value, type.f, formats);
}

function fitDecimal(value: Numeral | string, { p, s }: Extract<FitType, { p: number }>): string | undefined {
  const text = typeof value === "string" ? value : value.text;
  const found = /^([+-]?\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (found === null || !/\d/.test(text)) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = found;
  const shift = Number(exponent) - fraction.length + s;
  const digits = BigInt(`${whole}${fraction}`.replace(/^[+-]/, "") || "0");
  return digits !== 0n && shift > 40
    ? undefined
    : rounded(digits, shift) < 10n ** BigInt(p)
      ? JSON.stringify(text)
      : undefined;
}

/** Digits times ten to the power of `shift`, half rounded up. */
function rounded(digits: bigint, shift: number): bigint {
  if (digits === 0n || shift < -400) return 0n;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const unit = 10n ** BigInt(-shift);
  return (digits + unit / 2n) / unit;
}

function fitAll(values: readonly Json[], type: FitType, formats: Formats): string | undefined {
  const items = values.map((item) => fit(item, type, formats));
  return items.includes(undefined) ? undefined : `[${items.join(",")}]`;
}

function fitMap(value: ReadonlyMap<string, Json>, type: FitType, formats: Formats): string | undefined {
  const items = [...value].map(([key, item]) => ({ key, fitted: fit(item, type, formats) }));
  if (items.some(({ fitted }) => fitted === undefined)) return undefined;
  return `{${items.map(({ key, fitted }) => `${JSON.stringify(key)}:${fitted}`).join(",")}}`;
}

function fitStruct(
  value: ReadonlyMap<string, Json>,
  fields: readonly (readonly [string, FitType])[],
  formats: Formats,
): string {
  return `{${fields.map(([name, type]) => `${JSON.stringify(name)}:${fitLast(value, name, type, formats)}`).join(",")}}`;
}

/** The last value of a name that fits. */
function fitLast(members: ReadonlyMap<string, Json>, name: string, type: FitType, formats: Formats): string {
  const earlier = members instanceof Members ? members.earlier(name) : [];
  for (const value of [members.get(name) ?? null, ...earlier]) {
    const fitted = fit(value, type, formats);
    if (fitted !== undefined) return fitted;
    formats.misfit?.();
  }
  return "null";
}

function fitAtom(value: Exclude<Json, null>, kind: string, formats: Formats): string | undefined {
  switch (kind) {
    case "string":
      return typeof value === "string" ? JSON.stringify(value) : JSON.stringify(print(value));
    case "boolean":
      return typeof value === "boolean" ? String(value) : undefined;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return value instanceof Numeral ? fitInteger(value.text, kind) : undefined;
    case "float":
    case "double":
      return fitDouble(value);
    case "binary":
      return undefined;
    default:
      return typeof value === "string" ? fitTime(value, kind, formats) : undefined;
  }
}

/** Times are checked here, as a bad one would be an error in DuckDB. */
function fitTime(text: string, kind: string, formats: Formats): string | undefined {
  const read = readTime(text, kind, formats);
  if (read === null) return undefined;
  return JSON.stringify(kind === "date" ? read.slice(0, 10) : kind === "timestamp_ntz" ? read.slice(0, 26) : read);
}

function readTime(text: string, kind: string, { date, timestamp, timestampNtz }: Formats): string | null {
  const pattern = kind === "date" ? date : kind === "timestamp" ? timestamp : timestampNtz;
  if (pattern !== undefined) return readMoment(text, pattern, kind === "timestamp_ntz" ? "trial" : "record");
  return kind === "date" ? dateText(text) : timestampText(text);
}

function fitInteger(text: string, kind: string): string | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const limit = RANGES[kind] ?? 0n;
  const value = BigInt(text);
  return value >= -limit && value < limit ? text : undefined;
}

function fitDouble(value: Json): string | undefined {
  if (value instanceof Numeral) return value.text;
  return typeof value === "string" && /^(NaN|[+-]?INF|[+-]?Infinity)$/.test(value)
    ? JSON.stringify(value.replace(/INF$/, "Infinity").replace("+", ""))
    : undefined;
}

const TYPES = new Map<string, FitType>();

function typeOf(text: string): FitType {
  const known = TYPES.get(text);
  if (known !== undefined) return known;
  const parsed: FitType = JSON.parse(text);
  TYPES.set(text, parsed);
  return parsed;
}

/** PERMISSIVE: a malformed record gives a row of NULLs, a bad field NULL. FAILFAST raises for both. The corrupt-record column then takes the whole text. */
function fitRecord(text: string, typeText: string, optionsText: string): string | null {
  if (text.trim() === "") return null;
  const type = typeOf(typeText);
  const options = optionsText === "{}" ? {} : lowerKeys(optionsText);
  const value = recordOf(parseFirst(text), type);
  let bad = false;
  const formats: Formats = {
    misfit: () => {
      bad = true;
    },
    timestamp: options["timestampformat"],
    timestampNtz: options["timestampntzformat"],
    date: options["dateformat"],
  };
  const corrupt = options["columnnameofcorruptrecord"] ?? "_corrupt_record";
  if (isStruct(type) && value instanceof Members) value.delete(corrupt);
  const fitted = value === undefined ? undefined : fit(value, type, formats);
  if (fitted !== undefined && !bad) return fitted;
  if (options["mode"]?.toUpperCase() === "FAILFAST") {
    throw new Error(`[MALFORMED_RECORD_IN_PARSING] Malformed record is detected in record parsing: ${text}`);
  }
  if (!isStruct(type)) return fitted ?? null;
  const members = value instanceof Members ? value : new Members();
  return fitStruct(members.with(corrupt, text), type.f, formats);
}

/** What is read as the type: null is no row, and an object where an array of structs is asked for is its only element. */
function recordOf(value: Json | undefined, type: FitType): Json | undefined {
  if (value === null && isStruct(type)) return undefined;
  if (value === undefined || value === null) return value;
  if (isArrayOfStructs(type) && value instanceof Map) return [value];
  return value;
}

function isStruct(type: FitType): type is Extract<FitType, { readonly f: unknown }> {
  return typeof type === "object" && "f" in type;
}

function isArrayOfStructs(type: FitType): boolean {
  return typeof type === "object" && "e" in type && isStruct(type.e);
}

function lowerKeys(text: string): Readonly<Record<string, string>> {
  const options: Readonly<Record<string, unknown>> = JSON.parse(text);
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), String(value)]));
}

/** `get_json_object` with wildcards. One match is given bare, several as an array. */
function jsonPath(text: string, path: string): string | null {
  const steps = pathSteps(path);
  const root = parse(text);
  if (steps === undefined || root === undefined) return null;
  const many = steps.includes("*");
  const found = steps.reduce<readonly Json[]>((values, step) => values.flatMap((value) => follow(value, step)), [root]);
  if (found.length === 0 || (found.length === 1 && found[0] === null)) return null;
  const [only] = found;
  if (found.length === 1 && only !== undefined)
    return typeof only === "string" ? (many ? print(only) : only) : print(only);
  return print(found);
}

function pathSteps(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== "") {
    const step = /^(?:\.\*|\[\*\]|\.([^.[]+)|\[(\d+)\]|\['([^']+)'\])/.exec(rest);
    if (step === null) return undefined;
    steps.push(step[2] === undefined ? (step[1] ?? step[3] ?? "*") : Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  return steps;
}

function follow(value: Json, step: string | number): readonly Json[] {
  if (value === null || typeof value !== "object" || value instanceof Numeral) return [];
  if (isList(value)) {
    if (step === "*") return value;
    const item = typeof step === "number" ? value[step] : undefined;
    return typeof step === "number" ? (item === undefined ? [] : [item]) : value.flatMap((one) => follow(one, step));
  }
  if (step === "*") return [...value.values()];
  const item = value.get(String(step));
  return item === undefined ? [] : [item];
}

/** JSON by Spark's rules where DuckDB's differ. */
export const JSON_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_json_fit: ofTexts(3, (text = "", type = "", options = "{}") => fitRecord(text, type, options)),
  js_json_path: ofTexts(2, (text = "", path = "") => jsonPath(text, path)),
};
