import { createHash } from "node:crypto";
import { open, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { isStoreUrl, openStore } from "@sluice/delta";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { readFlag } from "../compile/read-option.ts";
import type { WorkFolder } from "../connection/work-folder.ts";
import { isUtf8 } from "./bytes/charset.ts";
import { isPacked, unreadable } from "./bytes/file-bytes.ts";
import { charsetOf } from "./bytes/plain-copies.ts";

/** So many files are looked into unless all shall be. */
export const SAMPLE_FILES = 1000;
const SAMPLE_BYTES = 16 * 1024 ** 2;
const LEAST_BYTES = 16 * 1024;

/**
 * Of files whose beginnings tell their columns, when they are large together, their first lines, about 16 MB in all, in files below `stage`. What turns up
 * later and does not fit is rescued, not lost.
 */
export async function sampleFiles(
  files: readonly FileEntry[],
  read: Omit<FileRead, "schema">,
  stage: WorkFolder,
): Promise<readonly FileEntry[]> {
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (readFlag(read, "multiLine", false) || !isUtf8(charsetOf(read)) || total <= SAMPLE_BYTES) return files;
  const share = Math.max(LEAST_BYTES, Math.floor(SAMPLE_BYTES / files.length));
  return await Promise.all(files.map((file) => headOf(file, share, stage)));
}

/** The whole lines within the first `bytes` of a file, as a file of their own; the file itself when it is small, packed or one long line. */
async function headOf(file: FileEntry, bytes: number, stage: WorkFolder): Promise<FileEntry> {
  if (file.sizeBytes <= bytes || isPacked(file.path)) return file;
  const head = await readHead(file, bytes);
  const end = head.lastIndexOf(0x0a);
  if (end < 0) return file;
  const name = createHash("sha256").update(file.path).digest("hex").slice(0, 20);
  const path = join(stage.path, `sample-${crypto.randomUUID()}-${name}${extname(file.path)}`);
  await writeFile(path, head.subarray(0, end + 1));
  return { path, sizeBytes: end + 1, modifiedAt: file.modifiedAt };
}

async function readHead(file: FileEntry, bytes: number): Promise<Buffer> {
  try {
    if (isStoreUrl(file.path)) return await readRemoteHead(file.path, bytes);
    const handle = await open(file.path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function readRemoteHead(url: string, length: number): Promise<Buffer> {
  const slash = url.lastIndexOf("/");
  const head = await openStore(url.slice(0, slash)).read(url.slice(slash + 1), { start: 0, length });
  if (head === undefined) throw new Error("it is gone");
  return Buffer.from(head);
}
