import { type Attribute, BINARY, field, LONG, STRING, type StructField, TIMESTAMP } from "@sluice/query";
import { quoteText } from "../../compile/identifier.ts";
import { readFlag, readOption } from "../../compile/read-option.ts";
import { haveCarriageReturn } from "../bytes/carriage-return.ts";
import { longestLine } from "../bytes/longest-line.ts";
import { stagedSource, stageTexts } from "../bytes/stage-texts.ts";
import { fileFacts, pathList, splitSchema } from "../file-list.ts";
import { type FileScan, selectList } from "../file-scan.ts";
import { linesReader } from "../json/json-text-rows.ts";

/** What text files give. */
export const TEXT_COLUMNS: readonly StructField[] = [field("value", STRING)];

/** What files as bytes give. */
export const BINARY_COLUMNS: readonly StructField[] = [
  field("path", STRING),
  field("modificationTime", TIMESTAMP),
  field("length", LONG),
  field("content", BINARY),
];

/** SQL of the lines of text files, column `value`; with `wholeText` a row is a file. */
export async function textRows(scan: FileScan): Promise<string> {
  const { partition } = splitSchema(scan.read, scan.files);
  const plain = scan.files.map(scan.plainOf);
  const paths = pathList(plain.map((file) => file.path));
  const names = plain.map((file) => quoteText(file.path)).join(", ");
  const source = await textSource();
  const facts = fileFacts(scan.files, scan, partition, "r.i", 0);
  const column = (one: Attribute) => facts.column(one.name, one.dataType) ?? (one.name === "value" ? "r.l" : "NULL");
  return `SELECT ${selectList(scan.columns, column)} FROM (${source}) AS r${facts.join}`;

  async function textSource(): Promise<string> {
    if (readFlag(scan.read, "wholeText", false)) {
      return `SELECT content AS l, list_position([${names}], filename) - 1 AS i FROM read_text(${paths})`;
    }
    const separator = readOption(scan.read, "lineSep");
    const asStaged = separator !== undefined || scan.cautious || (await haveCarriageReturn(plain));
    if (asStaged) return stagedSource(await stageTexts(plain, scan.folder, separator));
    return `SELECT coalesce(l, '') AS l, file_index AS i FROM ${linesReader(paths, await longestLine(plain))}`;
  }
}

/** SQL of files as bytes: `path`, `modificationTime`, `length`, `content`. */
export async function binaryRows(scan: FileScan): Promise<string> {
  const { partition } = splitSchema(scan.read, scan.files);
  const names = scan.files.map((file) => quoteText(file.path)).join(", ");
  const source = `SELECT content, list_position([${names}], filename) - 1 AS i FROM read_blob(${pathList(scan.files.map((file) => file.path))})`;
  const facts = fileFacts(scan.files, scan, partition, "r.i", 0);
  const own: Readonly<Record<string, string>> = {
    path: "f.uri",
    modificationTime: "make_timestamptz(f.mtime)",
    length: "f.size",
    content: "r.content",
  };
  const columns = selectList(scan.columns, (one) => facts.column(one.name, one.dataType) ?? own[one.name] ?? "NULL");
  return `SELECT ${columns} FROM (${source}) AS r${facts.join}`;
}
