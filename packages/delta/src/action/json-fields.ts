import { isJsonObject } from "./exact-json.ts";

type Json = Readonly<Record<string, unknown>>;

/** A text field; throws when it is absent or something else. */
export function requiredText(json: Json, key: string): string {
  const value = json[key];
  if (typeof value !== "string") throw new Error(`"${key}" is ${describe(value)}, not a string`);
  return value;
}

/** A text field; undefined when it is absent or null. */
export function optionalText(json: Json, key: string): string | undefined {
  return json[key] === undefined || json[key] === null ? undefined : requiredText(json, key);
}

/** A whole number that JavaScript holds exactly; throws when it is absent or something else. */
export function requiredNumber(json: Json, key: string): number {
  const value = optionalNumber(json, key);
  if (value === undefined) throw new Error(`"${key}" is missing`);
  return value;
}

/** A number field; undefined when it is absent or null. Numbers written as text are read as well. */
export function optionalNumber(json: Json, key: string): number | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "number" ? value : Number(value);
  if (Number.isNaN(number)) throw new Error(`"${key}" is ${describe(value)}, not a number`);
  return number;
}

/** A 64-bit number field with all its digits; undefined when it is absent or null. */
export function optionalLong(json: Json, key: string): bigint | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "string") return BigInt(value);
  throw new Error(`"${key}" is ${describe(value)}, not a number`);
}

/** A flag; undefined when it is absent or null. */
export function optionalFlag(json: Json, key: string): boolean | undefined {
  const value = json[key];
  return typeof value === "boolean" ? value : undefined;
}

/** An object of texts and nulls; undefined when it is absent or null. Other values become their text. */
export function optionalTexts(json: Json, key: string): Readonly<Record<string, string | null>> | undefined {
  const value = json[key];
  if (!isJsonObject(value)) return undefined;
  return mapValues(value, (part) => (part === null ? null : String(part)));
}

/** An object of texts, nulls left out; empty when it is absent. */
export function textsWithoutNulls(json: Json, key: string): Readonly<Record<string, string>> {
  const value = json[key];
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (v === null ? [] : [[k, String(v)]])));
}

/** A list of texts; undefined when it is absent or null. */
export function optionalTextList(json: Json, key: string): readonly string[] | undefined {
  const value = json[key];
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** An object without the fields that are undefined, so that optional properties are absent rather than undefined. */
export function compact<Shape extends object>(shape: { [Key in keyof Shape]: Shape[Key] | undefined }): Shape {
  const kept = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Shape;
}

function mapValues<From, To>(json: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  const result: Record<string, To> = {};
  for (const key in json) {
    const value = json[key];
    if (value !== undefined) result[key] = to(value);
  }
  return result;
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
