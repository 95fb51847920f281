import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FileEntry } from "@sluice/pipelines";
import { unreadable } from "./file-bytes.ts";
import { totalBytes } from "./small-files.ts";

/** A thread's worth: below it, copying and one more file to open cost what is won. */
const LEAST_BYTES = 4 << 20;

/** Above it copies take room that nobody has been asked for. */
const MOST_BYTES = 256 << 20;

const LINE_FEED = 0x0a;
const CHUNK = 1 << 20;

/** Lines of a file that stand in a file of their own. */
export interface LinePart {
  readonly file: FileEntry;
  readonly path: string;
}

/**
 * Cuts a few large files into parts of whole lines, in order, so that there is one for each thread: DuckDB reads a file of a list in one thread where there are as
 * many files as threads. `contentOf` is where the bytes of a file stand, plain text. Undefined: there are files enough, or they are not worth it.
 *
 * @throws EngineError naming a file that cannot be read
 */
export async function splitLines(
  files: readonly FileEntry[],
  contentOf: (file: FileEntry) => FileEntry,
  folder: () => string,
): Promise<readonly LinePart[] | undefined> {
  const contents = files.map(contentOf);
  const [total, threads] = [totalBytes(contents), availableParallelism()];
  const areLocal = contents.every(({ path }) => path.startsWith("/"));
  if (files.length >= threads || total > MOST_BYTES || !areLocal) return undefined;
  const share = Math.max(LEAST_BYTES, Math.ceil(total / threads));
  const counts = contents.map(({ sizeBytes }) => Math.max(1, Math.round(sizeBytes / share)));
  if (counts.every((count) => count === 1)) return undefined;
  const parts = files.map(async (file, i) => {
    const { path, sizeBytes } = contents[i] ?? file;
    const count = counts[i] ?? 1;
    const paths = count === 1 ? [path] : await splitFile({ path, sizeBytes, count, folder: folder() }, file);
    return paths.map((part) => ({ file, path: part }));
  });
  return (await Promise.all(parts)).flat();
}

interface Cutting {
  readonly path: string;
  readonly sizeBytes: number;
  readonly count: number;
  readonly folder: string;
}

async function splitFile(cutting: Cutting, file: FileEntry): Promise<readonly string[]> {
  try {
    const bounds = await lineBounds(cutting);
    return await Promise.all(bounds.slice(1).map((end, i) => copyRange(cutting, bounds[i] ?? 0, end)));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Where parts begin and end: the file's begin, a line's begin each, the file's end. */
async function lineBounds({ path, sizeBytes, count }: Cutting): Promise<readonly number[]> {
  const handle = await open(path);
  try {
    const bounds = [0];
    for (let i = 1; i < count; i++) {
      const at = await nextLine(handle, Math.floor((sizeBytes * i) / count));
      if (at > (bounds.at(-1) ?? 0) && at < sizeBytes) bounds.push(at);
    }
    return [...bounds, sizeBytes];
  } finally {
    await handle.close();
  }
}

/** Where the first line begins that begins after `from`; past any file when there is none. */
async function nextLine(handle: FileHandle, from: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  for (let at = from; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return Number.POSITIVE_INFINITY;
    const found = buffer.subarray(0, bytesRead).indexOf(LINE_FEED);
    if (found >= 0) return at + found + 1;
    at += bytesRead;
  }
}

async function copyRange({ path, folder }: Cutting, start: number, end: number): Promise<string> {
  const target = join(folder, `lines-${crypto.randomUUID()}.json`);
  await pipeline(
    createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK }),
    createWriteStream(target, { highWaterMark: CHUNK }),
  );
  return target;
}
