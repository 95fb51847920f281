import type { DataType } from "@sluice/query";
import { parseDate, parseTimestamp } from "../scan/comparable.ts";
import { truncateMaximum, truncateMinimum } from "./truncate-string.ts";

/** Which end of a range a bound is. */
export type BoundSide = "minimum" | "maximum";

/**
 * A bound as DuckDB prints it, as JSON text for Delta's statistics; undefined when the type has no bounds there (boolean, binary, arrays, maps), or the value
 * cannot be said in JSON (infinities, years outside 1 to 9999). Longs and decimals keep their digits; times are cut to milliseconds.
 */
export function boundToJson(value: string, type: DataType, side: BoundSide, stringLength: number): string | undefined {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "decimal":
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? value : undefined;
    case "date":
      return /^\d{4}-/.test(value) && parseDate(value) !== undefined ? JSON.stringify(value) : undefined;
    case "timestamp":
      return timeToJson(value, "Z");
    case "timestamp_ntz":
      return timeToJson(value, "");
    case "string":
      return stringToJson(
        side === "minimum" ? truncateMinimum(value, stringLength) : truncateMaximum(value, stringLength),
      );
    default:
      return undefined;
  }
}

function stringToJson(value: string | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function timeToJson(value: string, suffix: string): string | undefined {
  const micros = /^\d{4}-/.test(value) ? parseTimestamp(value) : undefined;
  return micros === undefined ? undefined : `"${isoTime(floorDivide(micros, 1000n))}${suffix}"`;
}

/** A partition value as DuckDB prints it, in the form that Delta's log wants; null for NULL, and for the empty string, which Delta reads as NULL. */
export function toPartitionValue(text: string | null, type: DataType): string | null {
  if (text === null || text === "") return null;
  if (type.kind === "float" || type.kind === "double") return floatText(text);
  if (type.kind !== "timestamp" && type.kind !== "timestamp_ntz") return text;
  const micros = parseTimestamp(text);
  if (micros === undefined) return text;
  const millis = floorDivide(micros, 1000n);
  const rest = String(micros - millis * 1000n).padStart(3, "0");
  const iso = `${isoTime(millis)}${rest}`;
  return type.kind === "timestamp" ? `${iso}Z` : iso.replace("T", " ");
}

function floatText(text: string): string {
  const sign = text.startsWith("-") ? "-" : "";
  if (/^-?inf/i.test(text)) return `${sign}Infinity`;
  return /nan/i.test(text) ? "NaN" : text;
}

function isoTime(millis: bigint): string {
  return new Date(Number(millis)).toISOString().slice(0, -1);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}
