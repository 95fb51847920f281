import type { FileEntry, FileRead } from "@sluice/pipelines";
import { csvFormat } from "@sluice/query";
import { lineSeparator, readFlag, readOption } from "../../compile/read-option.ts";
import { textOf, unreadable } from "../bytes/file-bytes.ts";
import { type CsvDialect, CsvParser } from "./csv-parser.ts";

/** The dialect that a reader's options give; Spark's defaults. */
export function csvDialect(read: Pick<FileRead, "options">): CsvDialect {
  const lineEnd = lineSeparator(read);
  return {
    ...csvFormat((name) => readOption(read, name)),
    multiLine: readFlag(read, "multiLine", false),
    skip: skippedLines(read),
    ...(lineEnd === undefined ? {} : { lineEnd }),
  };
}

function skippedLines(read: Pick<FileRead, "options">): number {
  const given = Number(readOption(read, "skipRows") ?? "0");
  return Number.isInteger(given) && given > 0 ? given : 0;
}

/** Whether the first record of each file names its columns. */
export function hasHeader(read: Pick<FileRead, "options">): boolean {
  return readFlag(read, "header", false);
}

/**
 * The names in the first record of a file; undefined when it is empty. A column without a name, and one whose name others have too, is told by its place, as Spark
 * has it: `_c1`, `name1`. Letters of another case are another name only where columns go by name.
 */
export async function readHeader(
  file: FileEntry,
  read: Pick<FileRead, "options" | "byName">,
): Promise<readonly string[] | undefined> {
  if (file.sizeBytes === 0) return undefined;
  const record = (await firstRecords(file, read, 1))[0];
  const absent = readOption(read, "nullValue") ?? "";
  const keyOf = (name: string | undefined) => (read.byName === true ? name : name?.toLowerCase());
  const keys = record?.map(keyOf) ?? [];
  return record?.map((name, i) => {
    if (name === undefined || name === "" || name === absent) return `_c${i}`;
    return keys.indexOf(keys[i]) === keys.lastIndexOf(keys[i]) ? name : `${name}${i}`;
  });
}

/** The first records of a file, values as text. @throws EngineError when the file cannot be read */
export async function firstRecords(
  file: FileEntry,
  read: Pick<FileRead, "options">,
  count: number,
): Promise<readonly (readonly (string | undefined)[])[]> {
  const parser = new CsvParser(csvDialect(read));
  const records: (readonly (string | undefined)[])[] = [];
  try {
    for await (const text of textOf(file)) {
      records.push(...parser.push(text, false).map((one) => one.values));
      if (records.length >= count) return records.slice(0, count);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  records.push(...parser.push("", true).map((one) => one.values));
  return records.slice(0, count);
}
