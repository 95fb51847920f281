import type { FileEntry } from "@sluice/pipelines";
import { pathList } from "../file-list.ts";
import { textOf, unreadable } from "./file-bytes.ts";
import { StagedFile } from "./staged-file.ts";

/**
 * Puts the lines of plain files into one staged file of JSON lines: `i` the file's place in the list, `l` the line. Lines end with `separator`, or with what
 * Spark takes for line ends: LF, CR LF or CR. Bytes that are not UTF-8 become U+FFFD. Answers the staged file's path.
 */
export async function stageTexts(files: readonly FileEntry[], folder: string, separator?: string): Promise<string> {
  const staged = new StagedFile(folder, "texts", "json");
  try {
    for (const [i, file] of files.entries()) {
      for await (const line of linesOf(file, separator)) staged.text(`{"i":${i},"l":${JSON.stringify(line)}}\n`);
    }
  } finally {
    staged.close();
  }
  return staged.path;
}

/** SQL of a table of staged lines. */
export function stagedSource(path: string): string {
  return `SELECT l, i FROM read_json(${pathList([path])}, format = 'newline_delimited', columns = {i: 'BIGINT', l: 'VARCHAR'}, maximum_object_size = ${256 << 20})`;
}

async function* linesOf(file: FileEntry, separator: string | undefined): AsyncGenerator<string> {
  const end = separator ?? /\r\n|\r|\n/;
  let rest = "";
  try {
    for await (const text of textOf(file)) {
      const whole = rest + text;
      const open = separator === undefined && whole.endsWith("\r") ? whole.length - 1 : whole.length;
      const lines = whole.slice(0, open).split(end);
      rest = (lines.pop() ?? "") + whole.slice(open);
      yield* lines;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (rest !== "") yield separator === undefined ? rest.replace(/\r$/, "") : rest;
}
