import type { DataType, Value } from "@sluice/query";

const DAY_MS = 86_400_000;

/** A value as Spark's `show` prints it: `NULL`, `2026-03-05 14:07:09.5`, `[1, 2]`, `{a -> 1}`. Times are in UTC. */
export function formatValue(value: Value, type: DataType): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "date":
      return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
    case "timestamp":
    case "timestamp_ntz":
      return formatTimestamp(BigInt(value as bigint));
    case "double":
    case "float":
      return formatDouble(Number(value));
    case "binary":
      return `[${[...(value as Uint8Array)].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
    case "array":
      return `[${(value as readonly Value[]).map((element) => formatValue(element, type.element)).join(", ")}]`;
    case "map":
      return `{${(value as readonly (readonly Value[])[]).map((entry) => `${formatValue(entry[0] ?? null, type.key)} -> ${formatValue(entry[1] ?? null, type.value)}`).join(", ")}}`;
    case "struct":
      return `{${type.fields.map((field, i) => formatValue((value as readonly Value[])[i] ?? null, field.dataType)).join(", ")}}`;
    default:
      return String(value);
  }
}

/** A value for JSON: 64-bit numbers that JavaScript cannot hold exactly and decimals as text, times as ISO 8601, binary as base64. */
export function jsonValue(value: Value, type: DataType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "long":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "date":
      return formatValue(value, type);
    case "timestamp":
      return `${formatValue(value, type).replace(" ", "T")}Z`;
    case "timestamp_ntz":
      return formatValue(value, type).replace(" ", "T");
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
