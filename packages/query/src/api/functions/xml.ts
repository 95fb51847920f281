import type { DataType } from "../../data-type/data-type.ts";
import type { Column } from "../column.ts";
import { type ColumnLike, type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { invoke, optionsArgument, schemaArgument, type WithValue, withValues } from "./define.ts";

/**
 * An element of XML as a struct; NULL for NULL. What does not fit is NULL, and the text then stands in the field `_corrupt_record` where the schema has one; with `mode`
 * FAILFAST it is the error MALFORMED_RECORD_IN_PARSING. Options are those of XML files.
 */
export function fromXml(
  column: ColumnOrName,
  schema: string | DataType | ColumnLike,
  options?: Readonly<Record<string, string>>,
): Column {
  return invoke("from_xml", columnExpression(column), schemaArgument(schema), ...optionsArgument(options));
}
/** A struct as an element of XML, indented; NULL for NULL. Fields that are NULL are left out. */
export function toXml(column: ColumnOrName, options?: Readonly<Record<string, string>>): Column {
  return invoke("to_xml", columnExpression(column), ...optionsArgument(options));
}
/** The type of an element of XML, as DDL. The text is a constant. */
export function schemaOfXml(xml: ColumnOrValue, options?: Readonly<Record<string, string>>): Column {
  return invoke("schema_of_xml", valueExpression(xml), ...optionsArgument(options));
}
/** The texts of the text nodes and attributes that a path of XPath 1.0 finds, NULL for elements. An empty text gives NULL, one that is no XML is an error. */
export const xpath: WithValue = withValues("xpath");
/** The text of the first node that a path finds, empty when there is none. */
export const xpathString: WithValue = withValues("xpath_string");
/** Whether a path finds a node, or its value is true. */
export const xpathBoolean: WithValue = withValues("xpath_boolean");
/** The number that a path finds; NaN for others. */
export const xpathDouble: WithValue = withValues("xpath_double");
/** The same as {@link xpathDouble}. */
export const xpathNumber: WithValue = withValues("xpath_number");
/** The number that a path finds, as FLOAT. */
export const xpathFloat: WithValue = withValues("xpath_float");
/** The whole part of the number that a path finds, 0 for others. */
export const xpathInt: WithValue = withValues("xpath_int");
/** The same as BIGINT. */
export const xpathLong: WithValue = withValues("xpath_long");
/** The same as SMALLINT. */
export const xpathShort: WithValue = withValues("xpath_short");
