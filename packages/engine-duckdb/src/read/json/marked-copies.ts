import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { lineSeparator, readFlag } from "../../compile/read-option.ts";
import { bytesOf, unreadable } from "../bytes/file-bytes.ts";
import { markedCopyOf } from "../tolerance.ts";
import { NumberMarker, type RecordEnds } from "./number-marks.ts";

const AT_ONCE = 4;

/** Where records end in the files of a read. */
export function recordEnds(read: Pick<FileRead, "options">): RecordEnds {
  if (readFlag(read, "multiLine", false)) return "Never";
  const separator = Buffer.from(lineSeparator(read) ?? "");
  return separator.length === 1 ? (separator[0] ?? "Lines") : "Lines";
}

/**
 * Copies of plain JSON files whose numbers are marked, in the same order. What DuckDB says about a copy tells the file.
 *
 * @throws EngineError naming a file that cannot be read
 */
export async function markedCopies(
  files: readonly FileEntry[],
  ends: RecordEnds,
  folder: string,
): Promise<readonly FileEntry[]> {
  const copies: FileEntry[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at];
      if (file !== undefined) copies[at] = await markedCopy(file, ends, folder);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, worker));
  return copies;
}

async function markedCopy(file: FileEntry, ends: RecordEnds, folder: string): Promise<FileEntry> {
  const path = markedCopyOf(file.path, folder);
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "w");
  const marker = new NumberMarker(ends);
  let sizeBytes = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    sizeBytes += bytes.length;
  };
  try {
    for await (const piece of bytesOf(file.path)) await write(marker.next(piece));
    await write(marker.end());
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await handle.close();
  }
  return { path, sizeBytes, modifiedAt: file.modifiedAt };
}
