import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { isUtf8 } from "./charset.ts";
import { unreadable } from "./file-bytes.ts";
import { charsetOf, isPlainName } from "./plain-copies.ts";

const MANY = 64;
const SMALL_BYTES = 64 * 1024;
const TURN = 128;

/**
 * Whether files are so many and small that opening them one by one in DuckDB would take longer than reading them: they are put together here, as they were
 * listed. All of them are plain UTF-8 on this machine then, by their names and the options.
 */
export function areManySmall(files: readonly FileEntry[], read: Pick<FileRead, "format" | "options">): boolean {
  if (files.length < MANY || read.format.toLowerCase() !== "json") return false;
  const known = answers.get(files);
  if (known !== undefined) return known;
  const answer = totalBytes(files) / files.length < SMALL_BYTES && isUtf8(charsetOf(read)) && files.every(isPlain);
  answers.set(files, answer);
  return answer;
}

/** The answers by list, which is long and asked about at several steps. */
const answers = new WeakMap<readonly FileEntry[], boolean>();

function isPlain({ path }: FileEntry): boolean {
  return path.startsWith("/") && isPlainName(path);
}

/** What files held when they were listed, together. */
export function totalBytes(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

/** The bytes of one file, valid until the next file is read. */
export type TakeBytes = (bytes: Buffer, index: number) => void;

/**
 * Reads small files one after the other, in order. The calls are synchronous, a handful of microseconds each, which is far less than the thread pool takes;
 * other work gets its turn every so many files. With `asListed`, of a file that has grown only the bytes that it had when it was listed.
 *
 * @throws EngineError naming the file that cannot be read
 */
export async function readSmallFiles(files: readonly FileEntry[], take: TakeBytes, asListed = true): Promise<void> {
  let buffer = Buffer.allocUnsafe(1 << 20);
  for (const [index, file] of files.entries()) {
    if (index % TURN === TURN - 1) await setImmediate();
    const length = readWhole(file);
    take(buffer.subarray(0, length), index);
  }

  function readWhole(file: FileEntry): number {
    try {
      const handle = openSync(file.path, "r");
      try {
        return readAll(handle, asListed ? file.sizeBytes : Number.POSITIVE_INFINITY);
      } finally {
        closeSync(handle);
      }
    } catch (error) {
      throw unreadable(file, error);
    }
  }

  function readAll(handle: number, most: number): number {
    let length = 0;
    for (;;) {
      const count = readSync(handle, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0 || length < buffer.length || length >= most) return Math.min(length, most);
      const larger = Buffer.allocUnsafe(2 * buffer.length);
      buffer.copy(larger);
      buffer = larger;
    }
  }
}
