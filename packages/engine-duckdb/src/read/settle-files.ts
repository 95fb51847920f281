import { createReadStream, createWriteStream, statSync } from "node:fs";
import { extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EngineError, type FileEntry, type FileRead } from "@sluice/pipelines";
import { badRecordsPath, readFlag } from "../compile/read-option.ts";
import { isPacked } from "./bytes/file-bytes.ts";
import { areManySmall } from "./bytes/small-files.ts";
import type { Tolerance } from "./tolerance.ts";

/**
 * The files of a read that are there: those that are gone are left out with `ignoreMissingFiles`, those found to be corrupt with `ignoreCorruptFiles`,
 * both with `badRecordsPath`. Files of columns that have no content are left out, as in Spark.
 *
 * @throws EngineError FAILED_READ_FILE.FILE_NOT_EXIST naming a file that is gone.
 */
export function presentFiles(
  listed: readonly FileEntry[],
  read: Pick<FileRead, "format" | "options">,
  { without }: Tolerance,
): readonly FileEntry[] {
  const files = hasFooter(read) ? listed.filter((file) => file.sizeBytes > 0) : listed;
  const ignoresMissing = readFlag(read, "ignoreMissingFiles", false) || badRecordsPath(read) !== undefined;
  if (!ignoresMissing && without.size === 0 && areManySmall(files, read)) return files;
  return files.filter((file) => {
    if (without.has(file.path)) return false;
    const isThere = sizeNow(file) !== undefined;
    if (!isThere && !ignoresMissing) throw missing(file);
    return isThere;
  });
}

function hasFooter({ format }: Pick<FileRead, "format">): boolean {
  return ["parquet", "avro"].includes(format.toLowerCase());
}

/**
 * Holds line-based files to what they were when they were listed, so that reading them again gives the same rows: of those that have grown since, only the bytes of then are
 * read, from copies in `folder`. The answer is where the copies stand, by path.
 */
export async function stageGrown(
  files: readonly FileEntry[],
  read: FileRead,
  folder: { readonly path: string },
): Promise<ReadonlyMap<string, FileEntry>> {
  const staged = new Map<string, FileEntry>();
  if (!holdsLines(read)) return staged;
  for (const file of files) {
    const hasGrown = (sizeNow(file) ?? 0) > file.sizeBytes;
    if (hasGrown && !isPacked(file.path)) {
      staged.set(file.path, { ...file, path: await copyBeginning(file, folder.path) });
    }
  }
  return staged;
}

function holdsLines(read: FileRead): boolean {
  const whole = readFlag(read, "multiLine", false) || readFlag(read, "wholeText", false);
  return !whole && ["json", "csv", "text"].includes(read.format.toLowerCase());
}

/** Bytes; undefined when the file is gone. What stands in an object store is as it was listed. */
function sizeNow(file: FileEntry): number | undefined {
  return file.path.startsWith("/") ? statSync(file.path, { throwIfNoEntry: false })?.size : file.sizeBytes;
}

async function copyBeginning(file: FileEntry, folder: string): Promise<string> {
  const path = join(folder, `as-listed-${crypto.randomUUID()}${extname(file.path)}`);
  const end = file.sizeBytes - 1;
  if (end < 0) await pipeline([], createWriteStream(path));
  else await pipeline(createReadStream(file.path, { end }), createWriteStream(path));
  return path;
}

function missing(file: FileEntry): EngineError {
  const message =
    `The file "${file.path}" was there when the source was listed and is gone. Put it back, or set the option ignoreMissingFiles to true to go on ` +
    "without its rows.";
  return new EngineError(message, {
    condition: "FAILED_READ_FILE.FILE_NOT_EXIST",
    domain: "external",
    retry: "backoff",
    file: file.path,
  });
}
