import { type DataType, simpleString } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";

/** A column in DuckDB's SQL, with Spark's type. */
export interface FramedColumn {
  readonly sql: string;
  readonly dataType: DataType;
}

const NULL_LENGTH = "'\\xFF\\xFF\\xFF\\xFF'::BLOB";

/** One BLOB of all columns, as the format `framed` of an export has them. @throws Error for types that it has not */
export function framedRow(columns: readonly FramedColumn[]): string {
  return columns.map(framed).join(" || ");
}

function framed({ sql, dataType }: FramedColumn): string {
  switch (dataType.kind) {
    case "binary":
      return sized(sql);
    case "string":
      return sized(`encode(${sql})`);
    case "integer":
      return sized(number(sql));
    case "array":
      return framedArray(sql, dataType.element);
    default:
      throw new Error(`columns of type ${simpleString(dataType)} cannot be framed`);
  }
}

function sized(bytes: string): string {
  return `CASE WHEN ${bytes} IS NULL THEN ${NULL_LENGTH} ELSE ${number(`octet_length(${bytes})`)} || ${bytes} END`;
}

function number(sql: string): string {
  return `CAST(CAST(CAST(${sql} AS INTEGER) AS BIT) AS BLOB)`;
}

function framedArray(sql: string, element: DataType): string {
  if (element.kind !== "struct") throw new Error(`arrays of ${simpleString(element)} cannot be framed`);
  const fields = element.fields.map(({ name, dataType }) => {
    return framed({ sql: `struct_extract(e, ${quoteText(name)})`, dataType });
  });
  const elements = `list_transform(${sql}, lambda e: ${fields.join(" || ")})`;
  const joined = `list_reduce(${elements}, lambda a, b: a || b, ${number(`len(${sql})`)})`;
  return `CASE WHEN ${sql} IS NULL THEN ${NULL_LENGTH} ELSE ${joined} END`;
}
