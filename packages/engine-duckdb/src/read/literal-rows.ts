import type { InputSlice } from "@sluice/pipelines";
import type { Attribute, DataType, Value } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { numberText, printLiteral } from "../compile/literal.ts";
import { emptyRows } from "./file-scan.ts";

type GivenRows = Extract<InputSlice, { kind: "Rows" }>;

const FEW = 20;

/** A SELECT of rows that the program gave. Many rows go as one JSON text, which DuckDB reads many times faster than expressions. */
export function literalRows(columns: readonly Attribute[], slice: GivenRows): string {
  if (columns.length === 0) return `SELECT 1 AS one FROM range(${slice.rows.length})`;
  if (slice.rows.length === 0) return emptyRows({ columns });
  const names = columns.map((one) => quoteName(one.name)).join(", ");
  const rows = valuesOf(columns, slice);
  if (rows.length > FEW && columns.every((one) => PLAIN.has(one.dataType.kind))) return jsonSelect(columns, rows);
  const tuples = rows.map(
    (row) => `(${columns.map((one, i) => printLiteral(row[i] ?? null, one.dataType)).join(", ")})`,
  );
  return `SELECT * FROM (VALUES ${tuples.join(", ")}) AS v(${names})`;
}

/** The values of the columns, in their order. */
function valuesOf(columns: readonly Attribute[], { columns: names, rows }: GivenRows): GivenRows["rows"] {
  if (names === undefined) return rows;
  const places = columns.map(({ name }) => names.indexOf(name));
  if (places.includes(-1)) throw new Error(`rows of ${names.join(", ")} lack a column that is read`);
  return rows.map((row) => places.map((at) => row[at] ?? null));
}

const PLAIN: ReadonlySet<DataType["kind"]> = new Set([
  ...(["boolean", "byte", "short", "integer", "long", "float", "double", "decimal", "string"] as const),
  ...(["date", "timestamp", "timestamp_ntz"] as const),
]);

function jsonSelect(columns: readonly Attribute[], rows: readonly (readonly Value[])[]): string {
  const text = rows.map((row) => `[${columns.map((one, i) => jsonText(row[i] ?? null, one.dataType)).join(",")}]`);
  const values = columns.map((one, i) => `${fromText(`r[${i + 1}]`, one.dataType)} AS ${quoteName(one.name)}`);
  return `SELECT ${values.join(", ")} FROM (SELECT unnest(from_json(${quoteText(`[${text.join(",")}]`)}, '[["VARCHAR"]]')) AS r)`;
}

function jsonText(value: Value, type: DataType): string {
  if (value === null) return "null";
  if (type.kind === "double" || type.kind === "float") return `"${numberText(Number(value))}"`;
  return typeof value === "string" ? JSON.stringify(value) : `"${value}"`;
}

function fromText(text: string, type: DataType): string {
  switch (type.kind) {
    case "string":
      return text;
    case "timestamp":
      return `make_timestamptz(CAST(${text} AS BIGINT))`;
    case "timestamp_ntz":
      return `make_timestamp(CAST(${text} AS BIGINT))`;
    case "date":
      return `(DATE '1970-01-01' + CAST(${text} AS INTEGER))`;
    default:
      return `CAST(${text} AS ${duckType(type)})`;
  }
}
