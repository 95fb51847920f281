import type { DataType } from "../data-type/data-type.ts";
import { clockText, dateText, timestampText } from "../data-type/datetime-text.ts";
import { intervalText } from "../data-type/interval-text.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type { Literal, Value } from "../expression/expression.ts";
import { quoteName } from "./print-name.ts";
import { quoteString } from "./string-literal.ts";

/** A literal as Spark SQL that reads back as the same value of the same type. */
export function printLiteral({ value, dataType }: Pick<Literal, "value" | "dataType">): string {
  if (value === null) return dataType.kind === "void" ? "NULL" : `CAST(NULL AS ${sqlType(dataType)})`;
  if (typeof value === "number") return printNumber(value, dataType);
  if (typeof value === "bigint") return printLong(value, dataType);
  if (typeof value === "string")
    return dataType.kind === "decimal" ? printDecimal(value, dataType) : quoteString(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex").toUpperCase()}'`;
  return printNested(value, dataType);
}

function printNumber(value: number, type: DataType): string {
  switch (type.kind) {
    case "byte":
      return `${value}Y`;
    case "short":
      return `${value}S`;
    case "float":
      return printFloating(value, "F", "FLOAT");
    case "double":
      return printFloating(value, "D", "DOUBLE");
    case "date":
      return `DATE '${dateText(value)}'`;
    case "interval_year_month":
      return intervalText(value, type);
    default:
      return String(value);
  }
}

function printFloating(value: number, suffix: string, type: string): string {
  if (!Number.isFinite(value)) return `CAST('${value}' AS ${type})`;
  return `${Object.is(value, -0) ? "-0" : value}${suffix}`;
}

function printLong(value: bigint, type: DataType): string {
  switch (type.kind) {
    case "timestamp":
      return `TIMESTAMP '${timestampText(value)}Z'`;
    case "timestamp_ntz":
      return `TIMESTAMP_NTZ '${timestampText(value)}'`;
    case "interval_day_time":
      return intervalText(value, type);
    case "time":
      return `TIME '${clockText(value)}'`;
    default:
      return `${value}L`;
  }
}

function printDecimal(value: string, type: DataType): string {
  const [, whole = "", fraction = ""] = /^-?0*(\d*)\.?(\d*)$/.exec(value) ?? [];
  const precision = Math.max(whole.length + fraction.length, fraction.length, 1);
  const exact = type.kind === "decimal" && type.scale === fraction.length && type.precision === precision;
  if (!exact) return `CAST('${value}' AS ${sqlType(type)})`;
  return `${value}BD`;
}

function printNested(value: readonly Value[], type: DataType): string {
  const literal = (one: Value | undefined, dataType: DataType): string =>
    printLiteral({ value: one ?? null, dataType });
  switch (type.kind) {
    case "array":
      return `array(${value.map((one) => literal(one, type.element)).join(", ")})`;
    case "map":
      return `map(${value.flatMap((pair) => printPair(pair, type.key, type.value)).join(", ")})`;
    case "struct": {
      const fields = type.fields.map((field, i) => `${literal(value[i], field.dataType)} AS ${quoteName(field.name)}`);
      return `struct(${fields.join(", ")})`;
    }
    default:
      throw new Error(`a literal of type ${type.kind} cannot hold a list`);
  }
}

function printPair(pair: Value, key: DataType, value: DataType): readonly string[] {
  const [first = null, second = null] = Array.isArray(pair) ? (pair as readonly Value[]) : [];
  return [printLiteral({ value: first, dataType: key }), printLiteral({ value: second, dataType: value })];
}
