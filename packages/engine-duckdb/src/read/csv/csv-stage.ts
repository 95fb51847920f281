import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import { textOf, unreadable } from "../bytes/file-bytes.ts";
import { type CsvDialect, CsvParser } from "./csv-parser.ts";

/**
 * Splits CSV files into a staged file of JSON lines, one a record: `v` the values, `i` the file's place in the list, `o` whether a quote stayed open,
 * `text` the record. `skip` records are left out at the start of each file. Answers the staged file's path.
 */
export async function stageRecords(
  folder: string,
  files: readonly FileEntry[],
  skip: number,
  dialect: CsvDialect,
): Promise<string> {
  const path = join(folder, `records-${crypto.randomUUID()}.json`);
  const out = await open(path, "w");
  try {
    for (const [i, file] of files.entries()) {
      await stageFile(out, file, i, skip, dialect).catch((error) => {
        throw unreadable(file, error);
      });
    }
  } finally {
    await out.close();
  }
  return path;
}

async function stageFile(
  out: FileHandle,
  file: FileEntry,
  index: number,
  skip: number,
  dialect: CsvDialect,
): Promise<void> {
  const parser = new CsvParser(dialect);
  let left = skip;
  const write = async (text: string, last: boolean): Promise<void> => {
    const records = parser.push(text, last);
    const lines = records
      .slice(Math.min(left, records.length))
      .map((one) =>
        JSON.stringify({ v: one.values.map((value) => value ?? null), i: index, o: one.open, text: one.text }),
      );
    left = Math.max(0, left - records.length);
    if (lines.length > 0) await out.write(`${lines.join("\n")}\n`);
  };
  for await (const text of textOf(file)) await write(text, false);
  await write("", true);
}
