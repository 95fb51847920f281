import { closeSync, fdatasync, mkdirSync, openSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { isStoreUrl, type ObjectStore, openStore } from "@sluice/delta";
import { quoteName, quoteText } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { LocalCopies } from "../read/local-copies.ts";

/** One Parquet file that is part of no version yet. `path` is local: in place in the table's folder, or where it waits to be sent to an object store. */
export interface StagedFile {
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** DuckDB's statistics by leaf column, each a map of texts. */
  readonly statistics: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Partition values as DuckDB prints them; null for NULL. */
  readonly partition: Readonly<Record<string, string | null>>;
}

/** How rows are laid out in files. */
export interface FileLayout {
  readonly partitionBy: readonly string[];
  /** Whether the rows are written in the order in which they come; only without partitions. */
  readonly keepsOrder: boolean;
  /** Whether files have Bloom filters. DuckDB 1.5 asks those of BINARY columns for other bytes, and passes over rows. */
  readonly hasBlooms: boolean;
}

const FILE_BYTES = "128MB";
/**
 * DuckDB reads and writes each row group on a thread of its own: with its default of twice as many, a micro-batch of a hundred thousand rows was written by
 * one thread, and every step after it read by one.
 */
const ROW_GROUP_ROWS = 65_536;

/** Files written for one commit, known by a prefix of their names so that they can be taken away again. */
export class StagedFiles {
  readonly #folder: string;
  readonly #below: string;
  readonly #bytes: string[] = [];
  readonly #store: ObjectStore;
  readonly #remote: { readonly store: ObjectStore; readonly copies: LocalCopies } | undefined;
  readonly #prefix = `part-${crypto.randomUUID()}`;
  #files: readonly StagedFile[] = [];
  #synced: Promise<unknown> = Promise.resolve();

  /** `location` is the table's folder: a local path, or the URL of an object store, for which the files are written beside `copies` first. `below` is a folder in it. */
  constructor(location: string, copies: LocalCopies, below = "") {
    const isRemote = isStoreUrl(location);
    this.#below = below === "" ? "" : `${below}/`;
    this.#store = openStore(location);
    this.#folder = isRemote ? join(copies.folder, this.#prefix) : join(location, below);
    this.#remote = isRemote ? { store: this.#store, copies } : undefined;
  }

  get files(): readonly StagedFile[] {
    return this.#files;
  }

  /** The path of a file in the table's folder, with `/`. */
  pathInTable(file: StagedFile): string {
    return this.#below + relative(this.#folder, file.path).split(sep).join("/");
  }

  /** The path or URL that readers will know a file by. */
  locationOf(file: StagedFile): string {
    return this.#remote === undefined ? file.path : `${this.#remote.store.root}/${this.pathInTable(file)}`;
  }

  /** Writes the rows of a SELECT as Snappy Parquet files, none for no rows; where their order is kept as one. */
  async write(connection: Connection, select: string, layout: FileLayout): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const options = `FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, RETURN_STATS, WRITE_BLOOM_FILTER ${layout.hasBlooms}, ${this.#optionsOf(layout)}`;
    const place = layout.keepsOrder ? join(this.#folder, `${this.#prefix}-0.parquet`) : this.#folder;
    const written = await connection.read(`COPY (${select}) TO ${quoteText(place)} (${options})`);
    const files = (await written.getRowObjects()).map(toStagedFile);
    this.#files = [...this.#files, ...files];
    if (this.#remote === undefined) this.#sync(files);
  }

  /** Begins to make files outlive a loss of power; `settle` waits for it. */
  #sync(files: readonly StagedFile[]): void {
    this.#synced = Promise.all([this.#synced, ...files.map((file) => syncFile(file.path))]);
    this.#synced.catch(() => undefined);
  }

  /** Only a file that is written alone has its rows in order. */
  #optionsOf({ partitionBy, keepsOrder }: FileLayout): string {
    if (keepsOrder) return "WRITE_EMPTY_FILE false";
    const pattern = `APPEND, FILENAME_PATTERN ${quoteText(`${this.#prefix}-{uuid}`)}`;
    return partitionBy.length === 0
      ? `${pattern}, FILE_SIZE_BYTES '${FILE_BYTES}', WRITE_EMPTY_FILE false`
      : `${pattern}, PARTITION_BY (${partitionBy.map(quoteName).join(", ")})`;
  }

  /** Writes a file of the same commit that is no data file, at a path in the table's folder. It outlives a loss of power at once. */
  async writeBytes(path: string, content: Uint8Array): Promise<void> {
    this.#bytes.push(path);
    await this.#store.put(path, content);
  }

  /** Brings the files to where they belong, so that they outlive a loss of power. */
  async settle(): Promise<void> {
    await this.#synced;
    if (this.#remote !== undefined) await Promise.all(this.#files.map((file) => this.#send(file)));
  }

  /** Deletes all files of these writes, finished or not. */
  async discard(): Promise<void> {
    const remote = this.#remote;
    await Promise.all(this.#bytes.map((path) => this.#store.delete(path).catch(() => undefined)));
    if (remote === undefined) return removeByPrefix(this.#folder, this.#prefix);
    const paths = this.#files.map((file) => this.pathInTable(file));
    await Promise.all(paths.map((path) => remote.store.delete(path).catch(() => undefined)));
  }

  /** What was just written is mostly read next: the copy stays. */
  async #send(file: StagedFile): Promise<void> {
    if (this.#remote === undefined) return;
    const { store, copies } = this.#remote;
    await store.upload(this.pathInTable(file), file.path);
    await copies.adopt(this.locationOf(file), file.sizeBytes, file.path);
  }
}

function removeByPrefix(folder: string, prefix: string): void {
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const base = name.slice(name.lastIndexOf("/") + 1);
      if (base.startsWith(prefix)) rmSync(join(folder, name), { force: true });
    }
  } catch {
    return;
  }
}

const syncDescriptor = promisify(fdatasync);

async function syncFile(path: string): Promise<void> {
  const descriptor = openSync(path, "r");
  try {
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function toStagedFile(row: Readonly<Record<string, unknown>>): StagedFile {
  const path = String(row["filename"]);
  return {
    path,
    modifiedAt: Math.floor(statSync(path).mtimeMs),
    rows: Number(row["count"]),
    sizeBytes: Number(row["file_size_bytes"]),
    statistics: mapOf(row["column_statistics"], (value) => mapOf(value, String)),
    partition: mapOf(row["partition_keys"], (value) => (value === null ? null : String(value))),
  };
}

/** A map of DuckDB's as an object. */
function mapOf<Item>(value: unknown, read: (value: unknown) => Item): Readonly<Record<string, Item>> {
  if (typeof value !== "object" || value === null || !("entries" in value)) return {};
  const entries = value.entries as readonly { readonly key: string; readonly value: unknown }[];
  return Object.fromEntries(entries.map((one) => [one.key, read(one.value)]));
}
