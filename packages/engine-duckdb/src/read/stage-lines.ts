import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import { unreadable } from "./csv-text.ts";

const MANY = 64;
const SMALL_BYTES = 64 * 1024;
const AT_ONCE = 64;

/** Whether files are so many and small that opening them one by one in DuckDB would take longer than reading them. */
export function areManySmall(files: readonly FileEntry[]): boolean {
  if (files.length < MANY) return false;
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    bytes / files.length < SMALL_BYTES && files.every((file) => file.path.startsWith("/") && !file.path.endsWith(".gz"))
  );
}

/**
 * Puts the lines of many files into one staged file of JSON lines: `i` the file's place in the list, `l` the line; with `whole`, the file as one. Bytes that
 * are not UTF-8 become U+FFFD. Answers the staged file's path.
 */
export async function stageLines(files: readonly FileEntry[], folder: string, whole: boolean): Promise<string> {
  const path = join(folder, `lines-${crypto.randomUUID()}.json`);
  const out = await open(path, "w");
  try {
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const texts = await Promise.all(files.slice(at, at + AT_ONCE).map(readText));
      const lines = texts.flatMap((text, k) =>
        linesOf(text, whole).map((l) => `{"i":${at + k},"l":${JSON.stringify(l)}}\n`),
      );
      if (lines.length > 0) await out.write(lines.join(""));
    }
  } finally {
    await out.close();
  }
  return path;
}

async function readText(file: FileEntry): Promise<string> {
  try {
    return (await readFile(file.path, "utf8")).replace(/^\ufeff/, "");
  } catch (error) {
    throw unreadable(file, error);
  }
}

function linesOf(text: string, whole: boolean): readonly string[] {
  return (whole ? [text] : text.split(/\r?\n/)).filter((line) => line.trim() !== "");
}
