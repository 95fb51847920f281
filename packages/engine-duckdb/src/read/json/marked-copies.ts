import { type FileHandle, mkdir, open } from "node:fs/promises";
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
 * Copies of plain JSON files whose numbers are marked, in the same order; files without such numbers are given back. What DuckDB says about a copy tells the file.
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

/** A file without a number to be marked stands for itself. */
async function markedCopy(file: FileEntry, ends: RecordEnds, folder: string): Promise<FileEntry> {
  const marker = new NumberMarker(ends);
  let copy: MarkedFile | undefined;
  let same = 0;
  const pass = async (bytes: Buffer): Promise<void> => {
    if (marker.hasMarked) copy ??= await MarkedFile.after(file, same, folder);
    else same += bytes.length;
    await copy?.write(bytes);
  };
  try {
    for await (const piece of bytesOf(file.path)) await pass(marker.next(piece));
    await pass(marker.end());
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await copy?.close();
  }
  return copy === undefined ? file : { path: copy.path, sizeBytes: copy.sizeBytes, modifiedAt: file.modifiedAt };
}

/** A copy of a file that is being written. */
class MarkedFile {
  readonly path: string;
  sizeBytes = 0;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** One that begins as the file does, so many bytes of it. */
  static async after(file: FileEntry, length: number, folder: string): Promise<MarkedFile> {
    const path = markedCopyOf(file.path, folder);
    await mkdir(dirname(path), { recursive: true });
    const copy = new MarkedFile(path, await open(path, "w"));
    try {
      await copy.#begin(file, length);
    } catch (error) {
      await copy.close();
      throw error;
    }
    return copy;
  }

  async #begin(file: FileEntry, length: number): Promise<void> {
    if (length === 0) return;
    for await (const piece of bytesOf(file.path)) {
      await this.write(piece.subarray(0, length - this.sizeBytes));
      if (this.sizeBytes >= length) return;
    }
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
    this.sizeBytes += bytes.length;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
