import type { CoercionMode } from "./coercion.ts";
import type { DataType } from "./data-type.ts";
import { sameType } from "./data-type.ts";
import { isAnsiInterval } from "./interval-type.ts";
import { isDatetime, isIntegral, isInterval, isNested, isNumeric } from "./type-class.ts";

/** Whether a function argument of type `from` is cast to `to` without being asked. */
export function castsImplicitly(from: DataType, to: DataType, mode: CoercionMode): boolean {
  if (sameType(from, to) || from.kind === "void") return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (from.kind === "time" && to.kind === "time") return true;
  if (isDatetime(from) && isDatetime(to)) return true;
  if (from.kind === "string") return textBecomes(to, mode);
  if (to.kind === "string") return !isNested(from) && from.kind !== "variant";
  return castsNestedImplicitly(from, to, mode);
}

function textBecomes(to: DataType, mode: CoercionMode): boolean {
  if (isNested(to) || to.kind === "variant") return false;
  return !(mode.ansi && to.kind === "interval_calendar");
}

function castsNestedImplicitly(from: DataType, to: DataType, mode: CoercionMode): boolean {
  if (from.kind === "array" && to.kind === "array") return castsImplicitly(from.element, to.element, mode);
  if (from.kind === "map" && to.kind === "map") {
    return castsImplicitly(from.key, to.key, mode) && castsImplicitly(from.value, to.value, mode);
  }
  return false;
}

/** Whether `CAST(x AS to)` is a legal question to ask of a value of type `from`. */
export function canCast(from: DataType, to: DataType, mode: CoercionMode): boolean {
  if (sameType(from, to) || from.kind === "void" || to.kind === "string") return true;
  if (from.kind === "variant") return isInVariant(to, true);
  if (to.kind === "variant") return isInVariant(from, false);
  if (isNested(from) || isNested(to)) return canCastNested(from, to, mode);
  if (isInterval(from) || isInterval(to)) return canCastInterval(from, to);
  return ATOMIC_CASTS[classOf(from)]?.includes(classOf(to)) === true && ansiAllows(from, to, mode);
}

/** Whether a VARIANT holds values of a type: a cast makes one of atoms and arrays, `to_variant_object` also of structs and maps. */
export function isInVariant(type: DataType, objects: boolean): boolean {
  switch (type.kind) {
    case "array":
      return isInVariant(type.element, objects);
    case "map":
      return objects && type.key.kind === "string" && isInVariant(type.value, objects);
    case "struct":
      return objects && type.fields.every((field) => isInVariant(field.dataType, objects));
    default:
      return type.kind !== "void" && type.kind !== "time" && !type.kind.startsWith("interval");
  }
}

function canCastNested(from: DataType, to: DataType, mode: CoercionMode): boolean {
  if (from.kind === "array" && to.kind === "array") return canCast(from.element, to.element, mode);
  if (from.kind === "map" && to.kind === "map") {
    const losesKeys = !mode.ansi && from.key.kind === "string" && !/^(string|binary)$/.test(to.key.kind);
    return !losesKeys && canCast(from.key, to.key, mode) && canCast(from.value, to.value, mode);
  }
  if (from.kind !== "struct" || to.kind !== "struct" || from.fields.length !== to.fields.length) return false;
  return from.fields.every((one, i) => canCast(one.dataType, to.fields[i]?.dataType ?? one.dataType, mode));
}

/** Intervals of months and of microseconds come from whole and decimal numbers, which count their last field, and become such; calendar intervals only come from text. */
function canCastInterval(from: DataType, to: DataType): boolean {
  if (from.kind === "string") return true;
  if (isAnsiInterval(from)) return from.kind === to.kind || isExact(to);
  return isAnsiInterval(to) && isExact(from);
}

function isExact(type: DataType): boolean {
  return isIntegral(type) || type.kind === "decimal";
}

function ansiAllows(from: DataType, to: DataType, mode: CoercionMode): boolean {
  if (!mode.ansi) return true;
  return !(to.kind === "boolean" && isDatetime(from)) && !(from.kind === "date" && isNumeric(to));
}

function classOf(type: DataType): string {
  return isNumeric(type) ? "numeric" : type.kind;
}

const ATOMIC_CASTS: Readonly<Record<string, readonly string[]>> = {
  time: ["time"],
  string: ["numeric", "boolean", "binary", "date", "time", "timestamp", "timestamp_ntz"],
  numeric: ["numeric", "boolean", "timestamp", "binary"],
  boolean: ["numeric", "timestamp"],
  date: ["timestamp", "timestamp_ntz", "numeric", "boolean"],
  timestamp: ["date", "timestamp_ntz", "numeric", "boolean"],
  timestamp_ntz: ["date", "timestamp"],
  binary: [],
};
