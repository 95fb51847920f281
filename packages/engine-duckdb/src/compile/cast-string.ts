import { type DataType, fieldsText } from "@sluice/query";
import { quoteText } from "./identifier.ts";
import { intervalNumber } from "./interval-cast.ts";
import { operand } from "./template.ts";

/** `depth` names the lambdas inside apart from those around; with `isJava` very small decimals are written as Java writes them, as casts outside of ANSI mode do. */
export interface TextStyle {
  readonly depth: number;
  readonly isJava: boolean;
}

/** Not within lambdas, and decimals with all their digits. */
export const PLAIN: TextStyle = { depth: 0, isJava: false };

/** A value as the text that Spark's cast to STRING gives. */
export function castToString(sql: string, from: DataType, style: TextStyle): string {
  switch (from.kind) {
    case "string":
      return sql;
    case "variant":
      return style.depth === 0 ? `js_variant_scalar(${sql}, 'string')` : `js_variant_print(${sql})`;
    case "double":
      return `sp_double_string(${sql})`;
    case "float":
      return `sp_float_string(${sql})`;
    case "timestamp":
      return `CAST(CAST(${sql} AS TIMESTAMP) AS VARCHAR)`;
    case "binary":
      return `sp_binary_string(${sql})`;
    case "interval_year_month":
    case "interval_day_time":
      return `js_interval_string(${intervalNumber(sql, from)}, ${quoteText(fieldsText(from))})`;
    case "interval_calendar":
      return `sp_calendar_string(${sql})`;
    case "decimal":
      return style.isJava ? javaDecimalText(sql, from) : decimalText(sql, from);
    case "array":
      return `'[' || ${joined(sql, elementText(from.element, style), style.depth)} || ']'`;
    case "map":
      return mapText(sql, from, style);
    case "struct":
      return structText(sql, from, style);
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

type Decimal = Extract<DataType, { kind: "decimal" }>;

/** A decimal as Java writes it: `1.00E-8` where the first digit is behind more than five zeros. */
export function javaDecimalText(sql: string, type: Decimal): string {
  const plain = decimalText(sql, type);
  return type.scale <= 6 ? plain : `sp_java_decimal(${plain}, ${type.scale})`;
}

function decimalText(sql: string, { precision, scale }: Decimal): string {
  return precision === scale ? fractionText(sql, scale) : `CAST(${sql} AS VARCHAR)`;
}

/** DuckDB leaves out the 0 before the point when the type has no digit there. */
function fractionText(sql: string, scale: number): string {
  return scale < 38
    ? `CAST(CAST(${sql} AS DECIMAL(${scale + 1},${scale})) AS VARCHAR)`
    : `replace(CAST(${sql} AS VARCHAR), '.', '0.')`;
}

function elementText(type: DataType, style: TextStyle): string {
  return nullable(`"_s${style.depth}"`, type, style);
}

function nullable(sql: string, type: DataType, style: TextStyle): string {
  return `coalesce(${castToString(sql, type, { ...style, depth: style.depth + 1 })}, 'null')`;
}

function joined(list: string, item: string, depth: number): string {
  return `array_to_string(list_transform(${list}, lambda "_s${depth}": ${item}), ', ')`;
}

function mapText(sql: string, from: Extract<DataType, { kind: "map" }>, style: TextStyle): string {
  const { depth } = style;
  const entry = `"_s${depth}"`;
  const key = castToString(`struct_extract(${entry}, 'key')`, from.key, { ...style, depth: depth + 1 });
  const value = nullable(`struct_extract(${entry}, 'value')`, from.value, style);
  return `'{' || ${joined(`map_entries(${sql})`, `${operand(key)} || ' -> ' || ${value}`, depth)} || '}'`;
}

function structText(sql: string, from: Extract<DataType, { kind: "struct" }>, style: TextStyle): string {
  const fields = from.fields.map((field) =>
    nullable(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType, style),
  );
  return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${fields.join(" || ', ' || ") || "''"} || '}' END`;
}
