import type { FileRead } from "@sluice/pipelines";
import type { DataType } from "@sluice/query";
import { duckType } from "../../compile/duck-type.ts";
import { quoteText } from "../../compile/identifier.ts";
import { readFlag, readOption } from "../read-option.ts";
import { parseDate, parseTimestamp, type TimeFormats } from "../time-formats.ts";

/** What decides how a text of a CSV file becomes a value. */
export interface FitContext {
  readonly formats: TimeFormats;
  readonly read: Pick<FileRead, "options">;
}

/** Two readings of one text: the value, and the JSON of what did not fit (absent: everything fits). */
export interface TextFit {
  readonly value: string;
  readonly misfit?: string;
}

/** How a text (SQL of a VARCHAR) becomes a value of a type; texts equal to `nullValue` are NULL. */
export function fitText(text: string, type: DataType, context: FitContext): TextFit {
  const given = nullText(trimmed(text, context), context);
  if (type.kind === "string" || type.kind === "variant") return { value: given };
  const value = parseText(given, type, context);
  return {
    value,
    misfit: `CASE WHEN (${given}) IS NOT NULL AND (${value}) IS NULL THEN to_json(${text})::VARCHAR END`,
  };
}

function trimmed(text: string, context: FitContext): string {
  const left = readFlag(context.read, "ignoreLeadingWhiteSpace", false);
  const right = readFlag(context.read, "ignoreTrailingWhiteSpace", false);
  if (left && right) return `trim(${text})`;
  if (left) return `ltrim(${text})`;
  return right ? `rtrim(${text})` : text;
}

function nullText(text: string, context: FitContext): string {
  const nullValue = readOption(context.read, "nullValue");
  return nullValue === undefined || nullValue === "" ? text : `nullif(${text}, ${quoteText(nullValue)})`;
}

function parseText(text: string, type: DataType, context: FitContext): string {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS ${duckType(type)}) END`;
    case "float":
    case "double":
      return `CASE ${text} WHEN 'NaN' THEN 'NaN'::${duckType(type)} WHEN 'Inf' THEN 'Infinity'::${duckType(type)} WHEN '-Inf' THEN '-Infinity'::${duckType(type)} ELSE TRY_CAST(${text} AS ${duckType(type)}) END`;
    case "boolean":
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "date":
      return parseDate(text, context.formats);
    case "timestamp":
    case "timestamp_ntz":
      return parseTimestamp(text, type.kind, context.formats);
    case "binary":
      return `encode(${text})`;
    default:
      return `TRY_CAST(${text} AS ${duckType(type)})`;
  }
}
