import { randomUUID } from "node:crypto";
import {
  closeSync,
  type Dirent,
  existsSync,
  fsync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFile,
  writeFileSync,
} from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { type ByteRange, compareUtf8, type ObjectStore, type StoredFile } from "./object-store.ts";

const SMALL_BYTES = 1 << 16;
const TEMPORARY = /^\.sluice-.*\.tmp$/;

const syncDescriptor = promisify(fsync);
const writeDescriptor: (descriptor: number, content: Uint8Array) => Promise<void> = promisify(writeFile);

/**
 * A folder on a local disk. Files are written under a temporary name, synced, and then linked or renamed into place, so a crash leaves at most a
 * temporary file (`.sluice-<id>.tmp`), which no listing shows. Names are left to the file system's journal, which keeps them in order: a power cut may take
 * the last ones away, never one before another that stays. Folders are made as needed.
 */
export class LocalStore implements ObjectStore {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Reads without leaving the thread: files here are small, and a log of many commits is read several times faster so. */
  async read(path: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const file = this.#absolute(path);
    if (range !== undefined) return orAbsent(() => readRange(file, range));
    return existsSync(file) ? orAbsent(async () => readFileSync(file)) : undefined;
  }

  async putIfAbsent(path: string, content: Uint8Array, after?: Promise<unknown>): Promise<"created" | "exists"> {
    const target = this.#absolute(path);
    after?.catch(() => undefined);
    const temporary = await writeTemporary(dirname(target), content);
    try {
      await after;
      linkSync(temporary, target);
    } catch (error) {
      if (hasCode(error, "EEXIST")) return "exists";
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    return "created";
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    const target = this.#absolute(path);
    const temporary = await writeTemporary(dirname(target), content);
    try {
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async list(folder: string, startAfter?: string): Promise<readonly StoredFile[]> {
    const start = this.#absolute(folder);
    if (!existsSync(start)) return [];
    const entries = (await orAbsent(async () => readdirSync(start, { withFileTypes: true, recursive: true }))) ?? [];
    return entries
      .filter((entry) => !entry.isDirectory() && !TEMPORARY.test(entry.name))
      .map((entry) => this.#relative(entry))
      .filter((path) => startAfter === undefined || compareUtf8(path, startAfter) > 0)
      .sort(compareUtf8)
      .flatMap((path) => this.#describe(path) ?? []);
  }

  async folders(folder: string): Promise<readonly string[]> {
    const entries = (await orAbsent(() => readdir(this.#absolute(folder), { withFileTypes: true }))) ?? [];
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort(compareUtf8);
  }

  async head(path: string): Promise<StoredFile | undefined> {
    return this.#describe(path);
  }

  async delete(path: string): Promise<void> {
    await rm(this.#absolute(path), { force: true });
  }

  async download(path: string, localPath: string): Promise<number | undefined> {
    const source = this.#absolute(path);
    return orAbsent(async () => {
      const { size } = await stat(source);
      await copyFile(source, localPath);
      return size;
    });
  }

  async upload(path: string, localPath: string): Promise<void> {
    await this.put(path, await readFile(localPath));
  }

  #absolute(path: string): string {
    return join(this.root, path);
  }

  #relative(entry: Dirent): string {
    const path = join(entry.parentPath, entry.name).slice(this.root.length + 1);
    return sep === "/" ? path : path.replaceAll(sep, "/");
  }

  #describe(path: string): StoredFile | undefined {
    const facts = statSync(this.#absolute(path), { throwIfNoEntry: false });
    if (facts === undefined || facts.isDirectory()) return undefined;
    return { path, sizeBytes: facts.size, modifiedAt: Math.floor(facts.mtimeMs) };
  }
}

async function writeTemporary(folder: string, content: Uint8Array): Promise<string> {
  const path = join(folder, `.sluice-${randomUUID()}.tmp`);
  try {
    await writeSynced(path, content);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) {
      await rm(path, { force: true });
      throw error;
    }
    await mkdir(folder, { recursive: true });
    await writeSynced(path, content);
  }
  return path;
}

/** Only what takes time leaves the thread: each way there and back costs more than to make a name. */
async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const descriptor = openSync(path, "wx");
  try {
    if (content.length <= SMALL_BYTES) writeFileSync(descriptor, content);
    else await writeDescriptor(descriptor, content);
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function readRange(path: string, { start, length }: ByteRange): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const content = new Uint8Array(Math.max(0, Math.min(length, (await file.stat()).size - start)));
    const { bytesRead } = await file.read(content, 0, content.length, start);
    return content.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function orAbsent<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
