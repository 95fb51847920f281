import type { Column } from "../column.ts";
import { type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { columns, given, invoke, type Unary } from "./define.ts";

/** JSON text as a VARIANT. Malformed text, and an object that repeats a key, is the error MALFORMED_RECORD_IN_PARSING. */
export const parseJson: Unary = columns("parse_json");
/** The same, with NULL for malformed text. */
export const tryParseJson: Unary = columns("try_parse_json");
/** Whether a VARIANT is the null of JSON; NULL gives false. */
export const isVariantNull: Unary = columns("is_variant_null");
/** An array, a struct or a map with texts as keys as a VARIANT. */
export const toVariantObject: Unary = columns("to_variant_object");
/** The type of what a VARIANT holds, as text: `OBJECT<a: BIGINT>`. */
export const schemaOfVariant: Unary = columns("schema_of_variant");
/** The type that holds what all VARIANTs of a group hold. */
export const schemaOfVariantAgg: Unary = columns("schema_of_variant_agg");

/**
 * The part of a VARIANT below a path such as `$.a[0]['b c']`, as a VARIANT, or as a value of `type` (DDL text). NULL where there is no such part, or it is null;
 * one that cannot be cast is the error INVALID_VARIANT_CAST.
 */
export function variantGet(column: ColumnOrName, path: ColumnOrValue, type?: string): Column {
  return invoke("variant_get", columnExpression(column), valueExpression(path), ...given([type]));
}

/** The same, with NULL for what cannot be cast. */
export function tryVariantGet(column: ColumnOrName, path: ColumnOrValue, type?: string): Column {
  return invoke("try_variant_get", columnExpression(column), valueExpression(path), ...given([type]));
}
