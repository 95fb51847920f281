import type { FileRead } from "@sluice/pipelines";
import { localPatternRefusal, patternRefusal } from "@sluice/query";
import type { PatternReader } from "../connection/moment-by-pattern.ts";
import { quoteText } from "./identifier.ts";
import { readOption } from "./read-option.ts";
import { readFixed } from "./time-pattern.ts";

/** How texts become dates and timestamps: patterns of Java's DateTimeFormatter, or as Spark casts text when absent. */
export interface TimeFormats {
  readonly date?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly timestampNtz?: string | undefined;
  /** Of times without a zone; the session's when absent. */
  readonly timeZone?: string | undefined;
  /** A pattern that Spark refuses reads nothing, and is no error: whether texts are times is only looked at. */
  readonly tries?: boolean;
}

/** What a reader's options say about times. */
export function timeFormats(read: Pick<FileRead, "options">): TimeFormats {
  return {
    date: readOption(read, "dateFormat"),
    timestamp: readOption(read, "timestampFormat"),
    timestampNtz: readOption(read, "timestampNTZFormat"),
    timeZone: readOption(read, "timeZone"),
  };
}

/** @throws Error with Spark's condition when columns are to be found and a pattern of timestamps is one that Spark refuses, whatever is in the files */
export function checkTimePatterns({ timestamp, timestampNtz }: TimeFormats): void {
  const local = timestampNtz === undefined ? undefined : localPatternRefusal(timestampNtz, "parse");
  const refusal = local ?? (timestamp === undefined ? undefined : patternRefusal(timestamp, "parse"));
  if (refusal !== undefined) throw new Error(`[${refusal.condition}] ${refusal.message}`);
}

/** SQL of a text as a date, NULL when it is none. */
export function parseDate(text: string, { date, tries }: TimeFormats): string {
  if (date === undefined) return `sp_string_date(${text})`;
  const { local, parsed } = byPattern(text, date, tries ? "trial" : "record");
  return local === undefined ? `TRY_CAST(left(${parsed}, 10) AS DATE)` : `CAST(${local} AS DATE)`;
}

/** SQL of a text as a timestamp, NULL when it is none. */
export function parseTimestamp(text: string, kind: "timestamp" | "timestamp_ntz", formats: TimeFormats): string {
  return kind === "timestamp" ? parseInstant(text, formats) : parseWallClock(text, formats);
}

function parseInstant(text: string, { timestamp, timeZone, tries }: TimeFormats): string {
  if (timestamp === undefined && timeZone === undefined) return `sp_string_timestamp(${text})`;
  const instant = (local: string) =>
    timeZone === undefined ? `sp_instant(${local})` : `sp_instant_in(${quoteText(timeZone)}, ${local})`;
  if (timestamp === undefined) return momentOf(`js_timestamp_text(${text})`, instant);
  const { local, parsed } = byPattern(text, timestamp, tries ? "trial" : "record");
  return local === undefined ? momentOf(parsed, instant) : instant(local);
}

/** A time as text, 26 characters when it is without a zone. */
function momentOf(parsed: string, instant: (local: string) => string): string {
  return `CASE WHEN length(${parsed}) = 26 THEN ${instant(`TRY_CAST(${parsed} AS TIMESTAMP)`)} ELSE TRY_CAST(${parsed} AS TIMESTAMPTZ) END`;
}

function parseWallClock(text: string, { timestampNtz }: TimeFormats): string {
  if (timestampNtz === undefined) return `CASE WHEN NOT ${namesZone(text)} THEN sp_string_timestamp_ntz(${text}) END`;
  const { local, parsed } = byPattern(text, timestampNtz, "trial");
  return local ?? `TRY_CAST(left(${parsed}, 26) AS TIMESTAMP)`;
}

/** SQL: whether a time has a zone behind its clock. */
function namesZone(text: string): string {
  return `regexp_matches(${text}, ':.*[A-Za-z+-]')`;
}

/** A text read by a pattern: as a TIMESTAMP where DuckDB can do that alone, else as text. */
function byPattern(
  text: string,
  pattern: string,
  reader: PatternReader,
): { readonly local?: string; readonly parsed: string } {
  const parsed = `js_parse_time(${text}, ${quoteText(pattern)}, '${reader}')`;
  const local = readFixed(text, pattern);
  return local === undefined ? { parsed } : { local, parsed };
}
