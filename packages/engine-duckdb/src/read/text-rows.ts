import type { Attribute } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import { fileFacts, pathList, splitSchema } from "./file-list.ts";
import { type FileScan, selectList } from "./file-scan.ts";
import { linesReader } from "./json-text-rows.ts";
import { longestLine } from "./longest-line.ts";
import { readFlag, refuseOptions } from "./read-option.ts";

/** SQL of the lines of text files, column `value`; with `wholeText` a row is a file. */
export async function textRows(scan: FileScan): Promise<string> {
  refuseOptions(scan.read, { encoding: ["UTF-8", "utf8"], lineSep: ["\n", "\\n"] });
  const { partition } = splitSchema(scan.read, scan.files);
  const paths = pathList(scan.files.map(scan.pathOf));
  const names = scan.files.map((file) => quoteText(scan.pathOf(file))).join(", ");
  const source = readFlag(scan.read, "wholeText", false)
    ? `SELECT content AS l, list_position([${names}], filename) - 1 AS i FROM read_text(${paths})`
    : `SELECT coalesce(l, '') AS l, file_index AS i FROM ${linesReader(paths, await longestLine(scan.files, scan.pathOf))}`;
  const facts = fileFacts(scan.files, scan.read, partition, "r.i", 0);
  const column = (one: Attribute) => facts.column(one.name, one.dataType) ?? (one.name === "value" ? "r.l" : "NULL");
  return `SELECT ${selectList(scan.columns, column)} FROM (${source}) AS r${facts.join}`;
}

/** SQL of files as bytes: `path`, `modificationTime`, `length`, `content`. */
export function binaryRows(scan: FileScan): string {
  const { partition } = splitSchema(scan.read, scan.files);
  const names = scan.files.map((file) => quoteText(scan.pathOf(file))).join(", ");
  const source = `SELECT content, list_position([${names}], filename) - 1 AS i FROM read_blob(${pathList(scan.files.map(scan.pathOf))})`;
  const facts = fileFacts(scan.files, scan.read, partition, "r.i", 0);
  const own: Readonly<Record<string, string>> = {
    path: "f.uri",
    modificationTime: "make_timestamptz(f.mtime)",
    length: "f.size",
    content: "r.content",
  };
  const columns = selectList(scan.columns, (one) => facts.column(one.name, one.dataType) ?? own[one.name] ?? "NULL");
  return `SELECT ${columns} FROM (${source}) AS r${facts.join}`;
}
