import type { FileRead } from "@sluice/pipelines";
import type { DataType } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteText } from "./identifier.ts";
import { intervalOfText } from "./interval-cast.ts";
import { readOption } from "./read-option.ts";
import { parseDate, parseTimestamp, type TimeFormats } from "./time-formats.ts";

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
  const given = nullText(text, context);
  if (type.kind === "string" || type.kind === "variant") return { value: given };
  const value = parseText(given, type, context);
  return {
    value,
    misfit: `CASE WHEN (${given}) IS NOT NULL AND (${value}) IS NULL THEN to_json(${text})::VARCHAR END`,
  };
}

/** SQL of a text that is NULL where the files say so by their `nullValue`. */
export function nullText(text: string, { read }: Pick<FitContext, "read">): string {
  return `nullif(${text}, ${quoteText(readOption(read, "nullValue") ?? "")})`;
}

/** The words for what is no number are those of the options. DuckDB takes underscores between digits, Java does not. */
function doubleOf(text: string, type: DataType, { read }: FitContext): string {
  const target = duckType(type);
  const words = [
    [readOption(read, "nanValue") ?? "NaN", "NaN"],
    [readOption(read, "positiveInf") ?? "Inf", "Infinity"],
    [readOption(read, "negativeInf") ?? "-Inf", "-Infinity"],
  ] as const;
  const branches = words.map(([word, value]) => `WHEN ${quoteText(word)} THEN '${value}'::${target}`);
  return `CASE ${text} ${branches.join(" ")} ELSE CASE WHEN regexp_matches(${text}, '^[+-]?(NaN$|Infinity$|[^a-zA-Z+-])') AND NOT contains(${text}, '_') THEN coalesce(TRY_CAST(${text} AS ${target}), TRY_CAST(regexp_extract(${text}, '^(.*[0-9.])[fFdD]$', 1) AS ${target})) END END`;
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
      return doubleOf(text, type, context);
    case "decimal":
      return `TRY_CAST(sp_json_decimal_text(replace(${text}, ',', '')) AS ${duckType(type)})`;
    case "boolean":
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "date":
      return parseDate(text, context.formats);
    case "timestamp":
    case "timestamp_ntz":
      return parseTimestamp(text, type.kind, context.formats);
    case "binary":
      return `encode(${text})`;
    case "interval_year_month":
    case "interval_day_time":
    case "interval_calendar":
      return intervalOfText(text, type);
    default:
      return `TRY_CAST(${text} AS ${duckType(type)})`;
  }
}
