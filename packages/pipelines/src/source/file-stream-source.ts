import type { FileEntry, FileRead, InputSlice } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import { type ArchivedFile, type CleanPolicy, cleanFiles } from "./clean-source.ts";
import { FileLog, type SeenFile } from "./file-log.ts";
import type { Backlog, OffsetRange, StreamSource } from "./stream-source.ts";
import { NO_ROWS } from "./stream-source.ts";
import { type TriggerLimits, withinLimits } from "./trigger-limits.ts";

type FileRange = Extract<OffsetRange, { kind: "Files" }>;

export interface FileStreamOptions extends TriggerLimits {
  /** The paths as people know them. */
  readonly paths: readonly string[];
  readonly read: FileRead;
  /** Files changed longer ago than so many milliseconds are not read, and forgotten. */
  readonly maxFileAge?: number;
  /** Whether a file that has changed is read again, whole. */
  readonly allowOverwrites?: boolean;
  /** Whether files that are there when the stream begins are read; by default they are. */
  readonly includeExistingFiles?: boolean;
  /** What becomes of files once their rows are committed; absent: nothing. */
  readonly clean?: CleanPolicy;
  /** The files that belong to the source now, without those known, in the order in which they shall be read. */
  readonly list: (isKnown: (path: string) => boolean) => Promise<readonly FileEntry[]>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * The files of a folder, each once: a file's identity is its path, and one that changes later is not read again unless `allowOverwrites` says so. A file without
 * content is not there yet.
 */
export class FileStreamSource implements StreamSource {
  readonly description: string;
  readonly #options: FileStreamOptions;
  readonly #store: FileStore;
  readonly #folder: string;
  readonly #now: () => number;
  /** Known files that the listing met, for cleaning up. */
  readonly #present = new Set<string>();
  #log: FileLog | undefined;
  #waiting: readonly FileEntry[] | undefined;
  #taken = 0;
  #waitingBytes = 0;

  /** `folder` is where the log of files is kept, relative to the store. */
  constructor(options: FileStreamOptions, store: FileStore, folder: string) {
    this.#options = options;
    this.#store = store;
    this.#folder = folder;
    this.#now = options.now ?? Date.now;
    this.description = `FileStreamSource[${options.paths.join(",")}]`;
  }

  async next(last: OffsetRange | undefined, batch?: number): Promise<OffsetRange | undefined> {
    const after = last?.kind === "Files" ? last.through : -1;
    const log = await this.#opened(after);
    const resumed = this.#waiting === undefined ? await log.resume() : undefined;
    if (resumed !== undefined) return { kind: "Files", after, through: resumed };
    if (this.#waiting === undefined) this.#wait(await this.#list(log));
    const begins = log.last === -1 && this.#options.includeExistingFiles === false;
    if (begins) return await this.#leaveOut(log, this.#waiting ?? [], batch);
    return await this.#take(log, after, this.#waiting ?? [], batch);
  }

  renew(): void {
    if (this.#taken < (this.#waiting?.length ?? 0)) return;
    this.#waiting = undefined;
    this.#present.clear();
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Files" || range.after === range.through) return NO_ROWS;
    const log = await this.#opened(range.through);
    const entries = Array.from({ length: range.through - range.after }, (_, i) => log.files(range.after + 1 + i));
    const [first = [], ...more] = await Promise.all(entries);
    return { kind: "Files", files: more.length === 0 ? first : [first, ...more].flat(), read: this.#options.read };
  }

  async settle(range: OffsetRange): Promise<void> {
    if (range.kind !== "Files" || range.after === range.through) return;
    await this.#log?.tidy(range.through, this.#oldest());
  }

  async finish(last: OffsetRange | undefined): Promise<void> {
    const { clean } = this.#options;
    if (clean === undefined || last?.kind !== "Files") return;
    const due = this.#now() - clean.retentionMs;
    const files = [...this.#present].flatMap((path) => {
      const file = this.#log?.get(path);
      return file !== undefined && isDue(file, last.through, due) ? [file] : [];
    });
    const archived = await cleanFiles(files, clean, this.#now);
    if (archived.length === 0) return;
    const content = new TextEncoder().encode(JSON.stringify({ archived }));
    await this.#store.put(`${archiveFolder(this.#folder)}/${this.#now()}-${crypto.randomUUID()}.json`, content);
  }

  backlog(): Backlog {
    return { files: (this.#waiting?.length ?? 0) - this.#taken, bytes: this.#waitingBytes };
  }

  async #list(log: FileLog): Promise<readonly FileEntry[]> {
    const { allowOverwrites = false, clean, list, read } = this.#options;
    const files = await list((path) => {
      const isKnown = log.has(path);
      if (isKnown && clean !== undefined) this.#present.add(path);
      return isKnown && !allowOverwrites;
    });
    const oldest = this.#oldest();
    const keepsEmpty = read.format.toLowerCase() === "binaryfile";
    return files.filter(
      (file) => file.modifiedAt >= oldest && (keepsEmpty || file.sizeBytes > 0) && !isSame(file, log.get(file.path)),
    );
  }

  #oldest(): number {
    return this.#now() - (this.#options.maxFileAge ?? Number.POSITIVE_INFINITY);
  }

  #wait(files: readonly FileEntry[]): void {
    this.#waiting = files;
    this.#taken = 0;
    this.#waitingBytes = totalBytes(files);
  }

  /** Remembers what was there at the beginning, though there be nothing: what comes later is new. */
  async #leaveOut(log: FileLog, files: readonly FileEntry[], batch: number | undefined): Promise<FileRange> {
    const through = await log.append(files, { ...this.#facts(batch), skipped: true });
    this.#wait([]);
    return { kind: "Files", after: -1, through };
  }

  async #take(
    log: FileLog,
    after: number,
    waiting: readonly FileEntry[],
    batch: number | undefined,
  ): Promise<FileRange | undefined> {
    const files = withinLimits(waiting, this.#taken, this.#options);
    if (files.length === 0) return undefined;
    const through = await log.append(files, this.#facts(batch));
    this.#taken += files.length;
    this.#waitingBytes -= totalBytes(files);
    const written = await log.files(through);
    if (written !== files) this.#wait(waiting.filter((file) => !log.has(file.path)));
    return { kind: "Files", after, through };
  }

  #facts(batch: number | undefined): { readonly discoveredAt: number; readonly batch?: number } {
    return { discoveredAt: this.#now(), ...(batch === undefined ? {} : { batch }) };
  }

  async #opened(last: number): Promise<FileLog> {
    this.#log ??= await FileLog.open(this.#store, this.#folder, last);
    return this.#log;
  }
}

/** What a source with this folder has deleted or moved, by path. */
export async function readArchived(store: FileStore, folder: string): Promise<ReadonlyMap<string, ArchivedFacts>> {
  const archived = new Map<string, ArchivedFacts>();
  for (const { path: name } of await store.list(archiveFolder(folder))) {
    const content = await store.read(name);
    const { archived: files } = JSON.parse(new TextDecoder().decode(content)) as { archived: readonly ArchivedFile[] };
    for (const { path, at, mode, movedTo } of files) {
      archived.set(path, {
        archiveTime: at,
        archiveMode: mode,
        ...(movedTo === undefined ? {} : { moveLocation: movedTo }),
      });
    }
  }
  return archived;
}

interface ArchivedFacts {
  readonly archiveTime: number;
  readonly archiveMode: CleanPolicy["mode"];
  readonly moveLocation?: string;
}

function archiveFolder(folder: string): string {
  return `${folder}/archive`;
}

function isDue(file: SeenFile, through: number, due: number): boolean {
  return file.entry <= through && file.skipped === undefined && (file.discoveredAt ?? Number.POSITIVE_INFINITY) <= due;
}

function isSame(file: FileEntry, known: FileEntry | undefined): boolean {
  return known !== undefined && file.sizeBytes === known.sizeBytes && file.modifiedAt === known.modifiedAt;
}

function totalBytes(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
