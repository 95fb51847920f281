import type { DataType, Value } from "@sluice/query";
import { simpleString } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";

/** A value in SQL, of exactly the DuckDB type that stands for `type`. */
export function printLiteral(value: Value, type: DataType): string {
  if (value === null) return type.kind === "void" ? "NULL" : `CAST(NULL AS ${duckType(type)})`;
  switch (type.kind) {
    case "array":
      return printArray(items(value), type.element);
    case "map":
      return printMap(items(value), type.key, type.value);
    case "struct":
      return `struct_pack(${items(value)
        .map((item, i) => [type.fields[i], item] as const)
        .map(([f, item]) =>
          f === undefined ? mismatch(value, type) : `${quoteName(f.name)} := ${printLiteral(item, f.dataType)}`,
        )
        .join(", ")})`;
    default:
      return printAtom(value, type);
  }
}

function printArray(values: readonly Value[], element: DataType): string {
  if (values.length === 0) return `CAST([] AS ${duckType(element)}[])`;
  return `[${values.map((item) => printLiteral(item, element)).join(", ")}]`;
}

function printMap(entries: readonly Value[], key: DataType, value: DataType): string {
  const pairs = entries.map(items);
  const keys = pairs.map((pair) => pair[0] ?? null);
  const values = pairs.map((pair) => pair[1] ?? null);
  return `map(${printArray(keys, key)}, ${printArray(values, value)})`;
}

function printAtom(value: Value, type: DataType): string {
  switch (type.kind) {
    case "boolean":
      return value === true ? "true" : "false";
    case "integer":
      return fitsInteger(Number(value)) ? String(value) : `CAST(${value} AS INTEGER)`;
    case "byte":
    case "short":
    case "long":
      return `CAST(${value} AS ${duckType(type)})`;
    case "decimal":
      return printDecimal(String(value), type.precision, type.scale);
    case "float":
      return `CAST(${quoteText(numberText(value))} AS FLOAT)`;
    case "double":
      return printDouble(Number(value));
    case "string":
      return quoteText(String(value));
    case "variant":
      return `js_variant_parse(${quoteText(String(value))})`;
    case "binary":
      return value instanceof Uint8Array ? printBinary(value) : mismatch(value, type);
    default:
      return printTime(value, type);
  }
}

function printTime(value: Value, type: DataType): string {
  switch (type.kind) {
    case "date":
      return printDate(Number(value));
    case "timestamp":
      return printInstant(BigInt(String(value)), "TIMESTAMPTZ", "+00");
    case "timestamp_ntz":
      return printInstant(BigInt(String(value)), "TIMESTAMP", "");
    case "time":
      return `CAST(make_timestamp(CAST(${value} AS BIGINT)) AS TIME)`;
    case "interval_year_month":
      return `to_months(${value})`;
    case "interval_day_time":
      return printDuration(BigInt(String(value)));
    default:
      return mismatch(value, type);
  }
}

/** Days and microseconds, which DuckDB keeps apart. */
function printDuration(microseconds: bigint): string {
  const days = microseconds / 86_400_000_000n;
  const rest = microseconds % 86_400_000_000n;
  const parts = [...(days === 0n ? [] : [`${days} days`]), ...(rest === 0n ? [] : [`${rest} microseconds`])];
  return `INTERVAL '${parts.length === 0 ? "0 days" : parts.join(" ")}'`;
}

function fitsInteger(value: number): boolean {
  return value > -2_147_483_648 && value <= 2_147_483_647;
}

/** A floating-point number with its sign, that of zero included. */
export function numberText(value: Value): string {
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function printDouble(value: number): string {
  if (!Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`;
  const text = numberText(value);
  return text.includes("e") ? text.replace("e+", "e") : `${text}e0`;
}

function printDecimal(text: string, precision: number, scale: number): string {
  const digits = /^-?(\d+)(?:\.(\d+))?$/.exec(text);
  const natural = digits?.[2]?.length ?? 0;
  const whole = digits?.[1]?.length ?? 0;
  if (natural === scale && scale > 0 && whole + natural === precision && digits?.[1] !== "") return text;
  return `CAST('${text}' AS DECIMAL(${precision},${scale}))`;
}

function printBinary(bytes: Uint8Array): string {
  return `from_hex('${Buffer.from(bytes).toString("hex")}')`;
}

function printDate(days: number): string {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return `(DATE '1970-01-01' + ${days})`;
  return `DATE '${date.toISOString().slice(0, 10)}'`;
}

function printInstant(microseconds: bigint, type: string, zone: string): string {
  const seconds = microseconds / 1_000_000n - (microseconds % 1_000_000n < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) {
    return `make_timestamp${type === "TIMESTAMP" ? "" : "tz"}(CAST(${microseconds} AS BIGINT))`;
  }
  const fraction = (microseconds - seconds * 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  const text = date.toISOString().slice(0, 19).replace("T", " ");
  return `${type} '${text}${fraction === "" ? "" : `.${fraction}`}${zone}'`;
}

function items(value: Value): readonly Value[] {
  if (!isList(value)) throw new Error(`not a list of values: ${String(value)}`);
  return value;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function mismatch(value: Value, type: DataType): never {
  throw new Error(`${String(value)} is not a value of ${simpleString(type)}`);
}
