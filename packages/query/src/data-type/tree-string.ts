import type { DataType, StructField, StructType } from "./data-type.ts";
import { simpleString } from "./simple-string.ts";

/** A schema as Spark's `printSchema` prints it, without the last line break: `root`, then ` |-- id: long (nullable = true)` and so on. */
export function treeString(schema: StructType): string {
  return ["root", ...schema.fields.flatMap((field) => fieldLines(field, " |"))].join("\n");
}

function fieldLines({ name, dataType, nullable }: StructField, prefix: string): readonly string[] {
  return [`${prefix}-- ${name}: ${typeName(dataType)} (nullable = ${nullable})`, ...innerLines(dataType, prefix)];
}

function innerLines(type: DataType, outer: string): readonly string[] {
  const prefix = `${outer}    |`;
  switch (type.kind) {
    case "struct":
      return type.fields.flatMap((field) => fieldLines(field, prefix));
    case "array":
      return partLines("element", type.element, "containsNull", type.containsNull, prefix);
    case "map":
      return [
        `${prefix}-- key: ${typeName(type.key)}`,
        ...innerLines(type.key, prefix),
        ...partLines("value", type.value, "valueContainsNull", type.valueContainsNull, prefix),
      ];
    default:
      return [];
  }
}

function partLines(part: string, type: DataType, fact: string, value: boolean, prefix: string): readonly string[] {
  return [`${prefix}-- ${part}: ${typeName(type)} (${fact} = ${value})`, ...innerLines(type, prefix)];
}

/** The names of Spark's types in code: `long` and not `bigint`, without what stands in brackets. */
function typeName(type: DataType): string {
  switch (type.kind) {
    case "array":
    case "map":
    case "struct":
      return type.kind;
    case "decimal":
    case "interval_year_month":
    case "interval_day_time":
    case "interval_calendar":
      return simpleString(type);
    default:
      return type.kind;
  }
}
