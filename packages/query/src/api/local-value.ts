import * as types from "../data-type/data-type.ts";
import { type DataType, type StructType, sameType } from "../data-type/data-type.ts";
import { type AnsiIntervalType, isAnsiInterval } from "../data-type/interval-type.ts";
import { readInterval } from "../data-type/read-interval.ts";
import { simpleString } from "../data-type/simple-string.ts";
import type { Value } from "../expression/expression.ts";
import { apiError } from "./problem.ts";

const DAY_MS = 86_400_000;

/** The type that a JavaScript value has by itself: whole numbers are bigint, objects are structs; `void` for null. */
export function inferType(value: unknown): DataType {
  if (value === null || value === undefined) return types.VOID;
  if (value instanceof Date) return types.TIMESTAMP;
  if (value instanceof Uint8Array) return types.BINARY;
  if (Array.isArray(value)) return types.array(value.map(inferType).reduce(widen, types.VOID));
  if (value instanceof Map) return inferMap(value);
  switch (typeof value) {
    case "string":
      return types.STRING;
    case "boolean":
      return types.BOOLEAN;
    case "bigint":
      return types.LONG;
    case "number":
      return Number.isSafeInteger(value) ? types.LONG : types.DOUBLE;
    case "object":
      return types.struct(Object.entries(value).map(([name, one]) => types.field(name, inferType(one))));
    default:
      throw mismatch(value, "any type");
  }
}

function inferMap(value: ReadonlyMap<unknown, unknown>): DataType {
  const keys = [...value.keys()].map(inferType).reduce(widen, types.VOID);
  return types.map(keys, [...value.values()].map(inferType).reduce(widen, types.VOID));
}

/**
 * The type that holds the values of both.
 *
 * @throws QueryError when there is none.
 */
function widen(left: DataType, right: DataType): DataType {
  if (left.kind === "void" || sameType(left, right)) return right;
  if (right.kind === "void") return left;
  if ([left.kind, right.kind].every((kind) => kind === "long" || kind === "double")) return types.DOUBLE;
  if (left.kind === "array" && right.kind === "array") return types.array(widen(left.element, right.element));
  if (left.kind === "map" && right.kind === "map")
    return types.map(widen(left.key, right.key), widen(left.value, right.value));
  if (left.kind === "struct" && right.kind === "struct") return widenStructs(left, right);
  const [a, b] = [simpleString(left), simpleString(right)];
  throw apiError("CANNOT_MERGE_TYPE", `A column holds both ${a} and ${b}: give a schema, or make the values alike.`, {
    data_type1: a,
    data_type2: b,
  });
}

/** The fields of both, those of the left first. */
export function widenStructs(left: StructType, right: StructType): StructType {
  const both = left.fields.map((field) => {
    const other = right.fields.find((one) => one.name === field.name);
    return other === undefined ? field : types.field(field.name, widen(field.dataType, other.dataType));
  });
  const more = right.fields.filter((field) => !left.fields.some((one) => one.name === field.name));
  return types.struct([...both, ...more]);
}

/**
 * A JavaScript value as a value of a type.
 *
 * @throws QueryError when it does not fit.
 */
function encodeValue(value: unknown, type: DataType): Value {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "array":
      if (Array.isArray(value)) return value.map((one) => encodeValue(one, type.element));
      throw mismatch(value, simpleString(type));
    case "map":
      return encodeMap(value, type);
    case "struct":
      return encodeStruct(value, type);
    default:
      return encodeAtom(value, type);
  }
}

function encodeMap(value: unknown, type: types.MapType): Value {
  if (typeof value !== "object" || value === null) throw mismatch(value, simpleString(type));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.map(([key, one]) => [encodeValue(key, type.key), encodeValue(one, type.value)]);
}

/** A row or struct, an object by field name or an array by position, in field order. */
export function encodeStruct(value: unknown, type: StructType): readonly Value[] {
  if (Array.isArray(value) && value.length === type.fields.length) {
    return type.fields.map((field, i) => encodeValue(value[i], field.dataType));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw mismatch(value, simpleString(type));
  const byName = new Map<string, unknown>(Object.entries(value));
  return type.fields.map((field) => encodeValue(byName.get(field.name), field.dataType));
}

function encodeAtom(value: unknown, type: DataType): Value {
  const encoded = isAnsiInterval(type) ? encodeInterval(value, type) : ENCODERS[type.kind]?.(value);
  if (encoded === undefined) throw mismatch(value, simpleString(type));
  return encoded;
}

/** Text, as rows of a query give intervals. */
function encodeInterval(value: unknown, type: AnsiIntervalType): Value | undefined {
  const read = typeof value === "string" ? readInterval(value, type) : undefined;
  if (typeof read !== "bigint") return undefined;
  return type.kind === "interval_year_month" ? Number(read) : read;
}

const integer = (value: unknown): Value | undefined => (Number.isInteger(value) ? Number(value) : undefined);
const number = (value: unknown): Value | undefined => (typeof value === "number" ? value : undefined);

const ENCODERS: Readonly<Partial<Record<DataType["kind"], (value: unknown) => Value | undefined>>> = {
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  byte: integer,
  short: integer,
  integer,
  long: (value) =>
    typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined,
  float: number,
  double: number,
  decimal: (value) =>
    typeof value === "bigint" || typeof value === "number" || /^-?\d+(\.\d+)?$/.test(String(value))
      ? String(value)
      : undefined,
  string: (value) => (typeof value === "string" ? value : undefined),
  binary: (value) => (value instanceof Uint8Array ? value : undefined),
  date: (value) => {
    const time = milliseconds(value, "Z");
    return time === undefined ? undefined : Math.floor(time / DAY_MS);
  },
  timestamp: (value) => microseconds(value),
  timestamp_ntz: (value) => microseconds(value),
};

function microseconds(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  const time = milliseconds(value, "Z");
  return time === undefined ? undefined : BigInt(time) * 1000n;
}

/** Text without a zone is in `zone`. */
function milliseconds(value: unknown, zone: string): number | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  if (typeof value !== "string") return undefined;
  const iso = value.trim().replace(" ", "T");
  const full = iso.includes("T") && !/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso + zone : iso;
  const time = Date.parse(full);
  return Number.isNaN(time) ? undefined : time;
}

function mismatch(value: unknown, expected: string): Error {
  const shown = typeof value === "string" ? `"${value}"` : String(value);
  return apiError("FIELD_DATA_TYPE_UNACCEPTABLE", `The value ${shown} is not a ${expected}.`, {
    value: shown,
    expected,
  });
}
