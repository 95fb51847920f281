import type { FileEntry } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";

const SNAPSHOT_EVERY = 10;

/** A file that a source has handed out, or left out for good. Times are milliseconds since the epoch. */
export interface SeenFile extends FileEntry {
  /** The entry of the log that it is in. */
  readonly entry: number;
  /** When it was listed; absent in logs of earlier releases, like `batch`. */
  readonly discoveredAt?: number;
  /** The number of the flow's batch that the entry was made for. */
  readonly batch?: number;
  /** It was there before the stream began, and is not read. */
  readonly skipped?: true;
}

/** What stands in an entry besides its files, for all of them. */
export type EntryFacts = Pick<SeenFile, "discoveredAt" | "batch" | "skipped">;

/**
 * Which files a source has handed out, in entries counted from 0: `<folder>/<n>.json` holds the files of one range. Every tenth entry is also written as
 * `<n>.snapshot.json`, which holds all files so far, so that opening reads at most ten entries however long the log is.
 */
export class FileLog {
  readonly #store: FileStore;
  readonly #folder: string;
  readonly #known = new Map<string, SeenFile>();
  /** Makers of what is not in `#known` yet: a run that hands out its files in one range ends before anybody asks. */
  #unknown: (() => readonly SeenFile[])[] = [];
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

  /** What is known about a file, as it was when it was last handed out. */
  get(path: string): SeenFile | undefined {
    return this.#seen.get(path);
  }

  /** All files, in order of their first appearance. */
  seen(): Iterable<SeenFile> {
    return this.#seen.values();
  }

  /** The files of entry `n` that are to be read; the very list that was given to `append` when it was written as given. */
  async files(n: number): Promise<readonly FileEntry[]> {
    return this.#recent.get(n) ?? toRead(await this.#require(n));
  }

  /** Takes over an entry that was written by a run that ended before using it; undefined when there is none. */
  async resume(): Promise<number | undefined> {
    const files = await this.#read(this.#path(this.#last + 1), this.#last + 1);
    return files && this.#addWritten(this.#last + 1, files);
  }

  /** Writes the next entry; when another writer was first, theirs becomes the next entry. */
  async append(files: readonly FileEntry[], facts: EntryFacts = {}): Promise<number> {
    const n = this.#last + 1;
    const outcome = await this.#store.putIfAbsent(this.#path(n), encode(files, facts));
    if (outcome !== "created") return this.#addWritten(n, await this.#require(n));
    return this.#add(n, facts.skipped === undefined ? files : [], () => toSeen(files, n, facts));
  }

  /** Writes the snapshot that is due at entry `n`, and removes what it makes superfluous. Files changed before `oldest` are forgotten then. */
  async tidy(n: number, oldest: number = Number.NEGATIVE_INFINITY): Promise<void> {
    this.#recent.delete(n - 1);
    if (!isSnapshot(n) || n !== this.#last) return;
    for (const file of [...this.#seen.values()]) if (file.modifiedAt < oldest) this.#seen.delete(file.path);
    await this.#store.put(this.#snapshotPath(n), encode([...this.#seen.values()]));
    const old = Array.from({ length: SNAPSHOT_EVERY }, (_, i) => n - SNAPSHOT_EVERY - i).filter((one) => one >= 0);
    await Promise.all([
      ...old.map((one) => this.#store.delete(this.#path(one))),
      this.#store.delete(this.#snapshotPath(n - SNAPSHOT_EVERY)),
    ]);
  }

  async #load(last: number): Promise<void> {
    let base = last - ((last + 1) % SNAPSHOT_EVERY);
    let snapshot = base < 0 ? undefined : await this.#read(this.#snapshotPath(base), base);
    if (base >= 0 && snapshot === undefined) {
      base -= SNAPSHOT_EVERY;
      snapshot = base < 0 ? [] : await this.#require(base, this.#snapshotPath(base));
    }
    for (const file of snapshot ?? []) this.#seen.set(file.path, file);
    const numbers = Array.from({ length: last - Math.max(base, -1) }, (_, i) => Math.max(base, -1) + 1 + i);
    const entries = await Promise.all(numbers.map((n) => this.#require(n)));
    this.#last = Math.max(base, -1);
    for (const [i, files] of entries.entries()) this.#addWritten(numbers[i] ?? 0, files);
  }

  #addWritten(n: number, files: readonly SeenFile[]): number {
    return this.#add(n, toRead(files), () => files);
  }

  #add(n: number, toBeRead: readonly FileEntry[], seen: () => readonly SeenFile[]): number {
    this.#unknown.push(seen);
    this.#recent.set(n, toBeRead);
    this.#last = n;
    return n;
  }

  get #seen(): Map<string, SeenFile> {
    if (this.#unknown.length === 0) return this.#known;
    for (const seen of this.#unknown) for (const file of seen()) this.#known.set(file.path, file);
    this.#unknown = [];
    return this.#known;
  }

  async #require(n: number, path: string = this.#path(n)): Promise<readonly SeenFile[]> {
    const files = await this.#read(path, n);
    if (files !== undefined) return files;
    throw new Error(
      `The checkpoint file ${this.#store.root}/${path} is missing. Restore it, or run a full refresh of the table that the flow writes.`,
    );
  }

  async #read(path: string, n: number): Promise<readonly SeenFile[] | undefined> {
    const content = await this.#store.read(path);
    return content && decode(content, n);
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

function encode(files: readonly FileEntry[], facts: EntryFacts = {}): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...facts, files }));
}

function decode(content: Uint8Array, n: number): readonly SeenFile[] {
  const { files, ...facts } = JSON.parse(new TextDecoder().decode(content)) as EntryFacts & {
    readonly files: readonly (FileEntry & Partial<SeenFile>)[];
  };
  return toSeen(files, n, facts);
}

function toSeen(
  files: readonly (FileEntry & Partial<SeenFile>)[],
  entry: number,
  facts: EntryFacts,
): readonly SeenFile[] {
  return files.map((file) => ({ entry, ...facts, ...file }));
}

function toRead(files: readonly SeenFile[]): readonly FileEntry[] {
  return files
    .filter((file) => file.skipped === undefined)
    .map(({ path, sizeBytes, modifiedAt }) => ({ path, sizeBytes, modifiedAt }));
}
