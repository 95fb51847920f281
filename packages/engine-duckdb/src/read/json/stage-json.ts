import type { FileEntry } from "@sluice/pipelines";
import { readSmallFiles } from "../bytes/small-files.ts";
import { StagedFile } from "../bytes/staged-file.ts";

const NEWLINE = 10;

/** The member that tells from which file a staged record is. */
export const FILE_MEMBER = "__sluice_file";

/** Puts the lines of many files into one staged file as they are. Answers its path. */
export async function stageRecords(files: readonly FileEntry[], folder: string): Promise<string> {
  const staged = new StagedFile(folder, "records", "json");
  try {
    await readSmallFiles(files, (bytes) => {
      staged.bytes(bytes);
      if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) staged.latin1("\n");
    });
  } finally {
    staged.close();
  }
  return staged.path;
}

/**
 * The same with the place of its file in the list as first member of each record. A line that does not begin with a brace stays without, which its
 * reader must notice.
 */
export async function stageNumberedRecords(files: readonly FileEntry[], folder: string): Promise<string> {
  const staged = new StagedFile(folder, "numbered", "json");
  try {
    await readSmallFiles(files, (bytes, index) => {
      if (bytes.length === 0) return;
      const member = `\n{"${FILE_MEMBER}":${index},`;
      const numbered = `\n${bytes.toString("latin1")}`.replaceAll("\n{", member);
      staged.latin1(numbered.slice(1));
      if (bytes[bytes.length - 1] !== NEWLINE) staged.latin1("\n");
    });
  } finally {
    staged.close();
  }
  return staged.path;
}

/** Puts the lines of many files into one staged file of JSON lines: `i` the file's place in the list, `l` the line; with `whole`, the file as one. Bytes that are not UTF-8 become U+FFFD. */
export async function stageLines(files: readonly FileEntry[], folder: string, whole: boolean): Promise<string> {
  const staged = new StagedFile(folder, "lines", "json");
  try {
    await readSmallFiles(
      files,
      (bytes, index) => {
        const text = bytes.toString("utf8").replace(/^\ufeff/, "");
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
