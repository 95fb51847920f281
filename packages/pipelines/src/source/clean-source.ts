import type { Stats } from "node:fs";
import { copyFile, link, mkdir, rename, rm, stat, unlink, utimes } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import type { FileEntry } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";

/** What becomes of files whose rows are committed, so many milliseconds after they were found. */
export interface CleanPolicy {
  readonly mode: "DELETE" | "MOVE";
  readonly retentionMs: number;
  /** Absolute folder where files are moved; below it they keep their place below `basePath`. */
  readonly destination?: string;
  readonly basePath: string;
}

/** A file that was deleted or moved. `at` is milliseconds since the epoch. */
export interface ArchivedFile {
  readonly path: string;
  readonly mode: CleanPolicy["mode"];
  readonly at: number;
  readonly movedTo?: string;
}

/**
 * Deletes or moves files that are still as they were read; one that has changed since, or is gone, is left alone. Never overwrites a file: one that is at the
 * destination already keeps its place, and the new one gets a number. Killed anywhere, it can be run again.
 *
 * @throws EngineError naming the file that can be neither deleted nor moved.
 */
export async function cleanFiles(
  files: readonly FileEntry[],
  policy: CleanPolicy,
  now: () => number,
): Promise<readonly ArchivedFile[]> {
  const archived: ArchivedFile[] = [];
  for (const file of files) {
    try {
      if (!(await isUnchanged(file))) continue;
      const { path } = file;
      const movedTo = policy.mode === "MOVE" ? await move(file, policy) : await unlink(path);
      archived.push({ path, mode: policy.mode, at: now(), ...(movedTo === undefined ? {} : { movedTo }) });
    } catch (cause) {
      throw notCleaned(file, policy, cause);
    }
  }
  return archived;
}

async function isUnchanged(file: FileEntry): Promise<boolean> {
  const facts = await factsOf(file.path);
  return facts?.size === file.sizeBytes && Math.trunc(facts.mtimeMs) === file.modifiedAt;
}

async function move(file: FileEntry, { destination = "", basePath }: CleanPolicy): Promise<string> {
  const wanted = join(destination, relative(basePath, file.path));
  await mkdir(dirname(wanted), { recursive: true });
  for (let number = 0; ; number++) {
    const target = numbered(wanted, number);
    if (await place(file, target)) {
      await unlink(file.path);
      return target;
    }
  }
}

/** Puts a file where nothing is, or where it is already because a run was killed; false when another file is there. */
async function place(file: FileEntry, target: string): Promise<boolean> {
  try {
    await link(file.path, target);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return await isSame(file, target);
    if (code !== "EXDEV" && code !== "EPERM" && code !== "ENOTSUP") throw error;
    if ((await factsOf(target)) !== undefined) return await isSame(file, target);
    await copyAcross(file, target);
    return true;
  }
}

async function copyAcross(file: FileEntry, target: string): Promise<void> {
  const partial = `${target}.${process.pid}.partial`;
  await copyFile(file.path, partial);
  await utimes(partial, new Date(file.modifiedAt), new Date(file.modifiedAt));
  await rename(partial, target).finally(() => rm(partial, { force: true }));
}

async function isSame(file: FileEntry, target: string): Promise<boolean> {
  const [source, other] = await Promise.all([factsOf(file.path), factsOf(target)]);
  if (source === undefined || other === undefined) return false;
  if (source.ino === other.ino && source.dev === other.dev) return true;
  return source.dev !== other.dev && other.size === file.sizeBytes && Math.trunc(other.mtimeMs) === file.modifiedAt;
}

function numbered(path: string, number: number): string {
  if (number === 0) return path;
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}

async function factsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function notCleaned(file: FileEntry, { mode }: CleanPolicy, cause: unknown): EngineError {
  const what = mode === "MOVE" ? "moved" : "deleted";
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    `The file ${file.path}, whose rows are in the table, cannot be ${what} (${why}). Give the right to do so, or set cloudFiles.cleanSource to OFF.`,
    { condition: "FAILED_CLEAN_SOURCE", domain: "external", retry: "never", file: file.path },
    cause,
  );
}
