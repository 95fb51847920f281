import type { DataType } from "../../data-type/data-type.ts";
import type { Column } from "../column.ts";
import { type ColumnLike, type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import {
  columns,
  given,
  invoke,
  optionsArgument,
  schemaArgument,
  type Unary,
  type WithValue,
  withValues,
} from "./define.ts";

/** JSON text as a value of a type (DDL text or a type); NULL or a struct of NULLs for what does not fit. */
export function fromJson(
  column: ColumnOrName,
  schema: string | DataType | ColumnLike,
  options?: Readonly<Record<string, string>>,
): Column {
  return invoke("from_json", columnExpression(column), schemaArgument(schema), ...optionsArgument(options));
}
/** A value as JSON text. */
export function toJson(column: ColumnOrName, options?: Readonly<Record<string, string>>): Column {
  return invoke("to_json", columnExpression(column), ...optionsArgument(options));
}
/** The type of JSON text, as DDL. */
export function schemaOfJson(json: ColumnOrValue): Column {
  return invoke("schema_of_json", valueExpression(json));
}
/** A part of JSON text by a path such as `$.a.b[0]`, as text. */
export const getJsonObject: WithValue = withValues("get_json_object");
/** Fields of JSON text, as columns. */
export function jsonTuple(column: ColumnOrName, ...fields: readonly string[]): Column {
  return invoke("json_tuple", columnExpression(column), ...given(fields));
}
/** The number of elements of JSON text that is an array. */
export const jsonArrayLength: Unary = columns("json_array_length");
/** The keys of JSON text that is an object. */
export const jsonObjectKeys: Unary = columns("json_object_keys");
/**
 * A line of CSV as a struct; NULL for NULL. What does not fit is NULL, and the line then stands in the field `_corrupt_record` where the schema has one; with
 * `mode` FAILFAST it is the error MALFORMED_RECORD_IN_PARSING. Options are those of CSV files.
 */
export function fromCsv(
  column: ColumnOrName,
  schema: string | DataType | ColumnLike,
  options?: Readonly<Record<string, string>>,
): Column {
  return invoke("from_csv", columnExpression(column), schemaArgument(schema), ...optionsArgument(options));
}
/** A struct as a line of CSV; NULL for NULL. Fields that are NULL are empty, empty texts `""`. */
export function toCsv(column: ColumnOrName, options?: Readonly<Record<string, string>>): Column {
  return invoke("to_csv", columnExpression(column), ...optionsArgument(options));
}
/** The type of the fields of a line of CSV, as DDL. */
export function schemaOfCsv(csv: ColumnOrValue, options?: Readonly<Record<string, string>>): Column {
  return invoke("schema_of_csv", valueExpression(csv), ...optionsArgument(options));
}
