import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type FileEntry, inOtherThread } from "@sluice/pipelines";
import { type CopyJob, copyLines } from "./copy-lines.ts";
import { unreadable } from "./file-bytes.ts";
import { totalBytes } from "./small-files.ts";

const MOST_PARTS = 4;
const PART_BYTES = 8 << 20;

/** A thread takes as long to begin as so many files to be read. */
const WORTH_A_THREAD = 5_000;

/**
 * Small files in a few parts, in their order: where there are as many files as threads, that of examples included, DuckDB reads each file in one thread, so that one
 * part would leave threads idle.
 */
export function inParts(files: readonly FileEntry[]): readonly (readonly FileEntry[])[] {
  const parts = Math.min(availableParallelism(), MOST_PARTS, Math.max(1, Math.floor(totalBytes(files) / PART_BYTES)));
  const share = Math.ceil(files.length / parts);
  return Array.from({ length: parts }, (_, i) => files.slice(i * share, (i + 1) * share));
}

/**
 * Puts the lines of small files together as they are, of a file that has grown since only the bytes that it had when it was listed; a staged file for each part,
 * which it stands for. Where there are very many files threads share the work.
 *
 * @throws EngineError naming a file that cannot be read
 */
export async function joinLines(
  parts: readonly (readonly FileEntry[])[],
  folder: string,
): Promise<readonly FileEntry[]> {
  const staged = parts.map((part) => ({
    path: join(folder, `records-${crypto.randomUUID()}.json`),
    sizeBytes: totalBytes(part),
    modifiedAt: 0,
  }));
  const others = parts.map((part, i) => {
    const isOwn = i === 0 || part.length < WORTH_A_THREAD;
    return isOwn ? undefined : copyApart(part, jobOf(part, staged[i]));
  });
  const own = parts.map((part, i) => (others[i] === undefined ? { part, job: jobOf(part, staged[i]) } : undefined));
  const settled = await Promise.allSettled([copyHere(own.filter((one) => one !== undefined)), ...others]);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return staged;
}

function jobOf(part: readonly FileEntry[], target: FileEntry | undefined): CopyJob {
  const sizes = new Float64Array(part.map((file) => file.sizeBytes));
  return { paths: part.map((file) => file.path).join("\0"), sizes, target: target?.path ?? "" };
}

/**
 * The calls are synchronous, a handful of microseconds each, which is far less than the thread pool takes; other work gets its turn every so many files.
 */
async function copyHere(own: readonly { readonly part: readonly FileEntry[]; readonly job: CopyJob }[]): Promise<void> {
  for (const { part, job } of own) {
    try {
      for (const _ of copyLines(fs, job)) await setImmediate();
    } catch (error) {
      throw failure(part, error);
    }
  }
}

async function copyApart(part: readonly FileEntry[], job: CopyJob): Promise<void> {
  await inOtherThread(copyLines, job, [job.sizes.buffer]).catch((error: unknown) => {
    throw failure(part, error);
  });
}

function failure(part: readonly FileEntry[], error: unknown): unknown {
  const at = error instanceof Error && "at" in error ? Number(error.at) : -1;
  const file = part[at];
  return file === undefined ? error : unreadable(file, error);
}
