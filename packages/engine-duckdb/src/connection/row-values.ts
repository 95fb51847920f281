import type { DuckDBValue } from "@duckdb/node-api";
import type { DataType, Value } from "@sluice/query";
import { calendarText } from "./interval-text.ts";
import { printVariant } from "./variant/variant-print.ts";
import { readVariant } from "./variant/variant-value.ts";

const DAY_MICROSECONDS = 86_400_000_000n;

/** A value of DuckDB's client in the form of the query's values, for a column of a Spark type. */
export function toValue(value: DuckDBValue, type: DataType): Value {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "array":
      return items(value).map((item) => toValue(item, type.element));
    case "map":
      return entries(value).map(({ key, value: item }) => [toValue(key, type.key), toValue(item, type.value)]);
    case "struct": {
      const members = structEntries(value);
      return type.fields.map((one) => toValue(members[one.name] ?? null, one.dataType));
    }
    default:
      return toAtom(value, type);
  }
}

function toAtom(value: DuckDBValue, type: DataType): Value {
  switch (type.kind) {
    case "long":
      return typeof value === "bigint" ? value : BigInt(String(value));
    case "byte":
    case "short":
    case "integer":
    case "float":
    case "double":
      return Number(value);
    case "boolean":
      return value === true;
    case "variant":
      return printVariant(readVariant(String(value)));
    case "binary":
      return has(value, "bytes") && value.bytes instanceof Uint8Array ? value.bytes : null;
    default:
      return toMoment(value, type);
  }
}

function toMoment(value: DuckDBValue, type: DataType): Value {
  switch (type.kind) {
    case "date":
      return has(value, "days") ? Number(value.days) : null;
    case "timestamp":
    case "timestamp_ntz":
    case "time":
      return has(value, "micros") ? BigInt(value.micros as bigint) : null;
    case "interval_year_month":
      return has(value, "months") ? Number(value.months) : Number(value);
    case "interval_day_time":
      return hasDays(value) ? BigInt(value.micros) + BigInt(value.days) * DAY_MICROSECONDS : BigInt(String(value));
    case "interval_calendar":
      return hasDays(value) && has(value, "months")
        ? calendarText(Number(value.months), Number(value.days), BigInt(value.micros))
        : String(value);
    default:
      return String(value);
  }
}

function hasDays(value: unknown): value is { readonly days: number; readonly micros: bigint } {
  return has(value, "micros") && has(value, "days");
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === "object" && value !== null && key in value;
}

function items(value: DuckDBValue): readonly DuckDBValue[] {
  return has(value, "items") ? (value.items as readonly DuckDBValue[]) : [];
}

function entries(value: DuckDBValue): readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[] {
  return has(value, "entries") ? (value.entries as { key: DuckDBValue; value: DuckDBValue }[]) : [];
}

function structEntries(value: DuckDBValue): Readonly<Record<string, DuckDBValue>> {
  return has(value, "entries") ? (value.entries as Record<string, DuckDBValue>) : {};
}
