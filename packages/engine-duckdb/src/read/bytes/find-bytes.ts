import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FileEntry } from "@sluice/pipelines";
import { unreadable } from "./file-bytes.ts";

const CHUNK = 1 << 20;

/** Whether `test` holds for any chunk of a plain file's bytes. Chunks begin with the last `overlap` bytes of the one before. @throws EngineError when the file cannot be read */
export async function anyBytes(
  file: FileEntry,
  overlap: number,
  test: (bytes: Buffer, isFirst: boolean) => boolean,
): Promise<boolean> {
  try {
    const handle = openSync(file.path, "r");
    try {
      const size = Math.min(CHUNK, Math.max(1, file.sizeBytes));
      return await anyChunk(handle, Buffer.allocUnsafe(overlap + size), overlap, test);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function anyChunk(
  handle: number,
  buffer: Buffer,
  overlap: number,
  test: (bytes: Buffer, isFirst: boolean) => boolean,
): Promise<boolean> {
  for (let kept = 0, isFirst = true; ; isFirst = false) {
    const count = readSync(handle, buffer, kept, buffer.length - overlap, null);
    if (count === 0) return false;
    const bytes = buffer.subarray(0, kept + count);
    if (test(bytes, isFirst)) return true;
    kept = Math.min(overlap, bytes.length);
    bytes.copy(buffer, 0, bytes.length - kept);
    await setImmediate();
  }
}
