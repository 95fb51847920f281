import type { FileEntry } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import { fileFacts, pathList, type SplitSchema, usesFacts } from "./file-list.ts";
import { type FileScan, selectList } from "./file-scan.ts";
import { fitJson, misfitMember, pointer, rescueObject, unknownMembers } from "./json-fit.ts";
import { longestLine } from "./longest-line.ts";
import { parseMode, readFlag, readOption, timeFormat } from "./read-option.ts";

/**
 * SQL of the rows of JSON files read as text, record by record: what does not fit is NULL and stands in the rescued-data column; a record that is not JSON
 * gives a row of NULLs, rescued as `_corrupt_record`. Blank lines are no records; an array of objects in one record is one row each.
 */
export async function jsonTextRows(
  scan: FileScan,
  schema: SplitSchema,
  files: readonly FileEntry[],
  staged?: string,
): Promise<string> {
  const formats = { date: timeFormat(scan.read, "dateFormat"), timestamp: timeFormat(scan.read, "timestampFormat") };
  const facts = fileFacts(files, scan.read, schema.partition, "r.i", 0);
  const corrupt = readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record";
  const fields = schema.data.filter((one) => one.name.toLowerCase() !== corrupt.toLowerCase());
  const fits = fields.map((one, i) => ({ one, fit: fitJson(`r.v[${i + 1}]`, one.dataType, formats) }));
  const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
  const misfits = fits.map(({ one, fit }) => misfitMember(one.name, fit.misfit));
  const unknown = unknownMembers(
    "r.j",
    fields.map((one) => one.name),
  );
  const broken = "(r.j IS NULL OR json_type(r.j) NOT IN ('OBJECT', 'NULL'))";
  const rescue = `CASE WHEN ${broken} THEN '{"_corrupt_record":' || to_json(r.l)::VARCHAR || ',' || ${path} || '}' ELSE ${withPath(rescueObject(misfits, unknown), path)} END`;
  const anyMisfit = fits.length === 0 ? "false" : fits.map(({ fit }) => `(${fit.misfit}) IS NOT NULL`).join(" OR ");
  const columns = selectList(scan.columns, (one) => columnSql(one.name));
  const source = staged === undefined ? await textSource(scan, files) : stagedSource(staged);
  const needsFacts = usesFacts(`${columns}${modeSql()}`);
  return `SELECT ${columns} FROM (${recordsSql(source, fields)}) AS r${needsFacts ? facts.join : ""}${modeSql()}`;

  function columnSql(name: string): string {
    const attribute = scan.columns.find((one) => one.name === name);
    const known = attribute === undefined ? undefined : facts.column(name, attribute.dataType);
    if (known !== undefined) return known;
    if (name === schema.rescued) return rescue;
    if (name.toLowerCase() === corrupt.toLowerCase()) return `CASE WHEN ${broken} OR ${anyMisfit} THEN r.l END`;
    return fits.find(({ one }) => one.name.toLowerCase() === name.toLowerCase())?.fit.value ?? "NULL";
  }

  function modeSql(): string {
    const mode = parseMode(scan.read);
    if (mode === "PERMISSIVE") return "";
    const bad = schema.rescued === undefined ? `(${broken} OR ${anyMisfit})` : broken;
    if (mode === "DROPMALFORMED") return ` WHERE NOT ${bad}`;
    return ` WHERE CASE WHEN ${bad} THEN error('[MALFORMED_RECORD_IN_PARSING] Malformed record in file "' || ${facts.uri} || '": ' || r.l) ELSE true END`;
  }
}

function withPath(object: string, path: string): string {
  return `(${object})[:-2] || ',' || ${path} || '}'`;
}

/** SQL of records as text `l` with the place `i` of their file, parsed: `j` the record, `v` the values of the fields. */
function recordsSql(source: string, fields: readonly StructField[]): string {
  const pointers = `[${fields.map((one) => quoteText(pointer(one.name))).join(", ")}]::VARCHAR[]`;
  const parsed = `SELECT i, l, TRY_CAST(l AS JSON) AS j FROM (${source}) WHERE l IS NOT NULL AND trim(l, ' \t\r\n') <> ''`;
  const single = `SELECT i, l, unnest(CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '["JSON"]') ELSE [j] END) AS j FROM (${parsed})`;
  return `SELECT i, l, j, json_extract(j, ${pointers}) AS v FROM (${single})`;
}

async function textSource(scan: FileScan, files: readonly FileEntry[]): Promise<string> {
  const paths = pathList(files.map(scan.pathOf));
  if (!readFlag(scan.read, "multiLine", false))
    return `SELECT l, file_index AS i FROM ${linesReader(paths, await longestLine(files, scan.pathOf))}`;
  return `SELECT content AS l, list_position(${textPaths(files.map(scan.pathOf))}, filename) - 1 AS i FROM read_text(${paths})`;
}

function stagedSource(path: string): string {
  return `SELECT l, i FROM read_json(${pathList([path])}, format = 'newline_delimited', columns = {i: 'BIGINT', l: 'VARCHAR'}, maximum_object_size = ${64 << 20})`;
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
