import type { QueryResult } from "@sluice/pipelines";
import type { DataType, Row, RowValue, StructType, Value } from "@sluice/query";
import { distinctNames } from "../render/distinct-names.ts";
import { formatValue } from "../render/value.ts";

const DAY_MS = 86_400_000;

/** The rows of an answer in JavaScript's types. Of two columns of one name the second is `name_2`. */
export function toRows({ schema, rows }: QueryResult): readonly Row[] {
  const names = distinctNames(schema.fields.map((field) => field.name));
  return rows.map((row) => toRow(row, schema, names));
}

function toRow(
  values: readonly Value[],
  { fields }: StructType,
  names: readonly string[] = fields.map((field) => field.name),
): Row {
  return Object.fromEntries(fields.map((field, i) => [names[i], toRowValue(values[i] ?? null, field.dataType)]));
}

function toRowValue(value: Value, type: DataType): RowValue {
  if (value === null) return null;
  switch (type.kind) {
    case "date":
      return new Date(Number(value) * DAY_MS);
    case "timestamp":
    case "timestamp_ntz":
      return new Date(Number(BigInt(value as bigint) / 1000n));
    case "binary":
      return Uint8Array.from(value as Uint8Array);
    case "interval_year_month":
    case "interval_day_time":
      return formatValue(value, type);
    case "array":
      return (value as readonly Value[]).map((element) => toRowValue(element, type.element));
    case "map":
      return new Map(
        (value as readonly (readonly Value[])[]).map(([key = null, one = null]) => [
          toRowValue(key, type.key),
          toRowValue(one, type.value),
        ]),
      );
    case "struct":
      return toRow(value as readonly Value[], type);
    default:
      return value as RowValue;
  }
}
