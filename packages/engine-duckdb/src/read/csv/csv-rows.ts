import type { FileEntry } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { type FitContext, fitText } from "../../compile/csv-fit.ts";
import { quoteText } from "../../compile/identifier.ts";
import { misfitMember, rescueObject } from "../../compile/json-fit.ts";
import { parseMode, readOption } from "../../compile/read-option.ts";
import { timeFormats } from "../../compile/time-formats.ts";
import { joinReasons, misfitReason } from "../bad-records.ts";
import { type FileFacts, fileFacts, pathList, type SplitSchema, splitSchema, usesFacts } from "../file-list.ts";
import { emptyRows, type FileScan, selectList } from "../file-scan.ts";
import { csvDialect, hasHeader, readHeader } from "./csv-header.ts";
import type { CsvDialect } from "./csv-parser.ts";
import { stageRecords } from "./csv-stage.ts";
import { hasTraps } from "./csv-traps.ts";

/**
 * SQL of the rows of CSV files. Columns go by position, or by the names in the header, which must be written as in the schema. Well-formed files go
 * through DuckDB's reader as text and are cast; files it stumbles over or takes otherwise than Spark are split here, record by record, and so are those of one
 * column: their blank lines would be rows for DuckDB.
 */
export async function csvRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  if (schema.data.length === 0 && !hasHeader(scan.read)) return emptyRows(scan);
  const parts: string[] = [];
  for (const group of await groupByHeader(scan, schema)) {
    const [fast, slow] = await split(scan, group);
    if (fast.length > 0) parts.push(groupRows(scan, schema, { ...group, files: fast }, fastSource(scan, group, fast)));
    if (slow.length > 0) parts.push(groupRows(scan, schema, { ...group, files: slow }, await slowSource(scan, slow)));
  }
  return parts.length === 0 ? emptyRows(scan) : parts.map((part) => `(${part})`).join(" UNION ALL ");
}

/** The files of a group for DuckDB's reader, and those to be split here. */
async function split(scan: FileScan, { names, files }: CsvGroup): Promise<readonly [FileEntry[], FileEntry[]]> {
  const dialect = csvDialect(scan.read);
  const [fast, slow]: [FileEntry[], FileEntry[]] = [[], []];
  const allSlow = names.length === 1 || !isFast(dialect);
  for (const file of files) {
    const isSlow = allSlow || scan.isTolerant(file) || (await hasTraps(scan.plainOf(file), dialect));
    (isSlow ? slow : fast).push(file);
  }
  return [fast, slow];
}

interface CsvGroup {
  /** Names of the file's columns, in its order. */
  readonly names: readonly string[];
  readonly files: readonly FileEntry[];
}

async function groupByHeader(scan: FileScan, schema: SplitSchema): Promise<readonly CsvGroup[]> {
  const names = schema.data.filter((one) => !isCorrupt(scan, one)).map((one) => one.name);
  if (!hasHeader(scan.read)) return [{ names, files: scan.files }];
  const groups = new Map<string, CsvGroup>();
  for (const file of scan.files) {
    const header = await readHeader(scan.plainOf(file), scan.read);
    if (header === undefined) continue;
    const found = scan.read.byName === true ? header : [...names, ...header.slice(names.length)];
    const key = JSON.stringify(found);
    groups.set(key, { names: found, files: [...(groups.get(key)?.files ?? []), file] });
  }
  return [...groups.values()];
}

/** Whether DuckDB's reader can be told all of a dialect, so that it reads what Spark reads or stops. */
function isFast({ separator, quote, escape: mark, escapeOfEscape, comment, ...dialect }: CsvDialect): boolean {
  const isPlain = escapeOfEscape === (mark === quote ? "" : mark) && dialect.emptyValue === "";
  const isSmall = Buffer.byteLength(separator) <= 4 && [quote, mark, comment].every((one) => one.length <= 1);
  return isPlain && isSmall && dialect.lineEnd === undefined && !dialect.trimsStart && !dialect.trimsEnd;
}

/** SQL of a table with columns `v1`.. (text), `more` (further values), `text` (the record when it is malformed) and `i` (place of the file). */
function fastSource(scan: FileScan, group: CsvGroup, files: readonly FileEntry[]): string {
  const dialect = csvDialect(scan.read);
  const columns = group.names.map((_, i) => `v${i + 1}: 'VARCHAR'`).join(", ");
  const options = [
    `columns = {${columns}}`,
    "auto_detect = false",
    `header = ${hasHeader(scan.read)}`,
    `delim = ${quoteText(dialect.separator)}`,
    `quote = ${quoteText(dialect.quote)}`,
    `escape = ${quoteText(dialect.escape === "" ? dialect.quote : dialect.escape)}`,
    `comment = ${quoteText(dialect.comment)}`,
    "nullstr = ''",
    `allow_quoted_nulls = ${(readOption(scan.read, "nullValue") ?? "") === ""}`,
    `skip = ${dialect.skip}`,
    "strict_mode = true",
    "null_padding = false",
    `max_line_size = ${16 << 20}`,
  ];
  return `(SELECT *, file_index AS i, NULL::VARCHAR[] AS more, NULL::VARCHAR AS text FROM read_csv(${pathList(files.map((file) => scan.plainOf(file).path))}, ${options.join(", ")}))`;
}

async function slowSource(scan: FileScan, files: readonly FileEntry[]): Promise<string> {
  const dialect = csvDialect(scan.read);
  const header = hasHeader(scan.read) ? 1 : 0;
  const path = await stageRecords(scan.folder, files.map(scan.plainOf), header, dialect);
  return `(SELECT * FROM read_json(${pathList([path])}, format = 'newline_delimited', columns = {v: 'VARCHAR[]', i: 'BIGINT', o: 'BOOLEAN', text: 'VARCHAR'}, maximum_object_size = ${64 << 20}))`;
}

function groupRows(scan: FileScan, schema: SplitSchema, group: CsvGroup, source: string): string {
  const facts = fileFacts(group.files, scan, schema.partition, "r.i", 0);
  const staged = source.includes("read_json");
  const context: FitContext = {
    formats: timeFormats(scan.read),
    read: scan.read,
  };
  const texts = group.names.map((_, i) => (staged ? `r.v[${i + 1}]` : `r.v${i + 1}`));
  const shape: CsvShape = { scan, schema, group, facts, texts, context, staged };
  const columns = selectList(scan.columns, (one) => columnSql(shape, one.name));
  const needsFacts = scan.columns.some(
    (one) => one.name === schema.rescued || facts.column(one.name, one.dataType) !== undefined,
  );
  if (staged) scan.leaveOut?.(leftOutSql(shape, source));
  return `SELECT ${columns} FROM ${source} AS r${needsFacts ? facts.join : ""}${modeSql(shape)}`;
}

interface CsvShape {
  readonly scan: FileScan;
  readonly schema: SplitSchema;
  readonly group: CsvGroup;
  readonly facts: FileFacts;
  readonly texts: readonly string[];
  readonly context: FitContext;
  readonly staged: boolean;
}

function columnSql(shape: CsvShape, name: string): string {
  const attribute = shape.scan.columns.find((one) => one.name === name);
  const known = attribute === undefined ? undefined : shape.facts.column(name, attribute.dataType);
  if (known !== undefined) return known;
  if (name === shape.schema.rescued) return rescuedSql(shape);
  const field = shape.schema.data.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field === undefined) return "NULL";
  if (isCorrupt(shape.scan, field))
    return `CASE WHEN ${malformed(shape)} THEN ${shape.staged ? "r.text" : stopAtMisfit(shape)} END`;
  const text = textOfField(shape, field);
  return text === undefined ? "NULL" : fitText(text, field.dataType, shape.context).value;
}

function isCorrupt(scan: FileScan, field: StructField): boolean {
  return (
    field.name.toLowerCase() === (readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record").toLowerCase()
  );
}

function textOfField(shape: CsvShape, field: StructField): string | undefined {
  const exact = shape.group.names.indexOf(field.name);
  const loose = shape.group.names.findIndex((one) => one.toLowerCase() === field.name.toLowerCase());
  const at = exact >= 0 || shape.schema.rescued !== undefined ? exact : loose;
  return shape.texts[at];
}

function fieldMisfits(shape: CsvShape): readonly { readonly name: string; readonly misfit: string }[] {
  return shape.schema.data.flatMap((field) => {
    const text = textOfField(shape, field);
    const misfit = text === undefined ? undefined : fitText(text, field.dataType, shape.context).misfit;
    return misfit === undefined ? [] : [{ name: field.name, misfit }];
  });
}

function rescuedSql(shape: CsvShape): string {
  const known = new Set(shape.schema.data.map((one) => one.name));
  const extra = shape.group.names.flatMap((name, i) =>
    known.has(name) ? [] : [{ name, misfit: `to_json(${shape.texts[i]})::VARCHAR` }],
  );
  const all = [...fieldMisfits(shape), ...extra];
  const surplus = shape.staged ? [surplusMembers(shape.texts.length)] : [];
  const some = [...all.map(({ misfit }) => `(${misfit}) IS NOT NULL`), ...surplus.map((one) => `(${one}) IS NOT NULL`)];
  if (some.length === 0) return "NULL::VARCHAR";
  const path = `'"_file_path":' || to_json(${shape.facts.uri})::VARCHAR`;
  const members = all.map((one) => misfitMember(one.name, one.misfit));
  return `CASE WHEN ${some.join(" OR ")} THEN ${rescueObject([...members, ...surplus], path)} END`;
}

/** SQL of `"_c3":"text"` for the values after the last column; NULL when there are none. */
function surplusMembers(width: number): string {
  const each = `'"_c' || (k + ${width - 1}) || '":' || coalesce(to_json(r.v[k + ${width}])::VARCHAR, 'null')`;
  return `nullif(array_to_string(list_transform(range(1, len(r.v) - ${width} + 1), lambda k: ${each}), ','), '')`;
}

function malformed(shape: CsvShape): string {
  const counted = shape.staged ? [`len(r.v) <> ${shape.texts.length}`, "r.o"] : [];
  const misfits =
    shape.schema.rescued === undefined ? fieldMisfits(shape).map((one) => `(${one.misfit}) IS NOT NULL`) : [];
  return `(${[...counted, ...misfits].join(" OR ") || "false"})`;
}

/** Records that are no records of their file, with why. */
function leftOutSql(shape: CsvShape, source: string): string {
  const { facts, texts, schema } = shape;
  const misfits = schema.rescued === undefined ? fieldMisfits(shape) : [];
  const reasons = [
    "CASE WHEN r.o THEN 'A quote is not closed.' END",
    `CASE WHEN len(r.v) <> ${texts.length} THEN 'The record has ' || len(r.v) || ' values for ${texts.length} columns.' END`,
    ...misfits.map(({ name, misfit }) => misfitReason(columnOf(schema, name), misfit)),
  ];
  const join = usesFacts(facts.uri) ? facts.join : "";
  return `SELECT ${facts.uri} AS path, r.text AS record, ${joinReasons(reasons)} AS reason FROM ${source} AS r${join} WHERE ${malformed(shape)}`;
}

function columnOf(schema: SplitSchema, name: string): StructField {
  const found = schema.data.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no column "${name}"`);
  return found;
}

/** A file with a record to be kept aside is read once more, record by record: DuckDB's reader does not tell the record's text. */
function stopAtMisfit({ group }: CsvShape): string {
  const paths =
    group.files.length > MOST_NAMED ? "[]" : `[${group.files.map((file) => quoteText(file.path)).join(", ")}]`;
  return `error('CSV Error: a value does not fit' || coalesce(' in file "' || (${paths}::VARCHAR[])[CAST(r.i AS BIGINT) + 1] || '"', ''))`;
}

/** So many paths at most stand in a statement. */
const MOST_NAMED = 1000;

function modeSql(shape: CsvShape): string {
  const mode = parseMode(shape.scan.read);
  if (mode === "PERMISSIVE") return "";
  if (shape.scan.leaveOut !== undefined && !shape.staged)
    return ` WHERE CASE WHEN ${malformed(shape)} THEN ${stopAtMisfit(shape)} ELSE true END`;
  if (mode === "DROPMALFORMED") return ` WHERE NOT ${malformed(shape)}`;
  const text = shape.staged ? "r.text" : "''";
  return ` WHERE CASE WHEN ${malformed(shape)} THEN error('[MALFORMED_RECORD_IN_PARSING] Malformed CSV record: ' || ${text}) ELSE true END`;
}
