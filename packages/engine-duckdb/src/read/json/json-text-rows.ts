import type { FileEntry } from "@sluice/pipelines";
import { quoteText } from "../../compile/identifier.ts";
import { type FitRules, fitJson, type Numbers } from "../../compile/json-fit.ts";
import { lineSeparator, readFlag } from "../../compile/read-option.ts";
import { timeFormats } from "../../compile/time-formats.ts";
import { haveCarriageReturn } from "../bytes/carriage-return.ts";
import { longestLine } from "../bytes/longest-line.ts";
import { stagedSource, stageTexts } from "../bytes/stage-texts.ts";
import { pathList, type SplitSchema } from "../file-list.ts";
import type { FileScan } from "../file-scan.ts";
import { recordRows } from "../record-rows.ts";
import { parsedJson } from "./lenient-json.ts";
import { markedCopies, recordEnds } from "./marked-copies.ts";
import { keepsWritten } from "./written-read.ts";

/**
 * SQL of the rows of JSON files read as text, record by record. Blank lines are no records; an array of objects in one record is one row each, any other array a malformed record. `staged` is a
 * file of the records where they have been put together, marked where the read keeps numbers as they are written.
 */
export async function jsonTextRows(
  scan: FileScan,
  schema: SplitSchema,
  files: readonly FileEntry[],
  staged?: string,
): Promise<string> {
  const numbers = keepsWritten(schema) ? "Marked" : undefined;
  const rules: FitRules = { ...timeFormats(scan.read), ...(numbers && { numbers }) };
  const texts = staged === undefined ? await textSource(scan, files, numbers) : stagedSource(staged);
  const parsed = `SELECT i, l, ${parsedJson("l", scan.read, numbers !== undefined)} AS j FROM (${texts}) WHERE ${IS_RECORD}`;
  const sql = `SELECT i, l, unnest(${rowsOfRecord("j")}) AS j FROM (${parsed})`;
  return recordRows(scan, schema, files, { sql, numbers, fit: (json, type) => fitJson(json, type, rules) });
}

/** SQL of the rows that a record stands for: the elements of an array of objects, and itself else. */
export function rowsOfRecord(json: string): string {
  const elements = `from_json(${json}, '["JSON"]')`;
  const isList = `json_type(${json}) = 'ARRAY' AND len(list_filter(${elements}, lambda e: json_type(e) IS DISTINCT FROM 'OBJECT')) = 0`;
  return `CASE WHEN ${isList} THEN ${elements} ELSE [${json}] END`;
}

/** SQL of the records of files as text: `l`, and `i`, the place of the file in the list. */
export async function textSource(scan: FileScan, files: readonly FileEntry[], numbers?: Numbers): Promise<string> {
  const plain = await contentsOf(scan, files, numbers);
  const paths = pathList(plain.map((file) => file.path));
  const separator = lineSeparator(scan.read);
  const isMultiLine = readFlag(scan.read, "multiLine", false);
  if (separator !== undefined || (!isMultiLine && (await haveCarriageReturn(plain))))
    return stagedSource(await stageTexts(plain, scan.folder, separator));
  if (!isMultiLine) return `SELECT l, file_index AS i FROM ${linesReader(paths, await longestLine(plain))}`;
  return `SELECT content AS l, list_position(${textPaths(plain.map((file) => file.path))}, filename) - 1 AS i FROM read_text(${paths})`;
}

/** Blank lines are no records. */
export const IS_RECORD = "l IS NOT NULL AND trim(l, ' \\t\\r\\n') <> ''";

async function contentsOf(
  scan: FileScan,
  files: readonly FileEntry[],
  numbers: Numbers | undefined,
): Promise<readonly FileEntry[]> {
  const plain = files.map(scan.plainOf);
  return numbers === undefined ? plain : await markedCopies(plain, recordEnds(scan.read), scan.folder);
}

function textPaths(paths: readonly string[]): string {
  return `[${paths.map(quoteText).join(", ")}]`;
}

/**
 * DuckDB's CSV reader as a reader of lines `l`: no quotes, and a delimiter that JSON forbids. `longest` is what `longestLine` found; `skipBad` leaves out lines
 * that are no text.
 */
export function linesReader(paths: string, longest: number, skipBad = false): string {
  const buffer = Math.max(2 * longest, 32 << 20);
  return `read_csv(${paths}, columns = {l: 'VARCHAR'}, header = false, delim = chr(1), quote = '', escape = '', auto_detect = false, strict_mode = ${!skipBad}, max_line_size = ${longest}, buffer_size = ${buffer}, ignore_errors = ${skipBad})`;
}
