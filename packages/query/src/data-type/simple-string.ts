import type { DataType } from "./data-type.ts";
import { fieldsText } from "./interval-type.ts";
import { quoteUnlessWord } from "./quoted-name.ts";

const ATOMIC_NAMES: Readonly<Record<string, string>> = {
  byte: "tinyint",
  short: "smallint",
  integer: "int",
  long: "bigint",
  interval_calendar: "interval",
};

/** A type as Spark's `typeof` prints it: `array<struct<a:int,b:decimal(10,2)>>`. */
export function simpleString(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "time":
      return `time(${type.precision})`;
    case "interval_year_month":
    case "interval_day_time":
      return `interval ${fieldsText(type)}`;
    case "array":
      return `array<${simpleString(type.element)}>`;
    case "map":
      return `map<${simpleString(type.key)},${simpleString(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map((f) => `${f.name}:${simpleString(f.dataType)}`).join(",")}>`;
    default:
      return ATOMIC_NAMES[type.kind] ?? type.kind;
  }
}

/** A type as DDL prints it, upper case with quoted field names: ``STRUCT<`a`: INT NOT NULL>``. `parseDataType` reads it back. */
export function sqlType(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${sqlType(type.element)}>`;
    case "map":
      return `MAP<${sqlType(type.key)}, ${sqlType(type.value)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((f) => `${quoteUnlessWord(f.name)}: ${sqlType(f.dataType)}${f.nullable ? "" : " NOT NULL"}`).join(", ")}>`;
    default:
      return simpleString(type).toUpperCase();
  }
}
