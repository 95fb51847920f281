import type { FileEntry } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";

const SNAPSHOT_EVERY = 10;

/**
 * Which files a source has handed out, in entries counted from 0: `<folder>/<n>.json` holds the files of one range. Every tenth entry is also written as
 * `<n>.snapshot.json`, which holds all files so far, so that opening reads at most ten entries however long the log is.
 */
export class FileLog {
  readonly #store: FileStore;
  readonly #folder: string;
  readonly #seen = new Map<string, FileEntry>();
  readonly #recent = new Map<number, readonly FileEntry[]>();
  #last = -1;

  private constructor(store: FileStore, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  /** The log as of entry `last`; -1 is the empty log. @throws Error when an entry is missing. */
  static async open(store: FileStore, folder: string, last: number): Promise<FileLog> {
    const log = new FileLog(store, folder);
    await log.#load(last);
    return log;
  }

  /** The newest entry, -1 when there is none. */
  get last(): number {
    return this.#last;
  }

  has(path: string): boolean {
    return this.#seen.has(path);
  }

  /** The files of entry `n`. */
  async files(n: number): Promise<readonly FileEntry[]> {
    return this.#recent.get(n) ?? (await this.#require(n));
  }

  /** Takes over an entry that was written by a run that ended before using it; undefined when there is none. */
  async resume(): Promise<number | undefined> {
    const files = await this.#read(this.#path(this.#last + 1));
    return files && this.#add(this.#last + 1, files);
  }

  /** Writes the next entry; when another writer was first, theirs becomes the next entry. */
  async append(files: readonly FileEntry[]): Promise<number> {
    const n = this.#last + 1;
    const outcome = await this.#store.putIfAbsent(this.#path(n), encode(files));
    return this.#add(n, outcome === "created" ? files : await this.#require(n));
  }

  /** Writes the snapshot that is due at entry `n`, and removes what it makes superfluous. */
  async tidy(n: number): Promise<void> {
    this.#recent.delete(n - 1);
    if (!isSnapshot(n) || n !== this.#last) return;
    await this.#store.put(this.#snapshotPath(n), encode([...this.#seen.values()]));
    const old = Array.from({ length: SNAPSHOT_EVERY }, (_, i) => n - SNAPSHOT_EVERY - i).filter((one) => one >= 0);
    await Promise.all([
      ...old.map((one) => this.#store.delete(this.#path(one))),
      this.#store.delete(this.#snapshotPath(n - SNAPSHOT_EVERY)),
    ]);
  }

  async #load(last: number): Promise<void> {
    let base = last - ((last + 1) % SNAPSHOT_EVERY);
    let snapshot = base < 0 ? undefined : await this.#read(this.#snapshotPath(base));
    if (base >= 0 && snapshot === undefined) {
      base -= SNAPSHOT_EVERY;
      snapshot = base < 0 ? [] : await this.#require(base, this.#snapshotPath(base));
    }
    for (const file of snapshot ?? []) this.#seen.set(file.path, file);
    const numbers = Array.from({ length: last - Math.max(base, -1) }, (_, i) => Math.max(base, -1) + 1 + i);
    const entries = await Promise.all(numbers.map((n) => this.#require(n)));
    this.#last = Math.max(base, -1);
    for (const [i, files] of entries.entries()) this.#add(numbers[i] ?? 0, files);
  }

  #add(n: number, files: readonly FileEntry[]): number {
    for (const file of files) this.#seen.set(file.path, file);
    this.#recent.set(n, files);
    this.#last = n;
    return n;
  }

  async #require(n: number, path: string = this.#path(n)): Promise<readonly FileEntry[]> {
    const files = await this.#read(path);
    if (files !== undefined) return files;
    throw new Error(
      `The checkpoint file ${this.#store.root}/${path} is missing. Restore it, or run a full refresh of the table that the flow writes.`,
    );
  }

  async #read(path: string): Promise<readonly FileEntry[] | undefined> {
    const content = await this.#store.read(path);
    return content && decode(content);
  }

  #path(n: number): string {
    return `${this.#folder}/${n}.json`;
  }

  #snapshotPath(n: number): string {
    return `${this.#folder}/${n}.snapshot.json`;
  }
}

function isSnapshot(n: number): boolean {
  return (n + 1) % SNAPSHOT_EVERY === 0;
}

function encode(files: readonly FileEntry[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ files }));
}

function decode(content: Uint8Array): readonly FileEntry[] {
  return (JSON.parse(new TextDecoder().decode(content)) as { readonly files: readonly FileEntry[] }).files;
}
