import type { InputSlice, TableDescription, Tables, TableTail } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { type ChangeBound, type ChangeBounds, firstVersion } from "./change-feed.ts";
import { ReaderOptions } from "./reader-options.ts";
import type { Backlog, OffsetRange, StreamSource } from "./stream-source.ts";
import { NO_ROWS } from "./stream-source.ts";

type TableRange = Extract<OffsetRange, { kind: "Table" }>;

/** So many commits without rows are taken as a batch without rows, so that they are not looked through again each time. */
const IDLE_COMMITS = 100;

export interface DeltaStreamOptions {
  /** The name used in messages. */
  readonly name: string;
  /** Absolute folder or URL of the Delta table. */
  readonly location: string;
  /** As the reader was given; keys compare ignoring case. Used: `skipChangeCommits`, `ignoreDeletes`, `startingVersion`, `startingTimestamp`. */
  readonly options: Readonly<Record<string, string>>;
  /** Present: the stream is of the table's changes, within these bounds. */
  readonly changes?: ChangeBounds;
  /** What people should do when the stream cannot go on: the name of the table to be refreshed in full. */
  readonly target: string;
}

/**
 * The rows appended to a Delta table: first all rows of its version at the time, then each commit's. Commits that remove or rewrite rows stop it. Or the rows of
 * its change feed, which nothing stops.
 */
export class DeltaStreamSource implements StreamSource {
  readonly description: string;
  readonly #tables: Tables;
  readonly #facts: DeltaStreamOptions;
  readonly #options: ReadonlyMap<string, string>;
  #table: TableDescription | undefined;

  constructor(tables: Tables, facts: DeltaStreamOptions) {
    this.#tables = tables;
    this.#facts = facts;
    this.#options = new Map(Object.entries(facts.options).map(([key, value]) => [key.toLowerCase(), value]));
    this.description = `DeltaStreamSource[${facts.location}]`;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    const table = await this.#latest();
    if (last === undefined || last.kind !== "Table") return await this.#first(table);
    if (table.id !== last.id) throw this.#replaced(last.id, table.id);
    return await this.#following(table, last.through);
  }

  renew(): void {
    this.#table = undefined;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Table" || range.after === range.through) return NO_ROWS;
    const { location, changes } = this.#facts;
    if (changes !== undefined) return { kind: "TableChanges", location, after: range.after, through: range.through };
    if (range.after === null) return { kind: "TableVersion", location, version: range.through };
    return { kind: "TableAppends", location, after: range.after, through: range.through };
  }

  async settle(): Promise<void> {}

  /** A range takes all that there is. */
  backlog(): Backlog {
    return { files: 0, bytes: 0 };
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
    if (start !== undefined) return await this.#following(table, start - 1);
    return table.files === 0 ? undefined : { kind: "Table", id: table.id, after: null, through: table.version };
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

  async #following(table: TableDescription, after: number): Promise<TableRange | undefined> {
    if (after >= table.version) return undefined;
    const tail = await this.#tables.tail(this.#facts.location, after);
    if (this.#facts.changes !== undefined && tail.kind === "Changed") {
      return { kind: "Table", id: table.id, after, through: table.version };
    }
    if (tail.kind === "Changed") return await this.#beforeChange(table, after, tail);
    const through = Math.min(tail.through, table.version);
    const isIdle = tail.files === 0 && through - after < IDLE_COMMITS;
    return isIdle || through <= after ? undefined : { kind: "Table", id: table.id, after, through };
  }

  async #beforeChange(
    table: TableDescription,
    after: number,
    change: Extract<TableTail, { kind: "Changed" }>,
  ): Promise<TableRange | undefined> {
    if (change.version > table.version) return { kind: "Table", id: table.id, after, through: table.version };
    if (change.version - 1 > after) return { kind: "Table", id: table.id, after, through: change.version - 1 };
    if (!this.#passesOver(change)) throw this.#changed(change);
    return await this.#following(table, change.version);
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
