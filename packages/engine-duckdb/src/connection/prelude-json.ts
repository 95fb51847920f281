import { type FitType, type Formats, fit, fitStruct } from "./json-fitting.ts";
import { jsonPath } from "./json-path.ts";
import { type Json, Members, parseFirstJson } from "./json-value.ts";
import { ofTexts, type PreludeFunction } from "./prelude-definition.ts";

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
  const value = recordOf(parseFirstJson(text), type);
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

/** JSON by Spark's rules where DuckDB's differ. */
export const JSON_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_json_fit: ofTexts(3, (text = "", type = "", options = "{}") => fitRecord(text, type, options)),
  js_json_path: ofTexts(2, (text = "", path = "") => jsonPath(text, path)),
};
