import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isStoreUrl } from "@sluice/delta";
import { EngineError, type FileEntry } from "@sluice/pipelines";
import type { FileCache, RemoteFile } from "./file-cache.ts";

const AT_ONCE = 32;

/** A file of a source as it can be read here. `url` is where it comes from when `path` is a copy. */
export interface LocalEntry extends FileEntry {
  readonly url?: string;
}

/** A file that is known by `path`, whose content is at `local`; `version` tells contents of one path apart. */
export interface LocalFile {
  readonly path: string;
  readonly local: string;
  readonly sizeBytes: number;
  readonly version: string;
}

/** The path of a file as the pipeline knows it, wherever its content is read from. */
export function sourcePath(file: LocalEntry): string {
  return file.url ?? file.path;
}

/** The local files that one statement reads in place of objects; they are there until `close`. Files of this machine stand for themselves. */
export class LocalCopies {
  readonly #cache: FileCache;
  readonly #urls = new Map<string, string>();
  #folder: string | undefined;

  constructor(cache: FileCache) {
    this.#cache = cache;
  }

  /** A folder on the cache's file system that goes with `close`. */
  get folder(): string {
    this.#folder ??= this.#cache.useFolder();
    return this.#folder;
  }

  /** Files of a source, in their order. One that is gone has a path where nothing is. */
  async sourceFiles(files: readonly FileEntry[]): Promise<readonly LocalEntry[]> {
    if (!files.some((file) => isStoreUrl(file.path))) return files;
    const remote = files.map(({ path, sizeBytes, modifiedAt }) => ({
      url: path,
      sizeBytes,
      version: String(modifiedAt),
      isFixed: false,
    }));
    const paths = await this.#fetchAll(remote);
    return files.map((file, i) => {
      const path = paths[i] ?? file.path;
      return path === file.path ? file : { ...file, path, url: file.path };
    });
  }

  /** Data files of tables, by path or URL: local paths in their order. */
  async tableFiles(
    files: readonly { readonly path: string; readonly sizeBytes: number }[],
  ): Promise<readonly string[]> {
    if (!files.some((file) => isStoreUrl(file.path))) return files.map((file) => file.path);
    return this.#fetchAll(files.map(({ path, sizeBytes }) => ({ url: path, sizeBytes, version: "", isFixed: true })));
  }

  /** The local path of a copy of a local file that `change` has changed, made once for each version of the file. */
  async changed(
    { path, local, sizeBytes, version }: LocalFile,
    change: (copy: string) => Promise<void>,
  ): Promise<string> {
    const target = this.#pathOf({ url: `${path}.changed` });
    this.#urls.set(target, path);
    await this.#cache.change(
      { url: path, sizeBytes, version: `${version} changed`, isFixed: true },
      local,
      target,
      change,
    );
    return target;
  }

  /** Keeps a staged file as the copy of the object that it became. */
  async adopt(url: string, sizeBytes: number, localPath: string): Promise<void> {
    await this.#cache.adopt({ url, sizeBytes, version: "", isFixed: true }, localPath);
  }

  /** An error that names the object where it named the copy. */
  explain(error: unknown): unknown {
    if (!(error instanceof EngineError)) return error;
    const path = [...this.#urls.keys()].find((one) => error.message.includes(one) || error.facts.file === one);
    const url = path === undefined ? undefined : this.#urls.get(path);
    if (path === undefined || url === undefined) return error;
    return new EngineError(error.message.replaceAll(path, url), { ...error.facts, file: url }, error.cause);
  }

  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #fetchAll(files: readonly RemoteFile[]): Promise<readonly string[]> {
    const paths = files.map((file) => (isStoreUrl(file.url) ? this.#pathOf(file) : file.url));
    let next = 0;
    let failed = false;
    const worker = async (): Promise<void> => {
      for (let i = next++; i < files.length && !failed; i = next++) {
        const [file, path] = [files[i], paths[i]];
        if (file === undefined || path === undefined || path === file.url) continue;
        await this.#cache.fetch(file, path).catch((error: unknown) => {
          failed = true;
          throw error;
        });
      }
    };
    const settled = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, files.length) }, worker));
    const failure = settled.find((one) => one.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    return paths;
  }

  /** Keeps the end of the name, which tells readers of a compression. */
  #pathOf({ url }: Pick<RemoteFile, "url">): string {
    const name = url.slice(url.lastIndexOf("/") + 1).replace(/[^A-Za-z0-9._-]/g, "_");
    const path = join(this.folder, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}-${name.slice(-60)}`);
    this.#urls.set(path, url);
    return path;
  }
}
