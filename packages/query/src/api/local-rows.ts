import type { StructType } from "../data-type/data-type.ts";
import * as types from "../data-type/data-type.ts";
import { DataFrame } from "./data-frame.ts";
import { literal } from "./literal.ts";
import { encodeStruct, inferType, widenStructs } from "./local-value.ts";
import { node } from "./node.ts";
import { apiError } from "./problem.ts";
import { queryFromText, schemaOf } from "./text.ts";

/** A row given by the program: by column name, or by position. */
export type LocalRow = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * A DataFrame of rows given by the program, as PySpark's `createDataFrame`. Without a schema, or with column names only, types come from the values: whole
 * numbers are bigint, others double, Dates are timestamps, objects are structs.
 *
 * @throws QueryError for values that do not fit the schema, or each other.
 */
export function createDataFrame(
  rows: readonly LocalRow[],
  schema?: string | StructType | readonly string[],
): DataFrame {
  const known = knownSchema(rows, schema);
  return new DataFrame(
    node({ kind: "LocalRelation", schema: known, rows: rows.map((row) => encodeStruct(row, known)) }),
  );
}

/** The whole numbers from `start` (0 when only one bound is given) up to but not including `end`, as the column `id`. */
export function rangeFrame(start: number | bigint, end?: number | bigint, step: number | bigint = 1): DataFrame {
  const bounds = end === undefined ? [0, start, step] : [start, end, step];
  const args = bounds.map((bound) => ({ value: literal(BigInt(bound)) }));
  return new DataFrame(node({ kind: "TableFunction", name: "range", args, streaming: false }));
}

/** The rows of a SQL query. */
export function sqlQuery(text: string): DataFrame {
  return new DataFrame(node(queryFromText(text)));
}

function knownSchema(
  rows: readonly LocalRow[],
  schema: string | StructType | readonly string[] | undefined,
): StructType {
  if (typeof schema === "string" || (schema !== undefined && "kind" in schema)) return schemaOf(schema);
  if (rows.length === 0) {
    throw apiError(
      "CANNOT_INFER_EMPTY_SCHEMA",
      'There are no rows to see the columns in: give a schema, as "id BIGINT".',
    );
  }
  const inferred = rows.map((row) => rowType(row, schema)).reduce(widenStructs);
  return types.struct(inferred.fields.map((field) => ({ ...field, dataType: storable(field.dataType) })));
}

function rowType(row: LocalRow, names: readonly string[] | undefined): StructType {
  const entries = Array.isArray(row)
    ? row.map((value, i): [string, unknown] => [names?.[i] ?? `_${i + 1}`, value])
    : Object.entries(row);
  return types.struct(entries.map(([name, value]) => types.field(name, inferType(value))));
}

function storable(type: types.DataType): types.DataType {
  return type.kind === "void" ? types.STRING : type;
}
