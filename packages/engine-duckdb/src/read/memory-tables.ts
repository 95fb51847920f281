import { statisticsOf } from "@sluice/delta";
import type { StructField } from "@sluice/query";
import type { Connection } from "../connection/duck-db.ts";
import { type AddedFiles, hasOwnNames, MemoryTable, type TableRead } from "./memory-table.ts";
import { rowBytes } from "./row-bytes.ts";

/** How often a table is read before its rows are kept. A table that is read once in each update is kept from the fourth, one with several readers from the second. */
const READS = 4;

interface Known {
  reads: number;
  /** How often it had been read when it last took in files that nobody had asked for. */
  readBefore: number;
  table: MemoryTable | undefined;
  /** The last work on the table. */
  working: Promise<unknown>;
}

/** Gives work a conversation with DuckDB. */
type Conversation = (work: (connection: Connection) => Promise<void>) => Promise<void>;

/**
 * Tables that are read again and again, kept in memory: the dimensions of streams, the states of their operators, what views are made from. Rows are kept by file, and
 * a file of a table never changes: a new version costs what is new in it. Nothing here is needed to be right, all of it can be read from the files at any time.
 */
export class MemoryTables {
  readonly #limit: number;
  readonly #tables = new Map<string, Known>();
  /** Those that are dropped when nobody reads them any more. */
  #retired: MemoryTable[] = [];
  #engine: object | undefined;

  /** `limit` is how many bytes all tables together may take, by estimate. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** SQL of a relation with the columns wanted, there until the end of the conversation; undefined where the files are better read. */
  async rows(connection: Connection, read: TableRead): Promise<string | undefined> {
    if (this.#engine !== connection.engine) this.#begin(connection.engine);
    const known = this.#know(read.root);
    known.reads += 1;
    const bytes = sizeOf(read);
    if (known.reads < READS || bytes === undefined || bytes > this.#limit || hasOwnNames(read)) return undefined;
    const work = known.working.then(() => this.#keep(connection, known, read));
    known.working = work.catch(() => undefined);
    return await work;
  }

  /** Whether a table is kept, and was read since it last took in files that nobody had asked for. */
  isFollowed(root: string): boolean {
    const known = this.#tables.get(root);
    return known?.table !== undefined && known.reads > known.readBefore;
  }

  /** Begins to take in files that a table has just got, so that its next reader need not; only where `isFollowed`. */
  follow(added: AddedFiles, use: Conversation): void {
    const known = this.#tables.get(added.root);
    if (known === undefined || !this.isFollowed(added.root)) return;
    known.readBefore = known.reads;
    const work = known.working.then(() => use((connection) => this.#follow(connection, known, added)));
    known.working = work.catch(() => undefined);
  }

  /** Fulfilled when nothing is taken in any more. */
  async settle(): Promise<void> {
    await Promise.all([...this.#tables.values()].map(({ working }) => working));
  }

  /** Another instance of DuckDB knows nothing of the tables of the one before. */
  #begin(engine: object): void {
    this.#engine = engine;
    this.#tables.clear();
    this.#retired = [];
  }

  /** The most recently read is the last. */
  #know(root: string): Known {
    const known = this.#tables.get(root) ?? { reads: 0, readBefore: 0, table: undefined, working: Promise.resolve() };
    this.#tables.delete(root);
    this.#tables.set(root, known);
    return known;
  }

  async #keep(connection: Connection, known: Known, read: TableRead): Promise<string> {
    const old = known.table;
    const table =
      old?.canServe(read) === true
        ? old
        : new MemoryTable(
            `kept_${crypto.randomUUID().slice(0, 8)}`,
            columnsOf(old, read),
            read.join !== undefined || old?.positions === true,
          );
    if (old !== undefined && table !== old) this.#retired.push(old);
    known.table = table;
    await this.#add(connection, known, table, read);
    const relation = table.use(connection, read);
    await this.#dropRetired(connection);
    return relation;
  }

  async #follow(connection: Connection, known: Known, added: AddedFiles): Promise<void> {
    const { table } = known;
    if (table !== undefined && this.#engine === connection.engine) await this.#add(connection, known, table, added);
  }

  async #add(connection: Connection, known: Known, table: MemoryTable, added: AddedFiles): Promise<void> {
    try {
      await table.add(connection, added);
    } catch (error) {
      this.#retire(known);
      throw error;
    }
    this.#makeRoom(known);
  }

  #retire(known: Known): void {
    if (known.table !== undefined) this.#retired.push(known.table);
    known.table = undefined;
    known.reads = 0;
    known.readBefore = 0;
  }

  /** What has not been read for the longest time goes first. */
  #makeRoom(latest: Known): void {
    let bytes = [...this.#tables.values()].reduce((sum, { table }) => sum + (table?.bytes ?? 0), 0);
    for (const known of this.#tables.values()) {
      if (bytes <= this.#limit || known === latest) return;
      bytes -= known.table?.bytes ?? 0;
      this.#retire(known);
    }
  }

  async #dropRetired(connection: Connection): Promise<void> {
    const retired = this.#retired;
    this.#retired = [];
    for (const table of retired) if (!(await table.drop(connection))) this.#retired.push(table);
  }
}

/** Those of the read, and those that were asked for before. */
function columnsOf(old: MemoryTable | undefined, { columns }: TableRead): readonly StructField[] {
  const names = new Set(columns.map((one) => one.name));
  return [...columns, ...(old?.columns ?? []).filter((one) => !names.has(one.name))];
}

/** Undefined when it cannot be told. */
function sizeOf({ files, columns }: TableRead): number | undefined {
  const width = rowBytes(columns);
  const rows = files.reduce((sum, file) => sum + (statisticsOf(file).numRecords ?? Number.NaN), 0);
  return width === undefined || Number.isNaN(rows) ? undefined : rows * width;
}
