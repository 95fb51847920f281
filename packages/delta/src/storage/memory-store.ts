import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type ByteRange, compareUtf8, type ObjectStore, type StoredFile } from "./object-store.ts";

interface Entry {
  readonly content: Uint8Array;
  readonly modifiedAt: number;
}

/** Files in memory, for tests and for tables that live as long as the process. `root` is `memory:` with a unique name. */
export class MemoryStore implements ObjectStore {
  readonly root: string = `memory:${randomUUID()}`;
  readonly #files = new Map<string, Entry>();
  readonly #now: () => number;

  /** `now` gives the modification times: milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async read(path: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const content = this.#files.get(path)?.content;
    return range === undefined ? content : content?.subarray(range.start, range.start + range.length);
  }

  async putIfAbsent(path: string, content: Uint8Array, after?: Promise<unknown>): Promise<"created" | "exists"> {
    await after;
    if (this.#files.has(path)) return "exists";
    await this.put(path, content);
    return "created";
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    this.#files.set(path, { content: content.slice(), modifiedAt: this.#now() });
  }

  async list(folder: string, startAfter?: string): Promise<readonly StoredFile[]> {
    const prefix = folder === "" ? "" : `${folder}/`;
    return [...this.#files.keys()]
      .filter((path) => path.startsWith(prefix) && (startAfter === undefined || compareUtf8(path, startAfter) > 0))
      .sort(compareUtf8)
      .flatMap((path) => this.#describe(path) ?? []);
  }

  async folders(folder: string): Promise<readonly string[]> {
    const start = folder === "" ? 0 : folder.length + 1;
    const below = (await this.list(folder)).map((file) => file.path.slice(start));
    const names = below.filter((path) => path.includes("/")).map((path) => path.slice(0, path.indexOf("/")));
    return [...new Set(names)].sort(compareUtf8);
  }

  async head(path: string): Promise<StoredFile | undefined> {
    return this.#describe(path);
  }

  async delete(path: string): Promise<void> {
    this.#files.delete(path);
  }

  async download(path: string, localPath: string): Promise<number | undefined> {
    const content = await this.read(path);
    if (content !== undefined) await writeFile(localPath, content);
    return content?.length;
  }

  async upload(path: string, localPath: string): Promise<void> {
    await this.put(path, await readFile(localPath));
  }

  #describe(path: string): StoredFile | undefined {
    const entry = this.#files.get(path);
    return entry && { path, sizeBytes: entry.content.length, modifiedAt: entry.modifiedAt };
  }
}
