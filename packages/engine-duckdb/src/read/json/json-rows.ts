import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { inParts, joinLines } from "../bytes/join-lines.ts";
import { areManySmall } from "../bytes/small-files.ts";
import { splitLines } from "../bytes/split-lines.ts";
import { type FileFacts, fileFacts, pathList, type SplitSchema, splitSchema, usesFacts } from "../file-list.ts";
import { type FileScan, selectList } from "../file-scan.ts";
import { lineSeparator, parseMode, readFlag, readOption } from "../read-option.ts";
import { timeFormats } from "../time-formats.ts";
import { IDENTIFY } from "../tolerance.ts";
import {
  exampleOf,
  fitJson,
  fitOf,
  isScalar,
  type JsonFit,
  misfitMember,
  nativeShape,
  rescueObject,
} from "./json-fit.ts";
import { jsonTextRows } from "./json-text-rows.ts";
import { FILE_MEMBER, stageLines, stageNumberedRecords } from "./stage-json.ts";

/**
 * SQL of the rows of JSON files, columns as asked for. Clean files go through DuckDB's typed reader at its full speed: it stops at records that are not
 * JSON and, when there is a rescued-data column, at members that the schema lacks; the caller then asks again with that file tolerant. Very many small
 * files are first put together into a few.
 */
export async function jsonRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const textOnly = needsText(scan, schema);
  if (areManySmall(scan.files, scan.read)) return await smallRows(scan, schema, textOnly || scan.cautious);
  const fast = textOnly ? [] : scan.files.filter((file) => !scan.isTolerant(file));
  const slow = textOnly ? scan.files : scan.files.filter(scan.isTolerant);
  const parts = [
    ...(fast.length > 0 || slow.length === 0 ? [fastRows(scan, schema, await filesOrParts(scan, fast))] : []),
    ...(slow.length > 0 ? [await jsonTextRows(scan, schema, slow)] : []),
  ];
  return parts.length === 1 ? (parts[0] ?? "") : parts.map((part) => `(${part})`).join(" UNION ALL ");
}

/** Rows of many small files. Unless a column tells of files, clean records need not know theirs: putting a number into each record takes its time. */
async function smallRows(scan: FileScan, schema: SplitSchema, asText: boolean): Promise<string> {
  const { files, folder } = scan;
  if (asText && lineSeparator(scan.read) !== undefined) return await jsonTextRows(scan, schema, files);
  if (asText) {
    const staged = await stageLines(files, folder, readFlag(scan.read, "multiLine", false));
    return await jsonTextRows(scan, schema, files, staged);
  }
  const known = fileFacts(files, scan, schema.partition, "", 0);
  const anonymous = !scan.identify && scan.columns.every((one) => known.column(one.name, one.dataType) === undefined);
  const parts = inParts(files);
  if (!anonymous) {
    return fastRows(scan, schema, { files, paths: await stageNumberedRecords(parts, folder), identity: "Member" });
  }
  const paths = (await joinLines(parts, folder)).map((staged) => staged.path);
  return fastRows(scan, schema, { files, paths, identity: "None" });
}

/** What the typed reader reads, and how a row tells its file: by DuckDB's index of the file, by a member of each record, or not at all. */
interface JsonSource {
  readonly files: readonly FileEntry[];
  readonly paths: readonly string[];
  readonly identity: "Index" | "Member" | "None";
}

/** Files as they are, or a few large ones in parts. Once a reader has stumbled they are read whole: it names the file that it stumbled over by its path. */
async function filesOrParts(scan: FileScan, files: readonly FileEntry[]): Promise<JsonSource> {
  const parts = scan.cautious ? undefined : await splitLines(files, scan.plainOf, () => scan.folder);
  return {
    files: parts?.map((part) => part.file) ?? files,
    paths: parts?.map((part) => part.path) ?? files.map((file) => scan.plainOf(file).path),
    identity: "Index",
  };
}

function needsText(scan: FileScan, schema: SplitSchema): boolean {
  const names = schema.data.map((one) => one.name.toLowerCase());
  const corrupt = (readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record").toLowerCase();
  return (
    names.length === 0 ||
    names.includes(corrupt) ||
    names.includes("file_index") ||
    names.includes("") ||
    new Set(names).size < names.length ||
    readFlag(scan.read, "multiLine", false) ||
    !readFlag(scan.read, "allowNonNumericNumbers", true) ||
    lineSeparator(scan.read) !== undefined
  );
}

function fastRows(scan: FileScan, schema: SplitSchema, from: JsonSource): string {
  const strict = schema.rescued !== undefined && scan.columns.some((one) => one.name === schema.rescued);
  const index = from.identity === "Member" ? numberOf(`r.${quoteName(FILE_MEMBER)}`) : "r.file_index";
  const first = strict && from.identity === "Index" ? 1 : 0;
  const facts = fileFacts(from.files, scan, schema.partition, index, first);
  const reader = strict ? strictReader(scan, schema.data, from) : plainReader(schema.data, from);
  const { source, fits } = strict ? fitOnce(reader, scan, schema.data) : fitEach(reader, scan, schema.data);
  const columns = selectList(scan.columns, (one) => columnSql(one.name));
  return `SELECT ${columns} FROM ${source} AS r${usesFacts(columns) ? facts.join : ""}${strict ? " WHERE r.file_index > 0" : ""}`;

  function columnSql(name: string): string {
    const attribute = scan.columns.find((one) => one.name === name);
    const known = attribute === undefined ? undefined : facts.column(name, attribute.dataType);
    if (known !== undefined) return known;
    if (name === schema.rescued) return rescuedSql(scan, fits, from.identity === "None" ? undefined : facts);
    const found = fits.find(({ field }) => field.name.toLowerCase() === name.toLowerCase());
    return found === undefined ? "NULL" : valueSql(scan, found, strict);
  }
}

/** The file of a record; a record that did not get its number stops the fast reader. */
function numberOf(member: string): string {
  return `coalesce(${member}, error('JSON transform error: a record does not begin with a brace'))`;
}

/** A field and its readings; no readings when DuckDB has checked the column itself. */
interface FieldFit {
  readonly field: StructField;
  readonly fit?: JsonFit;
}

interface FittedSource {
  readonly source: string;
  readonly fits: readonly FieldFit[];
}

/** The readings of each field wherever they are asked for. */
function fitEach(reader: string, scan: FileScan, fields: readonly StructField[]): FittedSource {
  const formats = timeFormats(scan.read);
  const fits = fields.map((field) =>
    nativeShape(field.dataType) === undefined
      ? { field, fit: fitJson(`r.${quoteName(field.name)}::JSON`, field.dataType, formats) }
      : { field },
  );
  return { source: reader, fits };
}

/** The same with texts, values and misfits of scalars found one after the other: each is asked for several times, and DuckDB would find it anew each time. */
function fitOnce(reader: string, scan: FileScan, fields: readonly StructField[]): FittedSource {
  const { fits } = fitEach(reader, scan, fields);
  const prefix = freePrefix(fields);
  const formats = timeFormats(scan.read);
  const scalars = fits.flatMap(({ field, fit }, i) => (fit && isScalar(field.dataType) ? [{ field, i }] : []));
  if (scalars.length === 0) return { source: reader, fits };
  const readings = scalars.map(({ field, i }) => {
    const [text, value, misfit] = ["text", "value", "misfit"].map((one) => `${prefix}_${one}_${i}`);
    const found = fitJson(`r.${text}`, field.dataType, formats).value;
    return {
      texts: `r.${quoteName(field.name)}::JSON::VARCHAR AS ${text}`,
      values: `${found} AS ${value}`,
      misfits: `${fitOf(`r.${text}`, `r.${value}`).misfit} AS ${misfit}`,
      fit: { value: `r.${value}`, misfit: `r.${misfit}` },
    };
  });
  const texts = `SELECT r.*, r.file_index, ${readings.map((one) => one.texts).join(", ")} FROM ${reader} AS r`;
  const values = `SELECT r.*, ${readings.map((one) => one.values).join(", ")} FROM (${texts}) AS r`;
  const misfits = `SELECT r.*, ${readings.map((one) => one.misfits).join(", ")} FROM (${values}) AS r`;
  const again = new Map(scalars.map(({ field }, at) => [field, readings[at]?.fit]));
  return {
    source: `(${misfits})`,
    fits: fits.map(({ field, fit }) => ({ field, ...((again.get(field) ?? fit) && { fit: again.get(field) ?? fit }) })),
  };
}

/** What no column's name begins with. */
function freePrefix(fields: readonly StructField[]): string {
  let prefix = "fit";
  while (fields.some((one) => one.name.toLowerCase().startsWith(prefix))) prefix += "_";
  return prefix;
}

function valueSql(scan: FileScan, { field, fit }: FieldFit, strict: boolean): string {
  if (fit === undefined) return `r.${quoteName(field.name)}`;
  if (strict || parseMode(scan.read) === "PERMISSIVE") return fit.value;
  return `CASE WHEN (${fit.misfit}) IS NULL THEN ${fit.value} ELSE error(${quoteText("JSON transform error: the value ")} || ${fit.misfit} || ${quoteText(` does not fit the column "${field.name}"`)}) END`;
}

/** SQL of the rescued-data column. Without facts of files a row that would need them stops the reader, to be read again by one who has them. */
function rescuedSql(scan: FileScan, fits: readonly FieldFit[], facts: FileFacts | undefined): string {
  const native = fits.filter(({ fit }) => fit === undefined);
  const kept = scan.whole ? [] : native.map(({ field }) => keepColumn(field));
  const misfits = fits.flatMap(({ field, fit }) => (fit === undefined ? [] : [{ field, misfit: fit.misfit }]));
  const some = misfits.map(({ misfit }) => `(${misfit}) IS NOT NULL`);
  if (some.length + kept.length === 0) return "NULL::VARCHAR";
  const members = misfits.map(({ field, misfit }) => misfitMember(field.name, misfit));
  return `CASE WHEN ${[...kept, ...some].join(" OR ")} THEN ${rescue()} END`;

  function rescue(): string {
    if (facts === undefined) return `error(${quoteText(IDENTIFY)})`;
    const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
    return members.length === 0 ? "NULL::VARCHAR" : rescueObject(members, path);
  }
}

/** A condition that is never true and yet makes DuckDB read the column: it checks for unknown members only when it reads all columns. */
function keepColumn(field: StructField): string {
  return `r.${quoteName(field.name)}::VARCHAR = 'b7c41f7e-30cf-4a4f-8b0e-6d8a9c7f0f11'`;
}

function plainReader(fields: readonly StructField[], { paths, files, identity }: JsonSource): string {
  const columns = fields.map((one) => `${quoteText(one.name)}: ${quoteText(nativeShape(one.dataType) ?? "JSON")}`);
  if (identity === "Member") columns.push(`${quoteText(FILE_MEMBER)}: 'BIGINT'`);
  return `read_json(${pathList(paths)}, format = 'newline_delimited', columns = {${columns.join(", ")}}${objectSize(files)})`;
}

/**
 * DuckDB's reader refuses unknown members only with columns that it has found by itself. So it is given a file of examples first, which it takes all
 * columns and types from; JSON is what it makes of values of mixed types.
 */
function strictReader(scan: FileScan, fields: readonly StructField[], { paths, files, identity }: JsonSource): string {
  const number = identity === "Member" ? { [FILE_MEMBER]: 0 } : {};
  const mixed: readonly unknown[] = [1, "text", { member: 1 }];
  const lines = mixed.map((example) =>
    JSON.stringify({
      ...number,
      ...Object.fromEntries(
        fields.map((one) => [one.name, nativeShape(one.dataType) === undefined ? example : exampleOf(one.dataType)]),
      ),
    }),
  );
  const text = `${lines.join("\n")}\n`;
  const path = join(scan.lastingFolder, `shape-${createHash("sha1").update(text).digest("hex")}.json`);
  if (!existsSync(path)) writeFileSync(path, text);
  const options = [
    "format = 'newline_delimited'",
    "sample_size = 3",
    "maximum_sample_files = 1",
    "map_inference_threshold = -1",
    "field_appearance_threshold = 0",
    "maximum_depth = -1",
  ];
  return `read_json(${pathList([path, ...paths])}, ${options.join(", ")}${objectSize(files)})`;
}

/** The longest record allowed: DuckDB reserves twice that for each thread, so small unless a file is large enough to need it. */
function objectSize(files: readonly FileEntry[]): string {
  const largest = files.reduce((most, file) => Math.max(most, file.sizeBytes), 0);
  return `, maximum_object_size = ${Math.min(Math.max(largest + 1, 1 << 20), 16 << 20)}`;
}
