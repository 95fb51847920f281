import { createHash } from "node:crypto";
import { constants, linkSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { copyFile, readdir, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@sluice/delta";
import { EngineError } from "@sluice/pipelines";
import { LocalCopies } from "./local-copies.ts";

const DEFAULT_BYTES = 10 * 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const IN_USE = /^use-(\d+)-/;

/** An object that is wanted on the local disk. `version` tells contents of one name apart: the time of its last change, or nothing for files that never change. */
export interface RemoteFile {
  readonly url: string;
  readonly sizeBytes: number;
  readonly version: string;
  /** Whether content of another size is damage rather than a newer state of the file. */
  readonly isFixed: boolean;
}

/**
 * Copies of objects on the local disk, kept from run to run and shared by all processes of a user, the least recently used given up beyond a limit. Who uses a
 * copy holds a hard link to it, so that giving it up never takes it away from anybody.
 */
export class FileCache {
  readonly #limit: number;
  readonly #wanted: string;
  readonly #loading = new Map<string, Promise<void>>();
  #folder: string | undefined;
  #bytes: number | undefined;

  /** `SLUICE_CACHE_DIR` (default: `sluice` in the user's cache folder) and `SLUICE_CACHE_SIZE` (default 10GB) of the environment. */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#wanted = env["SLUICE_CACHE_DIR"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sluice");
    this.#limit = sizeOf(env["SLUICE_CACHE_SIZE"]);
  }

  /** Runs work that may read objects as local files; these are gone afterwards. Its errors name the objects. */
  async use<Result>(work: (copies: LocalCopies) => Promise<Result>): Promise<Result> {
    const copies = new LocalCopies(this);
    try {
      return await work(copies);
    } catch (error) {
      throw copies.explain(error);
    } finally {
      copies.close();
    }
  }

  /** A new folder on the cache's file system, named so that a later process can tell that it was left behind. */
  useFolder(): string {
    const folder = join(this.#root(), `use-${process.pid}-${crypto.randomUUID()}`);
    mkdirSync(folder);
    return folder;
  }

  /** Puts the object at a local path, from the cache or from its store. Nothing is there afterwards when there is no such object and it `isFixed` not. @throws EngineError */
  async fetch(file: RemoteFile, target: string): Promise<void> {
    const entry = this.#entry(file);
    for (let attempt = 0; ; attempt += 1) {
      if (take(entry, target)) return;
      const loading = this.#loading.get(entry);
      if (loading === undefined || attempt > 2) break;
      await loading.catch(() => undefined);
    }
    const loading = this.#load(file, entry, target);
    this.#loading.set(entry, loading);
    try {
      await loading;
    } finally {
      this.#loading.delete(entry);
    }
  }

  /** Puts a copy of a local file at `target`, changed by `change`; what was made once is kept as that of `file`. */
  async change(
    file: RemoteFile,
    localPath: string,
    target: string,
    change: (copy: string) => Promise<void>,
  ): Promise<void> {
    const entry = this.#entry(file);
    if (take(entry, target)) return;
    const half = `${target}.half`;
    await copyFile(localPath, half, constants.COPYFILE_FICLONE);
    await change(half);
    renameSync(half, target);
    if (take(target, entry)) await this.#grow(file.sizeBytes);
  }

  /** Keeps a local file, which stays where it is, as the copy of an object that was made from it. */
  async adopt(file: RemoteFile, localPath: string): Promise<void> {
    if (take(localPath, this.#entry(file))) await this.#grow(file.sizeBytes);
  }

  async #load(file: RemoteFile, entry: string, target: string): Promise<void> {
    const { url, sizeBytes, isFixed } = file;
    const slash = url.lastIndexOf("/");
    const half = `${target}.half`;
    const found = await openStore(url.slice(0, slash)).download(url.slice(slash + 1), half, sizeBytes);
    if (found === undefined && isFixed) throw gone(url);
    if (found === undefined) return rmSync(half, { force: true });
    if (found !== sizeBytes && isFixed) throw damaged(url, sizeBytes, found);
    renameSync(half, target);
    if (found === sizeBytes && take(target, entry)) await this.#grow(sizeBytes);
  }

  #entry({ url, sizeBytes, version }: RemoteFile): string {
    const hash = createHash("sha256").update(`${url}\n${sizeBytes}\n${version}`).digest("hex");
    return join(this.#root(), "files", hash.slice(0, 2), hash.slice(2));
  }

  #root(): string {
    this.#folder ??= makeFolder(this.#wanted);
    return this.#folder;
  }

  async #grow(bytes: number): Promise<void> {
    this.#bytes = this.#bytes === undefined ? await this.#trim() : this.#bytes + bytes;
    if (this.#bytes > this.#limit) this.#bytes = await this.#trim();
  }

  /** Gives up the least recently used copies beyond nine tenths of the limit, once the limit is passed. Answers the bytes that are left. */
  async #trim(): Promise<number> {
    const root = join(this.#root(), "files");
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    const copies = paths.flatMap((path, i) => {
      const facts = stats[i];
      return facts === undefined ? [] : [{ path, bytes: facts.size, usedAt: facts.mtimeMs }];
    });
    let bytes = copies.reduce((sum, one) => sum + one.bytes, 0);
    if (bytes <= this.#limit) return bytes;
    for (const copy of copies.sort((left, right) => left.usedAt - right.usedAt)) {
      if (bytes <= this.#limit * 0.9) break;
      await rm(copy.path, { force: true });
      bytes -= copy.bytes;
    }
    return bytes;
  }
}

/** Makes `to` another name of the file `from`, and marks it as used now. False when there is no such file; true when `to` is there already. */
function take(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return true;
    if (!hasCode(error, "ENOENT")) throw error;
    return false;
  }
  const now = new Date();
  utimesSync(to, now, now);
  return true;
}

/** The cache's folder, private to the user; below the system's temporary one where the wanted cannot be made. */
function makeFolder(wanted: string): string {
  for (const folder of [wanted, join(tmpdir(), `sluice-cache-${process.getuid?.() ?? ""}`)]) {
    try {
      for (let i = 0; i < 256; i += 1) {
        const path = join(folder, "files", i.toString(16).padStart(2, "0"));
        mkdirSync(path, { recursive: true, mode: 0o700 });
      }
      removeLeftBehind(folder);
      return folder;
    } catch (error) {
      if (folder !== wanted) throw error;
    }
  }
  return wanted;
}

function removeLeftBehind(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = IN_USE.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function sizeOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_BYTES;
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*(KB|MB|GB|TB)\s*$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new EngineError(`SLUICE_CACHE_SIZE must be a number with a unit such as "10GB", not "${text}".`, {
      condition: "INVALID_SETTING",
      domain: "user",
      retry: "never",
    });
  }
  return Number(digits) * (UNITS[unit.toUpperCase()] ?? 1);
}

function gone(url: string): EngineError {
  return new EngineError(`The file "${url}" is in the log of its table and not in the store. Restore it.`, {
    condition: "FAILED_READ_FILE.FILE_NOT_EXIST",
    domain: "external",
    retry: "backoff",
    file: url,
  });
}

function damaged(url: string, expected: number, found: number): EngineError {
  return new EngineError(
    `The file "${url}" has ${found} bytes where the table's log says ${expected}: it was replaced or damaged. Restore it.`,
    { condition: "FAILED_READ_FILE.NO_HINT", domain: "external", retry: "never", file: url },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
