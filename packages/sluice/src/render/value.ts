import { type DataType, intervalText, type Value } from "@sluice/query";
import { wallTime } from "./wall-time.ts";

const DAY_MS = 86_400_000;

/** A value as Spark's `show` prints it: `NULL`, `2026-03-05 14:07:09.5`, `[1, 2]`, `{a -> 1}`. Instants are shown in `timeZone`, an IANA name. */
export function formatValue(value: Value, type: DataType, timeZone = "UTC"): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "date":
      return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
    case "timestamp":
      return formatTimestamp(wallTime(BigInt(value as bigint), timeZone));
    case "timestamp_ntz":
      return formatTimestamp(BigInt(value as bigint));
    case "interval_year_month":
      return intervalText(Number(value), type);
    case "interval_day_time":
      return intervalText(BigInt(value as bigint), type);
    case "double":
      return formatDouble(Number(value));
    case "float":
      return formatDouble(shortestFloat(Number(value)));
    case "binary":
      return `[${[...(value as Uint8Array)].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
    case "array":
      return `[${(value as readonly Value[]).map((element) => formatValue(element, type.element, timeZone)).join(", ")}]`;
    case "map":
      return `{${(value as readonly (readonly Value[])[]).map((entry) => `${formatValue(entry[0] ?? null, type.key, timeZone)} -> ${formatValue(entry[1] ?? null, type.value, timeZone)}`).join(", ")}}`;
    case "struct":
      return `{${type.fields.map((field, i) => formatValue((value as readonly Value[])[i] ?? null, field.dataType, timeZone)).join(", ")}}`;
    default:
      return String(value);
  }
}

/** A value for JSON: 64-bit numbers that JavaScript cannot hold exactly, decimals, intervals, NaN and infinities as text, times as ISO 8601, binary as base64. */
export function jsonValue(value: Value, type: DataType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "long":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "date":
    case "interval_year_month":
    case "interval_day_time":
      return formatValue(value, type);
    case "timestamp":
      return `${formatValue(value, type).replace(" ", "T")}Z`;
    case "timestamp_ntz":
      return formatValue(value, type).replace(" ", "T");
    case "double":
    case "float":
      return Number.isFinite(value) ? value : formatValue(value, type);
    case "binary":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "array":
      return (value as readonly Value[]).map((element) => jsonValue(element, type.element));
    case "map":
      return Object.fromEntries(
        (value as readonly (readonly Value[])[]).map((entry) => [
          formatValue(entry[0] ?? null, type.key),
          jsonValue(entry[1] ?? null, type.value),
        ]),
      );
    case "struct":
      return Object.fromEntries(
        type.fields.map((field, i) => [field.name, jsonValue((value as readonly Value[])[i] ?? null, field.dataType)]),
      );
    default:
      return typeof value === "bigint" ? String(value) : value;
  }
}

/** The number with the fewest digits that is this 32-bit number. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

function formatTimestamp(microseconds: bigint): string {
  const milliseconds = microseconds / 1000n - (microseconds % 1000n < 0n ? 1n : 0n);
  const fraction = Number(((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const text = new Date(Number(milliseconds)).toISOString().slice(0, -5).replace("T", " ");
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
}

function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = "", exponent = ""] = value.toExponential().split("e");
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value);
}
