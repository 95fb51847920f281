import type { DataType } from "@sluice/query";
import { castToString } from "./cast-string.ts";
import { quoteText } from "./identifier.ts";

/** A value as JSON text the way `to_json` writes it: fields that are NULL are left out, times are ISO 8601 in the session's zone. */
export function jsonText(sql: string, type: DataType, depth: number): string {
  switch (type.kind) {
    case "struct":
      return structJson(sql, type, depth);
    case "array":
      return `'[' || ${list(sql, orNull(item(depth), type.element, depth), depth)} || ']'`;
    case "map":
      return mapJson(sql, type, depth);
    case "string":
      return `CAST(to_json(${sql}) AS VARCHAR)`;
    case "binary":
      return `'"' || to_base64(${sql}) || '"'`;
    case "date":
      return `'"' || CAST(${sql} AS VARCHAR) || '"'`;
    case "timestamp":
      return `'"' || sp_iso_timestamp(${sql}) || '"'`;
    case "timestamp_ntz":
      return `strftime(${sql}, '"%Y-%m-%dT%H:%M:%S.%g"')`;
    case "float":
    case "double":
      return `sp_json_number(${castToString(sql, type, depth)})`;
    case "boolean":
    case "decimal":
    case "byte":
    case "short":
    case "integer":
    case "long":
      return `CAST(${sql} AS VARCHAR)`;
    default:
      return `CAST(to_json(${castToString(sql, type, depth)}) AS VARCHAR)`;
  }
}

function item(depth: number): string {
  return `"_j${depth}"`;
}

function orNull(sql: string, type: DataType, depth: number): string {
  return `coalesce(${jsonText(sql, type, depth + 1)}, 'null')`;
}

function list(values: string, body: string, depth: number): string {
  return `array_to_string(list_transform(${values}, lambda ${item(depth)}: ${body}), ',')`;
}

function structJson(sql: string, type: Extract<DataType, { kind: "struct" }>, depth: number): string {
  const fields = type.fields.map((field) => {
    const value = jsonText(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType, depth + 1);
    return `${quoteText(`${JSON.stringify(field.name)}:`)} || ${value}`;
  });
  const body = fields.length === 0 ? "''" : `concat_ws(',', ${fields.join(", ")})`;
  return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${body} || '}' END`;
}

function mapJson(sql: string, type: Extract<DataType, { kind: "map" }>, depth: number): string {
  const key = castToString(`struct_extract(${item(depth)}, 'key')`, type.key, depth + 1);
  const value = orNull(`struct_extract(${item(depth)}, 'value')`, type.value, depth);
  return `'{' || ${list(`map_entries(${sql})`, `CAST(to_json(${key}) AS VARCHAR) || ':' || ${value}`, depth)} || '}'`;
}
