import type { FileEntry } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { type FitRules, fitJson, fitOf, isScalar, type Numbers, nativeShape } from "../../compile/json-fit.ts";
import { lineSeparator, parseMode, readFlag, readOption } from "../../compile/read-option.ts";
import { timeFormats } from "../../compile/time-formats.ts";
import { inParts, joinLines } from "../bytes/join-lines.ts";
import { areManySmall } from "../bytes/small-files.ts";
import { splitLines } from "../bytes/split-lines.ts";
import { fileFacts, type SplitSchema, splitSchema, usesFacts } from "../file-list.ts";
import { type FileScan, selectList } from "../file-scan.ts";
import { type JsonSource, plainReader, strictReader } from "./json-readers.ts";
import { type FieldFit, rescuedSql } from "./json-rescue.ts";
import { jsonTextRows } from "./json-text-rows.ts";
import { markedCopies } from "./marked-copies.ts";
import { keptTexts, writtenTexts } from "./native-texts.ts";
import { FILE_MEMBER, stageLines, stageNumberedRecords } from "./stage-json.ts";
import { keepsWritten, readsWritten } from "./written-read.ts";

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
    ...(fast.length > 0 || slow.length === 0 ? [fastRows(scan, schema, await filesOrParts(scan, schema, fast))] : []),
    ...(slow.length > 0 ? [await jsonTextRows(scan, schema, slow)] : []),
  ];
  return parts.length === 1 ? (parts[0] ?? "") : parts.map((part) => `(${part})`).join(" UNION ALL ");
}

/** Rows of many small files. Unless a column tells of files, clean records need not know theirs: putting a number into each record takes its time. */
async function smallRows(scan: FileScan, schema: SplitSchema, asText: boolean): Promise<string> {
  const { files, folder } = scan;
  if (asText && lineSeparator(scan.read) !== undefined) return await jsonTextRows(scan, schema, files);
  if (asText) {
    const whole = readFlag(scan.read, "multiLine", false);
    const staged = await stageLines(files, folder, { whole, isMarked: keepsWritten(schema) });
    return await jsonTextRows(scan, schema, files, staged);
  }
  const known = fileFacts(files, scan, schema.partition, "", 0);
  const anonymous = !scan.identify && scan.columns.every((one) => known.column(one.name, one.dataType) === undefined);
  const parts = inParts(files);
  if (!anonymous) {
    const paths = await stageNumberedRecords(parts, folder);
    return fastRows(scan, schema, await sourceOf(scan, schema, { files, paths, identity: "Member" }));
  }
  const paths = (await joinLines(parts, folder)).map((staged) => staged.path);
  return fastRows(scan, schema, await sourceOf(scan, schema, { files, paths, identity: "None" }));
}

/** The source as it is, or marked copies of it where numbers must be kept as they are written. */
async function sourceOf(scan: FileScan, schema: SplitSchema, plain: Omit<JsonSource, "isMarked">): Promise<JsonSource> {
  if (!keepsWritten(schema) || !readsWritten(scan)) return { ...plain, isMarked: false };
  const copies = await markedCopies(plain.paths.map(contentAt), "Lines", scan.folder);
  return { ...plain, paths: copies.map((copy) => copy.path), isMarked: true };
}

function contentAt(path: string): FileEntry {
  return { path, sizeBytes: 0, modifiedAt: 0 };
}

/** Files as they are, or a few large ones in parts. Once a reader has stumbled they are read whole: it names the file that it stumbled over by its path. */
async function filesOrParts(scan: FileScan, schema: SplitSchema, files: readonly FileEntry[]): Promise<JsonSource> {
  const parts = scan.cautious ? undefined : await splitLines(files, scan.plainOf, () => scan.folder);
  return await sourceOf(scan, schema, {
    files: parts?.map((part) => part.file) ?? files,
    paths: parts?.map((part) => part.path) ?? files.map((file) => scan.plainOf(file).path),
    identity: "Index",
  });
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
  const rules: FastRules = { ...timeFormats(scan.read), numbers: from.isMarked ? "Marked" : "Watched" };
  const isOnce = strict || from.isMarked;
  const { source, fits } = isOnce ? fitOnce(reader, schema.data, rules) : fitEach(reader, schema.data, rules);
  const columns = selectList(scan.columns, (one) => columnSql(one.name));
  return `SELECT ${columns} FROM ${source} AS r${usesFacts(columns) ? facts.join : ""}${strict ? " WHERE r.file_index > 0" : ""}`;

  function columnSql(name: string): string {
    const attribute = scan.columns.find((one) => one.name === name);
    const known = attribute === undefined ? undefined : facts.column(name, attribute.dataType);
    if (known !== undefined) return known;
    if (name === schema.rescued)
      return rescuedSql(scan, { fits, numbers: rules.numbers }, from.identity === "None" ? undefined : facts);
    const found = fits.find(({ field }) => field.name.toLowerCase() === name.toLowerCase());
    return found === undefined ? "NULL" : valueSql(scan, found, { strict, rules });
  }
}

/** The file of a record; a record that did not get its number stops the fast reader. */
function numberOf(member: string): string {
  return `coalesce(${member}, error('JSON transform error: a record does not begin with a brace'))`;
}

type FastRules = FitRules & { readonly numbers: Numbers };

interface FittedSource {
  readonly source: string;
  readonly fits: readonly FieldFit[];
}

/** The readings of each field wherever they are asked for. */
function fitEach(reader: string, fields: readonly StructField[], rules: FastRules): FittedSource {
  const fits = fields.map((field) =>
    nativeShape(field.dataType) === undefined
      ? { field, fit: fitJson(`r.${quoteName(field.name)}::JSON`, field.dataType, rules) }
      : { field },
  );
  return { source: reader, fits };
}

/** The same with texts and values of scalars found one after the other: each is asked for several times, and DuckDB would find it anew each time. */
function fitOnce(reader: string, fields: readonly StructField[], rules: FastRules): FittedSource {
  const { fits } = fitEach(reader, fields, rules);
  const prefix = freePrefix(fields);
  const scalars = fits.flatMap(({ field, fit }, i) => (fit && isScalar(field.dataType) ? [{ field, i }] : []));
  if (scalars.length === 0) return { source: reader, fits };
  const readings = scalars.map(({ field, i }) => {
    const [text, value] = ["text", "value"].map((one) => `${prefix}_${one}_${i}`);
    const found = fitJson(`r.${text}`, field.dataType, rules).value;
    return {
      texts: `r.${quoteName(field.name)}::JSON::VARCHAR AS ${text}`,
      values: `${found} AS ${value}`,
      fit: fitOf(`r.${text}`, `r.${value}`),
    };
  });
  const texts = `SELECT r.*, r.file_index, ${readings.map((one) => one.texts).join(", ")} FROM ${reader} AS r`;
  const values = `SELECT r.*, ${readings.map((one) => one.values).join(", ")} FROM (${texts}) AS r`;
  const again = new Map(scalars.map(({ field }, at) => [field, readings[at]?.fit]));
  return {
    source: `(${values})`,
    fits: fits.map(({ field, fit }) => ({ field, ...((again.get(field) ?? fit) && { fit: again.get(field) ?? fit }) })),
  };
}

/** What no column's name begins with. */
function freePrefix(fields: readonly StructField[]): string {
  let prefix = "fit";
  while (fields.some((one) => one.name.toLowerCase().startsWith(prefix))) prefix += "_";
  return prefix;
}

interface Valuing {
  readonly strict: boolean;
  readonly rules: FastRules;
}

function valueSql(scan: FileScan, { field, fit }: FieldFit, { strict, rules }: Valuing): string {
  const texts = rules.numbers === "Marked" ? writtenTexts : keptTexts;
  if (fit === undefined) return texts(`r.${quoteName(field.name)}`, field.dataType);
  if (strict || parseMode(scan.read) === "PERMISSIVE") return fit.value;
  return `CASE WHEN (${fit.misfit}) IS NULL THEN ${fit.value} ELSE error(${quoteText("JSON transform error: the value ")} || ${fit.misfit} || ${quoteText(` does not fit the column "${field.name}"`)}) END`;
}
