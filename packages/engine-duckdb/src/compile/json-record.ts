import { type DataType, fieldsText } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";

/**
 * JSON text as a value by DuckDB's own parser: leaves are taken as JSON and converted one by one, as Spark does it, so that a bad field is NULL and not an
 * error or a guess. The text must be valid and an object or array, as the type asks. Of members with the same name the last counts that fits.
 */
export function jsonRecord(sql: string, type: DataType, depth = 0): string {
  const row = `"_r${depth}"`;
  const shape = quoteText(JSON.stringify(shapeOf(type)));
  const text = type.kind === "map" ? `sp_json_once(${sql})` : sql;
  const parsed = type.kind === "struct" ? lastOfRepeats(sql, type, shape) : `[from_json(${text}, ${shape})]`;
  return `list_transform(${parsed}, lambda ${row}: ${convertParts(row, type, depth + 1)})[1]`;
}

type StructOf = Extract<DataType, { kind: "struct" }>;

/**
 * DuckDB takes the first of members with the same name, so texts that repeat one are read again. Most show at once that they do not: they have as many
 * members as were found.
 */
function lastOfRepeats(sql: string, type: StructOf, shape: string): string {
  const found = type.fields.map((field) => `("_p".${quoteName(field.name)} IS NOT NULL)::INTEGER`).join(" + ");
  const last = `sp_json_last("_p", ${found || "0"}, ${sql}, ${quoteText(fitType(type))}, ${shape})`;
  return `list_transform([from_json(${sql}, ${shape})], lambda "_p": ${last})`;
}

/** How `js_json_fit` is told a type: short, and with the order of fields. */
export function fitType(type: DataType): string {
  return JSON.stringify(shortType(type));
}

function shortType(type: DataType): unknown {
  switch (type.kind) {
    case "struct":
      return { f: type.fields.map((field) => [field.name, shortType(field.dataType)]) };
    case "array":
      return { e: shortType(type.element) };
    case "map":
      return { v: shortType(type.value) };
    case "decimal":
      return { p: type.precision, s: type.scale };
    case "interval_year_month":
    case "interval_day_time":
      return { i: fieldsText(type) };
    default:
      return type.kind;
  }
}

/** Whether DuckDB's parser keeps all that a type can hold: it reads numbers with more than 15 digits and a point inexactly. */
export function isNativeJson(type: DataType): boolean {
  switch (type.kind) {
    case "struct":
      return type.fields.every((field) => isNativeJson(field.dataType));
    case "array":
      return isNativeJson(type.element);
    case "map":
      return type.key.kind === "string" && isNativeJson(type.value);
    case "decimal":
      return type.precision <= 15;
    default:
      return /^(boolean|byte|short|integer|long|float|double|string|date|timestamp|timestamp_ntz|variant)$/.test(
        type.kind,
      );
  }
}

/** Whether there are decimals in a type: numbers with more digits than doubles have may round otherwise than these. */
export function holdsDecimal(type: DataType): boolean {
  switch (type.kind) {
    case "struct":
      return type.fields.some((field) => holdsDecimal(field.dataType));
    case "array":
      return holdsDecimal(type.element);
    case "map":
      return holdsDecimal(type.value);
    default:
      return type.kind === "decimal";
  }
}

/** Only the outermost level: nested objects stay JSON until it is known that they are what the type asks for. */
function shapeOf(type: DataType): unknown {
  switch (type.kind) {
    case "struct":
      return Object.fromEntries(type.fields.map((field) => [field.name, "JSON"]));
    case "array":
      return ["JSON"];
    default:
      return "MAP(VARCHAR, JSON)";
  }
}

function convertParts(row: string, type: DataType, depth: number): string {
  switch (type.kind) {
    case "struct":
      return `struct_pack(${type.fields.map((field) => `${quoteName(field.name)} := ${convert(`struct_extract(${row}, ${quoteText(field.name)})`, field.dataType, depth)}`).join(", ")})`;
    case "array":
      return convertList(row, type.element, depth);
    case "map":
      return convertMap(row, type.value, depth);
    default:
      return row;
  }
}

/** One bad element makes the whole array NULL. */
function convertList(row: string, element: DataType, depth: number): string {
  const [item, both] = [`"_i${depth}"`, `"_b${depth}"`];
  if (element.kind === "string") return `list_transform(${row}, lambda ${item}: ${convert(item, element, depth)})`;
  const converted = `list_transform(${row}, lambda ${item}: ${convert(item, element, depth)})`;
  return `list_transform([${converted}], lambda ${both}: CASE WHEN list_count(${both}) = list_count(${row}) THEN ${both} END)[1]`;
}

/** One bad value makes the whole map NULL. */
function convertMap(row: string, value: DataType, depth: number): string {
  const entry = `"_m${depth}"`;
  const converted = convert(`struct_extract(${entry}, 'value')`, value, depth);
  const all = `map_from_entries(list_transform(map_entries(${row}), lambda ${entry}: struct_pack(key := struct_extract(${entry}, 'key'), value := ${converted})))`;
  if (value.kind === "string") return all;
  const both = `"_b${depth}"`;
  const whole = `list_count(map_values(${both})) = list_count(map_values(${row}))`;
  return `list_transform([${all}], lambda ${both}: CASE WHEN ${whole} THEN ${both} END)[1]`;
}

function convert(leaf: string, type: DataType, depth: number): string {
  switch (type.kind) {
    case "string":
      return `json_extract_string(${leaf}, '$')`;
    case "boolean":
    case "long":
    case "double":
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return `sp_json_${type.kind}(${leaf})`;
    case "byte":
    case "short":
    case "integer":
      return `TRY_CAST(sp_json_long(${leaf}) AS ${duckType(type)})`;
    case "float":
      return `TRY_CAST(sp_json_double(${leaf}) AS FLOAT)`;
    case "decimal":
      return `TRY_CAST(sp_json_decimal_text(json_extract_string(${leaf}, '$')) AS ${duckType(type)})`;
    case "interval_year_month":
    case "interval_day_time":
    case "interval_calendar":
      return `CAST(json_extract_string(${leaf}, '$') AS INTERVAL)`;
    case "array":
    case "map":
    case "struct":
      return `CASE WHEN starts_with(${leaf}, '${type.kind === "array" ? "[" : "{"}') THEN ${jsonRecord(leaf, type, depth + 1)} END`;
    case "variant":
      return `js_variant_try_parse(CAST(${leaf} AS VARCHAR))`;
    default:
      return `CAST(NULL AS ${duckType(type)})`;
  }
}
