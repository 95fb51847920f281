import { closeSync, fdatasync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { quoteName, quoteText } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";

/** One Parquet file that is in place in a table's folder but part of no version yet. */
export interface StagedFile {
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** DuckDB's statistics by leaf column, each a map of texts. */
  readonly statistics: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Partition values as DuckDB prints them; null for NULL. */
  readonly partition: Readonly<Record<string, string | null>>;
}

const FILE_BYTES = "128MB";

/** Files written for one commit, known by a prefix of their names so that they can be taken away again. */
export class StagedFiles {
  readonly folder: string;
  readonly #prefix = `part-${crypto.randomUUID()}`;
  #files: readonly StagedFile[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  get files(): readonly StagedFile[] {
    return this.#files;
  }

  /** Writes the rows of a SELECT as Snappy Parquet files; none for no rows. */
  async write(connection: Connection, select: string, partitionBy: readonly string[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const layout =
      partitionBy.length === 0
        ? `FILE_SIZE_BYTES '${FILE_BYTES}', WRITE_EMPTY_FILE false`
        : `PARTITION_BY (${partitionBy.map(quoteName).join(", ")})`;
    const options = `FORMAT parquet, COMPRESSION snappy, RETURN_STATS, APPEND, FILENAME_PATTERN ${quoteText(`${this.#prefix}-{uuid}`)}, ${layout}`;
    const rows = await connection.rows(`COPY (${select}) TO ${quoteText(this.folder)} (${options})`);
    this.#files = [...this.#files, ...rows.map(toStagedFile)];
  }

  /** Makes the files outlive a loss of power. */
  async sync(): Promise<void> {
    await Promise.all(this.#files.map((file) => syncFile(file.path)));
  }

  /** Deletes all files of these writes, finished or not. */
  discard(): void {
    try {
      for (const name of readdirSync(this.folder, { recursive: true, encoding: "utf8" })) {
        const base = name.slice(name.lastIndexOf("/") + 1);
        if (base.startsWith(this.#prefix)) rmSync(join(this.folder, name), { force: true });
      }
    } catch {
      return;
    }
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
  return {
    path: String(row["filename"]),
    rows: Number(row["count"]),
    sizeBytes: Number(row["file_size_bytes"]),
    statistics: mapOf(row["column_statistics"], (value) => mapOf(value, String)),
    partition: mapOf(row["partition_keys"], (value) => (value === null ? null : String(value))),
  };
}

function mapOf<Item>(value: unknown, read: (value: unknown) => Item): Readonly<Record<string, Item>> {
  if (!Array.isArray(value)) return {};
  const entries: readonly { readonly key: string; readonly value: unknown }[] = value;
  return Object.fromEntries(entries.map((one) => [one.key, read(one.value)]));
}
