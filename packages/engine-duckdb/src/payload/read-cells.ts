import type {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBValue,
} from "@duckdb/node-api";
import type { DataType } from "@sluice/query";
import type { Cell } from "./cell.ts";

type Convert = (value: NonNullable<DuckDBValue>) => Cell;

/** Makes cells of what a vector of a type gives. */
export function cellReader(type: DataType): (value: DuckDBValue) => Cell {
  const convert = fromDuck(type);
  return (value) => (value === null ? null : convert(value));
}

function fromDuck(type: DataType): Convert {
  switch (type.kind) {
    case "binary":
      return (value) => (value as DuckDBBlobValue).bytes;
    case "date":
      return (value) => (value as DuckDBDateValue).days;
    case "timestamp":
    case "timestamp_ntz":
      return (value) => (value as DuckDBTimestampTZValue).micros;
    case "interval_day_time":
      return (value) => intervalMicros(value as DuckDBIntervalValue);
    case "interval_year_month":
      return (value) => (value as DuckDBIntervalValue).months;
    case "decimal":
      return (value) => (value as DuckDBDecimalValue).value;
    case "array": {
      const element = cellReader(type.element);
      return (value) => (value as DuckDBListValue).items.map(element);
    }
    case "map": {
      const [key, inner] = [cellReader(type.key), cellReader(type.value)];
      return (value) => ({ entries: (value as DuckDBMapValue).entries.map((one) => [key(one.key), inner(one.value)]) });
    }
    case "struct": {
      const fields = type.fields.map(({ name, dataType }) => ({ name, read: cellReader(dataType) }));
      return (value) => fields.map(({ name, read }) => read((value as DuckDBStructValue).entries[name] ?? null));
    }
    default:
      return (value) => value as Cell;
  }
}

function intervalMicros({ days, micros }: DuckDBIntervalValue): bigint {
  return BigInt(days) * 86_400_000_000n + micros;
}
