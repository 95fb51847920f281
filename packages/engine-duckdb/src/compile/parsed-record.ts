import type { StructField } from "@sluice/query";
import { quoteName, quoteText } from "./identifier.ts";

/** How a record is put together from what was read of its text. */
export interface ParsedRecord {
  /** SQL of a field's value; undefined for the field that takes the text of a bad record. */
  readonly readOf: (field: StructField) => string | undefined;
  /** SQL: whether the record is malformed. */
  readonly bad: string;
  /** The option `mode`. */
  readonly mode: string | undefined;
}

/** SQL of a struct of the fields, read from `text`; with FAILFAST a malformed record is an error. */
export function parsedRecord(
  text: string,
  fields: readonly StructField[],
  { readOf, bad, mode }: ParsedRecord,
): string {
  const parts = fields.map((one) => `${quoteName(one.name)} := ${readOf(one) ?? `CASE WHEN ${bad} THEN ${text} END`}`);
  const record = `struct_pack(${parts.join(", ")})`;
  if (mode?.toUpperCase() !== "FAILFAST") return record;
  const message = "[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed record is detected in record parsing: ";
  return `CASE WHEN ${bad} THEN error(${quoteText(message)} || ${text}) ELSE ${record} END`;
}
