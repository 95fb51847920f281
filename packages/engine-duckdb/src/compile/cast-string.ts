import type { DataType } from "@sluice/query";
import { quoteText } from "./identifier.ts";
import { operand } from "./template.ts";

/** A value as the text that Spark's cast to STRING gives. `depth` names the lambdas inside apart from those around. */
export function castToString(sql: string, from: DataType, depth: number): string {
  switch (from.kind) {
    case "string":
    case "variant":
      return sql;
    case "double":
      return `sp_double_string(${sql})`;
    case "float":
      return `sp_float_string(${sql})`;
    case "timestamp":
      return `CAST(CAST(${sql} AS TIMESTAMP) AS VARCHAR)`;
    case "binary":
      return `sp_binary_string(${sql})`;
    case "interval_year_month":
      return `sp_year_month_string(${sql})`;
    case "interval_day_time":
      return `sp_day_time_string(${sql})`;
    case "interval_calendar":
      return `sp_calendar_string(${sql})`;
    case "decimal":
      return from.precision === from.scale ? fractionText(sql, from.scale) : `CAST(${sql} AS VARCHAR)`;
    case "array":
      return `'[' || ${joined(sql, elementText(from.element, depth), depth)} || ']'`;
    case "map":
      return mapText(sql, from, depth);
    case "struct":
      return structText(sql, from, depth);
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** DuckDB leaves out the 0 before the point when the type has no digit there. */
function fractionText(sql: string, scale: number): string {
  return scale < 38
    ? `CAST(CAST(${sql} AS DECIMAL(${scale + 1},${scale})) AS VARCHAR)`
    : `replace(CAST(${sql} AS VARCHAR), '.', '0.')`;
}

function elementText(type: DataType, depth: number): string {
  return nullable(`"_s${depth}"`, type, depth);
}

function nullable(sql: string, type: DataType, depth: number): string {
  return `coalesce(${castToString(sql, type, depth + 1)}, 'null')`;
}

function joined(list: string, item: string, depth: number): string {
  return `array_to_string(list_transform(${list}, lambda "_s${depth}": ${item}), ', ')`;
}

function mapText(sql: string, from: Extract<DataType, { kind: "map" }>, depth: number): string {
  const entry = `"_s${depth}"`;
  const key = castToString(`struct_extract(${entry}, 'key')`, from.key, depth + 1);
  const value = nullable(`struct_extract(${entry}, 'value')`, from.value, depth);
  return `'{' || ${joined(`map_entries(${sql})`, `${operand(key)} || ' -> ' || ${value}`, depth)} || '}'`;
}

function structText(sql: string, from: Extract<DataType, { kind: "struct" }>, depth: number): string {
  const fields = from.fields.map((field) =>
    nullable(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType, depth),
  );
  return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${fields.join(" || ', ' || ") || "''"} || '}' END`;
}
