import type { FileEntry, FileRead, InputSlice } from "../engine/engine.ts";
import type { FileLog } from "./file-log.ts";
import type { Backlog, OffsetRange, StreamSource } from "./stream-source.ts";
import { NO_ROWS } from "./stream-source.ts";

type FileRange = Extract<OffsetRange, { kind: "Files" }>;

export interface FileStreamOptions {
  /** The paths as people know them. */
  readonly paths: readonly string[];
  readonly read: FileRead;
  /** At most this many files in a range; absent: all at once. */
  readonly maxFilesPerTrigger?: number;
  /** A range ends with the file that reaches so many bytes. */
  readonly maxBytesPerTrigger?: number;
  /** The files that belong to the source now, without those known, in the order in which they shall be read. */
  readonly list: (isKnown: (path: string) => boolean) => Promise<readonly FileEntry[]>;
}

/** The files of a folder, each once: a file's identity is its path, and one that changes later is not read again. */
export class FileStreamSource implements StreamSource {
  readonly description: string;
  readonly #options: FileStreamOptions;
  readonly #openLog: (last: number) => Promise<FileLog>;
  #log: FileLog | undefined;
  #waiting: readonly FileEntry[] | undefined;
  #taken = 0;
  #waitingBytes = 0;

  /** `openLog` opens the log as of an entry. */
  constructor(options: FileStreamOptions, openLog: (last: number) => Promise<FileLog>) {
    this.#options = options;
    this.#openLog = openLog;
    this.description = `FileStreamSource[${options.paths.join(",")}]`;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    const after = last?.kind === "Files" ? last.through : -1;
    const log = await this.#opened(after);
    const resumed = this.#waiting === undefined ? await log.resume() : undefined;
    if (resumed !== undefined) return { kind: "Files", after, through: resumed };
    if (this.#waiting === undefined) this.#wait(await this.#options.list((path) => log.has(path)));
    return await this.#take(log, after, this.#waiting ?? []);
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Files" || range.after === range.through) return NO_ROWS;
    const log = await this.#opened(range.through);
    const entries = Array.from({ length: range.through - range.after }, (_, i) => log.files(range.after + 1 + i));
    return { kind: "Files", files: (await Promise.all(entries)).flat(), read: this.#options.read };
  }

  async settle(range: OffsetRange): Promise<void> {
    if (range.kind === "Files" && range.after !== range.through) await this.#log?.tidy(range.through);
  }

  backlog(): Backlog {
    return { files: (this.#waiting?.length ?? 0) - this.#taken, bytes: this.#waitingBytes };
  }

  #wait(files: readonly FileEntry[]): void {
    this.#waiting = files;
    this.#taken = 0;
    this.#waitingBytes = totalBytes(files);
  }

  async #take(log: FileLog, after: number, waiting: readonly FileEntry[]): Promise<FileRange | undefined> {
    const files = withinLimits(waiting.slice(this.#taken), this.#options);
    if (files.length === 0) return undefined;
    const through = await log.append(files);
    this.#taken += files.length;
    this.#waitingBytes -= totalBytes(files);
    if ((await log.files(through)) !== files) this.#wait(waiting.filter((file) => !log.has(file.path)));
    return { kind: "Files", after, through };
  }

  async #opened(last: number): Promise<FileLog> {
    this.#log ??= await this.#openLog(last);
    return this.#log;
  }
}

/** The first files that a range may hold; one at least, however large it is. */
function withinLimits(
  files: readonly FileEntry[],
  limits: Pick<FileStreamOptions, "maxFilesPerTrigger" | "maxBytesPerTrigger">,
): readonly FileEntry[] {
  const { maxFilesPerTrigger = files.length, maxBytesPerTrigger = Number.POSITIVE_INFINITY } = limits;
  let count = 0;
  for (let bytes = 0; count < Math.min(files.length, maxFilesPerTrigger) && bytes < maxBytesPerTrigger; count++) {
    bytes += files[count]?.sizeBytes ?? 0;
  }
  return files.slice(0, count);
}

function totalBytes(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
