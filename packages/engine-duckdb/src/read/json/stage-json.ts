import type { FileEntry } from "@sluice/pipelines";
import { readSmallFiles } from "../bytes/small-files.ts";
import { StagedFile } from "../bytes/staged-file.ts";
import { marked } from "./number-marks.ts";

const NEWLINE = 10;

/** The member that tells from which file a staged record is. */
export const FILE_MEMBER = "__sluice_file";

/**
 * Puts the lines of many files together with the place of its file in the list as first member of each record; a staged file for each part. A line that does not begin with
 * a brace stays without, which its reader must notice. Answers their paths.
 */
export async function stageNumberedRecords(
  parts: readonly (readonly FileEntry[])[],
  folder: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  let first = 0;
  for (const part of parts) {
    paths.push(await stagePart(part, first, folder));
    first += part.length;
  }
  return paths;
}

async function stagePart(files: readonly FileEntry[], first: number, folder: string): Promise<string> {
  const staged = new StagedFile(folder, "numbered", "json");
  try {
    await readSmallFiles(files, (bytes, index) => {
      if (bytes.length === 0) return;
      const member = `\n{"${FILE_MEMBER}":${first + index},`;
      const numbered = `\n${bytes.toString("latin1")}`.replaceAll("\n{", member);
      staged.latin1(numbered.slice(1));
      if (bytes[bytes.length - 1] !== NEWLINE) staged.latin1("\n");
    });
  } finally {
    staged.close();
  }
  return staged.path;
}

/** How the lines of files are put together: `whole`, each file as one; `isMarked`, with marks on numbers. */
export interface LineStaging {
  readonly whole: boolean;
  readonly isMarked: boolean;
}

/** Puts the lines of many files into one staged file of JSON lines: `i` the file's place in the list, `l` the line. Bytes that are not UTF-8 become U+FFFD. */
export async function stageLines(
  files: readonly FileEntry[],
  folder: string,
  { whole, isMarked }: LineStaging,
): Promise<string> {
  const staged = new StagedFile(folder, "lines", "json");
  try {
    await readSmallFiles(
      files,
      (bytes, index) => {
        const content = isMarked ? marked(bytes, whole ? "Never" : "Lines") : bytes;
        const text = content.toString("utf8").replace(/^\ufeff/, "");
        for (const line of linesOf(text, whole)) staged.text(`{"i":${index},"l":${JSON.stringify(line)}}\n`);
      },
      !whole,
    );
  } finally {
    staged.close();
  }
  return staged.path;
}

function linesOf(text: string, whole: boolean): readonly string[] {
  return (whole ? [text] : text.split(/\r\n|\r|\n/)).filter((line) => line.trim() !== "");
}
