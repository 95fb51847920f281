import type { DataType } from "@sluice/query";
import { castToString, javaDecimalText } from "./cast-string.ts";
import { quoteText } from "./identifier.ts";

/** How values are written where Spark's options ask for something else than the default. */
export interface JsonStyle {
  /** Fields that are NULL are written as `null`. */
  readonly keepNulls?: boolean;
  readonly timestamp?: (sql: string) => string;
  readonly date?: (sql: string) => string;
}

interface Place {
  readonly style: JsonStyle;
  /** How many lambdas are around: names their parameters apart. */
  readonly depth: number;
}

/** A value as JSON text the way `to_json` writes it: fields that are NULL are left out, times are ISO 8601 in the session's zone. */
export function jsonText(sql: string, type: DataType, place: Place): string {
  const { style, depth } = place;
  switch (type.kind) {
    case "struct":
      return structJson(sql, type, place);
    case "array":
      return `'[' || ${list(sql, orNull(item(depth), type.element, place), depth)} || ']'`;
    case "map":
      return mapJson(sql, type, place);
    case "variant":
      return `js_variant_print(${sql})`;
    case "string":
      return `CAST(to_json(${sql}) AS VARCHAR)`;
    case "binary":
      return `'"' || to_base64(${sql}) || '"'`;
    case "date":
      return `'"' || ${style.date?.(sql) ?? `CAST(${sql} AS VARCHAR)`} || '"'`;
    case "timestamp":
      return `'"' || ${style.timestamp?.(sql) ?? `sp_iso_timestamp(${sql})`} || '"'`;
    case "timestamp_ntz":
      return `strftime(${sql}, '"%Y-%m-%dT%H:%M:%S.%g"')`;
    case "float":
    case "double":
      return `sp_json_${type.kind}_text(${sql})`;
    case "decimal":
      return javaDecimalText(sql, type);
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
      return `CAST(${sql} AS VARCHAR)`;
    default:
      return `CAST(to_json(${castToString(sql, type, { depth, isJava: false })}) AS VARCHAR)`;
  }
}

function item(depth: number): string {
  return `"_j${depth}"`;
}

function orNull(sql: string, type: DataType, { style, depth }: Place): string {
  return `coalesce(${jsonText(sql, type, { style, depth: depth + 1 })}, 'null')`;
}

function list(values: string, body: string, depth: number): string {
  return `array_to_string(list_transform(${values}, lambda ${item(depth)}: ${body}), ',')`;
}

function structJson(sql: string, type: Extract<DataType, { kind: "struct" }>, place: Place): string {
  const fields = type.fields.map((field) => {
    const value = `struct_extract(${sql}, ${quoteText(field.name)})`;
    const text =
      place.style.keepNulls === true ? orNull(value, field.dataType, place) : jsonText(value, field.dataType, place);
    return `${quoteText(`${JSON.stringify(field.name)}:`)} || ${text}`;
  });
  const body = fields.length === 0 ? "''" : `concat_ws(',', ${fields.join(", ")})`;
  return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${body} || '}' END`;
}

/** A struct as a key is printed as Spark's rows print themselves. */
function keyText(sql: string, type: DataType, depth: number): string {
  if (type.kind !== "struct") return castToString(sql, type, { depth, isJava: false });
  const fields = type.fields.map(
    (field) =>
      `coalesce(${castToString(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType, { depth, isJava: false })}, 'null')`,
  );
  return `('[' || ${fields.join(" || ',' || ")} || ']')`;
}

function mapJson(sql: string, type: Extract<DataType, { kind: "map" }>, place: Place): string {
  const key = keyText(`struct_extract(${item(place.depth)}, 'key')`, type.key, place.depth + 1);
  const value = orNull(`struct_extract(${item(place.depth)}, 'value')`, type.value, place);
  return `'{' || ${list(`map_entries(${sql})`, `CAST(to_json(${key}) AS VARCHAR) || ':' || ${value}`, place.depth)} || '}'`;
}
