import { createHash } from "node:crypto";
import { open, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { isStoreUrl, openStore } from "@sluice/delta";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { unreadable } from "./csv-text.ts";
import { readFlag } from "./read-option.ts";

const SAMPLE_FILES = 1000;
const SAMPLE_BYTES = 16 * 1024 ** 2;
const LEAST_BYTES = 16 * 1024;
const WHOLE_FORMATS: ReadonlySet<string> = new Set(["parquet", "text", "binaryfile"]);
const COMPRESSED: ReadonlySet<string> = new Set([".gz", ".zst", ".zstd", ".bz2"]);

/** Files to infer a schema from: the beginnings of large line-based files stand in a folder of the engine until `release`. */
export interface FileSample {
  readonly files: readonly FileEntry[];
  release(): Promise<void>;
}

/**
 * The first thousand files; of line-based files that are large together, their first lines, about 16 MB in all. What turns up later and does not fit is
 * rescued, not lost.
 */
export async function sampleFiles(
  files: readonly FileEntry[],
  read: Omit<FileRead, "schema">,
  folder: string,
): Promise<FileSample> {
  const first = files.slice(0, SAMPLE_FILES);
  const total = first.reduce((sum, file) => sum + file.sizeBytes, 0);
  const isWhole = WHOLE_FORMATS.has(read.format.toLowerCase()) || readFlag(read, "multiLine", false);
  if (isWhole || total <= SAMPLE_BYTES) return { files: first, release: async () => {} };
  const share = Math.max(LEAST_BYTES, Math.floor(SAMPLE_BYTES / first.length));
  const sample = await Promise.all(first.map((file) => headOf(file, share, folder)));
  const made = sample.filter((file, i) => file !== first[i]);
  return {
    files: sample,
    release: async () => void (await Promise.all(made.map((file) => rm(file.path, { force: true })))),
  };
}

/** The whole lines within the first `bytes` of a file, as a file of their own; the file itself when it is small, compressed or one long line. */
async function headOf(file: FileEntry, bytes: number, folder: string): Promise<FileEntry> {
  if (file.sizeBytes <= bytes || COMPRESSED.has(extname(file.path).toLowerCase())) return file;
  const head = await readHead(file, bytes);
  const end = head.lastIndexOf(0x0a);
  if (end < 0) return file;
  const name = createHash("sha256").update(file.path).digest("hex").slice(0, 20);
  const path = join(folder, `sample-${crypto.randomUUID()}-${name}${extname(file.path)}`);
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
