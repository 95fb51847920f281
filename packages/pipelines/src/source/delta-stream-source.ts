import type { CommittedFile, InputSlice, TableDescription, TableFile, Tables, TableTail } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { type ChangeBound, type ChangeBounds, firstVersion } from "./change-feed.ts";
import { ReaderOptions } from "./reader-options.ts";
import type { Backlog, OffsetRange, StreamSource } from "./stream-source.ts";
import { NO_ROWS } from "./stream-source.ts";
import {
  appendedRange,
  filesOfRange,
  inOrder,
  isEmpty,
  isPartial,
  positionAfter,
  snapshotRange,
  type TablePosition,
  type TableRange,
} from "./table-range.ts";
import { type TriggerLimits, withinLimits } from "./trigger-limits.ts";

/** So many commits without rows are taken as a batch without rows, so that they are not looked through again each time. */
const IDLE_COMMITS = 100;
/** With limits the log is read in steps of so many commits. */
const STEP = IDLE_COMMITS;

type AfterCommit = Extract<TablePosition, { kind: "AfterCommit" }>;
type InSnapshot = Extract<TablePosition, { kind: "InSnapshot" }>;

export interface DeltaStreamOptions {
  /** The name used in messages. */
  readonly name: string;
  /** Absolute folder or URL of the Delta table. */
  readonly location: string;
  /** As the reader was given; keys compare ignoring case. Used: `skipChangeCommits`, `ignoreDeletes`, `startingVersion`, `startingTimestamp`, `maxFilesPerTrigger`, `maxBytesPerTrigger`. */
  readonly options: Readonly<Record<string, string>>;
  /** Present: the stream is of the table's changes, within these bounds. */
  readonly changes?: ChangeBounds;
  /** What people should do when the stream cannot go on: the name of the table to be refreshed in full. */
  readonly target: string;
}

/**
 * The rows appended to a Delta table: first all rows of its version at the time, then each commit's. Commits that remove or rewrite rows stop it. Or the rows of
 * its change feed, which nothing stops. With limits a batch ends with the file that reaches one of them; of a change feed with its commit.
 */
export class DeltaStreamSource implements StreamSource {
  readonly description: string;
  readonly #tables: Tables;
  readonly #facts: DeltaStreamOptions;
  readonly #options: ReadonlyMap<string, string>;
  readonly #limits: TriggerLimits | undefined;
  #table: TableDescription | undefined;
  #snapshot: { readonly version: number; readonly files: readonly TableFile[] } | undefined;
  #backlog: Backlog = { files: 0, bytes: 0 };

  constructor(tables: Tables, facts: DeltaStreamOptions) {
    this.#tables = tables;
    this.#facts = facts;
    this.#options = new Map(Object.entries(facts.options).map(([key, value]) => [key.toLowerCase(), value]));
    this.#limits = limitsOf(facts.options);
    this.description = `DeltaStreamSource[${facts.location}]`;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    const table = await this.#latest();
    if (last === undefined || last.kind !== "Table") return await this.#first(table);
    if (table.id !== last.id) throw this.#replaced(last.id, table.id);
    const position = positionAfter(last);
    return position.kind === "InSnapshot"
      ? await this.#inSnapshot(table.id, position)
      : await this.#following(table, position);
  }

  renew(): void {
    this.#table = undefined;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Table" || isEmpty(range)) return NO_ROWS;
    const { location, changes } = this.#facts;
    const { after, through } = range;
    const files = isPartial(range) ? { files: (await this.#filesOf(range)).map((file) => file.path) } : {};
    if (changes !== undefined) return { kind: "TableChanges", location, after, through, ...files };
    if (after === null) return { kind: "TableVersion", location, version: through, ...files };
    return { kind: "TableAppends", location, after, through, ...files };
  }

  async settle(): Promise<void> {}

  /** Without limits a range takes all that there is. */
  backlog(): Backlog {
    return this.#backlog;
  }

  async #filesOf(range: TableRange): Promise<readonly { readonly path: string }[]> {
    if (range.after === null) return (await this.#snapshotFiles(range.through)).slice(range.skip ?? 0, range.take);
    const { files } = await this.#tables.tail(this.#facts.location, range.after, range.through);
    return filesOfRange(files, range);
  }

  async #snapshotFiles(version: number): Promise<readonly TableFile[]> {
    if (this.#snapshot?.version !== version) {
      this.#snapshot = { version, files: inOrder(await this.#tables.files(this.#facts.location, version)) };
    }
    return this.#snapshot.files;
  }

  async #latest(): Promise<TableDescription> {
    this.#table ??= await this.#tables.describe(this.#facts.location);
    if (this.#table !== undefined) return this.#table;
    throw new EngineError(
      `There is no Delta table "${this.#facts.name}" at ${this.#facts.location}, which "${this.#facts.target}" streams from. Create it, or correct the name.`,
      { condition: "TABLE_OR_VIEW_NOT_FOUND", domain: "user", retry: "never", file: this.#facts.location },
    );
  }

  async #first(table: TableDescription): Promise<TableRange | undefined> {
    const start = await this.#startingVersion(table);
    if (start !== undefined && start > table.version) return this.#notYet(table, start);
    if (start !== undefined) return await this.#following(table, { kind: "AfterCommit", after: start - 1, skip: 0 });
    if (table.files === 0) return undefined;
    return await this.#inSnapshot(table.id, { kind: "InSnapshot", version: table.version, skip: 0 });
  }

  async #inSnapshot(id: string, position: InSnapshot): Promise<TableRange> {
    if (this.#limits === undefined) return snapshotRange(id, position, 0, 0);
    const files = await this.#snapshotFiles(position.version);
    const taken = this.#within(files, position.skip);
    return snapshotRange(id, position, taken.length, files.length);
  }

  /** The files from `start` that a batch takes; the others are the backlog. */
  #within<File extends TableFile | CommittedFile>(files: readonly File[], start: number): readonly File[] {
    const taken = withinLimits(files, start, this.#limits ?? {});
    const left = files.slice(start + taken.length);
    this.#backlog = { files: left.length, bytes: left.reduce((sum, file) => sum + file.sizeBytes, 0) };
    return taken;
  }

  async #startingVersion(table: TableDescription): Promise<number | undefined> {
    const { changes } = this.#facts;
    const start = changes === undefined ? startOf(this.#options) : changes.start;
    return start && (await firstVersion(start, table, this.#tables));
  }

  /** A batch without rows keeps where the stream begins. */
  #notYet(table: TableDescription, start: number): TableRange {
    if (start === table.version + 1)
      return { kind: "Table", id: table.id, after: table.version, through: table.version };
    const message = `The stream of "${this.#facts.name}" cannot start at version ${start}: its latest version is ${table.version}. Choose an earlier version, or "latest".`;
    const facts = { condition: "DELTA_VERSION_NOT_FOUND", domain: "user", retry: "never" } as const;
    throw new EngineError(message, { ...facts, file: this.#facts.location });
  }

  async #following(table: TableDescription, position: AfterCommit): Promise<TableRange | undefined> {
    const { after, skip } = position;
    if (after >= table.version) return undefined;
    const until = this.#limits === undefined ? table.version : Math.min(after + STEP, table.version);
    if (this.#facts.changes !== undefined && this.#limits !== undefined)
      return await this.#changes(table, after, until);
    const tail = await this.#tables.tail(this.#facts.location, after, until);
    if (this.#facts.changes !== undefined && tail.kind === "Changed") return this.#upTo(table, position, until);
    const taken = this.#within(tail.files, skip);
    const last = skip + taken.length - 1;
    if (last + 1 < tail.files.length) return appendedRange(table.id, position, tail.files, last);
    if (tail.kind === "Changed") return await this.#beforeChange(table, position, tail);
    const isIdle = taken.length === 0 && until - after < IDLE_COMMITS;
    return isIdle ? undefined : this.#upTo(table, position, until);
  }

  #upTo({ id }: TableDescription, { after, skip }: AfterCommit, through: number): TableRange {
    return { kind: "Table", id, after, through, ...(skip === 0 ? {} : { skip }) };
  }

  /** Changes of one commit are read at once. */
  async #changes(table: TableDescription, after: number, until: number): Promise<TableRange | undefined> {
    const files = await this.#tables.changes(this.#facts.location, after, until);
    if (files.length === 0 && until - after < IDLE_COMMITS) return undefined;
    const over = files[this.#within(files, 0).length];
    const first = files[0]?.version ?? until;
    const through = over === undefined ? until : Math.max(first, over.version - 1);
    return this.#upTo(table, { kind: "AfterCommit", after, skip: 0 }, through);
  }

  async #beforeChange(
    table: TableDescription,
    position: AfterCommit,
    change: Extract<TableTail, { kind: "Changed" }>,
  ): Promise<TableRange | undefined> {
    if (change.version - 1 > position.after) return this.#upTo(table, position, change.version - 1);
    if (!this.#passesOver(change)) throw this.#changed(change);
    return await this.#following(table, { kind: "AfterCommit", after: change.version, skip: 0 });
  }

  #passesOver({ adds }: Extract<TableTail, { kind: "Changed" }>): boolean {
    const isSet = (option: string) => this.#options.get(option)?.toLowerCase() === "true";
    return isSet("skipchangecommits") || (isSet("ignoredeletes") && !adds);
  }

  #changed(change: Extract<TableTail, { kind: "Changed" }>): EngineError {
    const isDelete = !change.adds;
    const { name, target } = this.#facts;
    const seen = isDelete ? "Detected deleted data" : "Detected a data update";
    return new EngineError(
      `${seen} (${change.operation}) in the source table "${name}" at version ${change.version}. A stream takes only appended rows. To pass over such commits ` +
        `set the option "skipChangeCommits" to "true" on the read; to take the change in, run a full refresh of "${target}" or read "${name}" as a batch.`,
      {
        condition: isDelete ? "DELTA_SOURCE_IGNORE_DELETE" : "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
        domain: "user",
        retry: "never",
        file: this.#facts.location,
      },
    );
  }

  #replaced(before: string, now: string): EngineError {
    const { name, target } = this.#facts;
    return new EngineError(
      `The source table "${name}" is another table than the one "${target}" has been streaming from (table id was ${before}, is ${now}). ` +
        `Run a full refresh of "${target}" to start over with the new table.`,
      {
        condition: "DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
        domain: "user",
        retry: "never",
        file: this.#facts.location,
      },
    );
  }
}

function startOf(given: ReadonlyMap<string, string>): ChangeBound | undefined {
  const options = new ReaderOptions(Object.fromEntries(given));
  const version = options.get("startingVersion");
  if (version?.toLowerCase() === "latest") return { latest: true };
  if (version !== undefined) return { version: Number(version) };
  const timestamp = options.time("startingTimestamp");
  return timestamp === undefined ? undefined : { timestamp };
}

function limitsOf(given: Readonly<Record<string, string>>): TriggerLimits | undefined {
  const options = new ReaderOptions(given);
  const maxFilesPerTrigger = options.count("maxFilesPerTrigger");
  const maxBytesPerTrigger = options.size("maxBytesPerTrigger");
  if (maxFilesPerTrigger === undefined && maxBytesPerTrigger === undefined) return undefined;
  return {
    ...(maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger }),
    ...(maxBytesPerTrigger === undefined ? {} : { maxBytesPerTrigger }),
  };
}
