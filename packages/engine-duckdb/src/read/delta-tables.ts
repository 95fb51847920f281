import {
  type AddFile,
  type CommitOutcome,
  DeltaTable,
  isDeltaError,
  isStoreUrl,
  type NewFile,
  openStore,
  propertyErrors,
  resolveDataPath,
  type Snapshot,
  type TableChange,
} from "@sluice/delta";
import type {
  CommittedFile,
  TableCommit,
  TableDescription,
  TableFile,
  Tables,
  TableTail,
  TableTarget,
} from "@sluice/pipelines";
import { EngineError } from "@sluice/pipelines";
import type { QueryProblem } from "@sluice/query";
import type { DuckDb } from "../connection/duck-db.ts";
import { toEngineError } from "../connection/failure.ts";
import { DeletionVectors } from "./deletion-vectors.ts";
import { deltaCodec } from "./delta-codec.ts";
import { FileCache } from "./file-cache.ts";
import { FileShapes } from "./file-shapes.ts";
import { MemoryTables } from "./memory-tables.ts";
import { VariantFiles } from "./variant/variant-files.ts";

const ATTEMPTS = 20;

/** The Delta tables of one engine, each opened once so that its log is read only once. */
export class DeltaTables implements Tables {
  /** What the files of these tables hold. */
  readonly shapes: FileShapes = new FileShapes();
  /** Files that mark their variants. */
  readonly variants: VariantFiles = new VariantFiles();
  /** Copies of what lies in object stores. */
  readonly cache: FileCache = new FileCache(process.env);
  /** Rows that deletion vectors delete. */
  readonly deletions: DeletionVectors = new DeletionVectors();
  /** Those that are read again and again; at most a quarter of the memory. */
  readonly memory: MemoryTables;
  readonly #db: DuckDb;
  readonly #open = new Map<string, DeltaTable>();

  constructor(db: DuckDb) {
    this.#db = db;
    this.memory = new MemoryTables(db.memoryBytes / 4);
  }

  /** The table in a folder, there or not yet. */
  at(location: string): DeltaTable {
    const plain = location.replace(/^file:\/*/, "/").replace(/(?<=.)\/+$/, "");
    const key = isStoreUrl(plain) ? openStore(plain).root : plain;
    const found = this.#open.get(key);
    if (found !== undefined) return found;
    const table = DeltaTable.open(key, { codec: deltaCodec(this.#db) });
    this.#open.set(key, table);
    return table;
  }

  /** The latest version; undefined when there is no table. */
  async latest(location: string): Promise<Snapshot | undefined> {
    return await this.at(location).refresh();
  }

  /**
   * Commits, again after a conflict with a commit of somebody else unless the change was made from `readSnapshot`. @throws EngineError when others are always
   * faster, or have changed what was read
   */
  async commit(
    location: string,
    change: TableChange,
    readSnapshot?: Snapshot,
  ): Promise<Exclude<CommitOutcome, { kind: "Conflicted" }>> {
    this.#follow(location, change.add ?? []);
    let message = "";
    for (let attempt = 0; attempt < (readSnapshot === undefined ? ATTEMPTS : 1); attempt += 1) {
      const outcome = await this.at(location).commit(change, readSnapshot);
      if (outcome.kind !== "Conflicted") return outcome;
      message = outcome.message;
    }
    const facts = { condition: "DELTA_CONCURRENT_WRITE", domain: "external", retry: "backoff" } as const;
    throw new EngineError(`Other writers of the table at "${location}" were always faster: ${message}`, facts);
  }

  /** Deletes files that no version which is still read has; those that are gone already are passed over. */
  async delete(location: string, files: readonly AddFile[]): Promise<void> {
    if (files.length === 0) return;
    const store = openStore(this.at(location).root);
    await Promise.all(files.map((file) => store.delete(decodeURIComponent(file.path)).catch(() => undefined)));
  }

  propertyProblems(table: string, properties: Readonly<Record<string, string>>): readonly QueryProblem[] {
    return propertyErrors(table, properties).map(({ code, message, params }) => ({
      condition: code,
      message: message.replace(`[${code}] `, ""),
      parameters: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    }));
  }

  async describe(location: string, version?: number): Promise<TableDescription | undefined> {
    const latest = await this.latest(location);
    if (latest === undefined) return undefined;
    const snapshot = version === undefined ? latest : await this.at(location).snapshot({ version });
    const { metadata, rowCount } = snapshot;
    return {
      location,
      id: metadata.id,
      version: snapshot.version,
      schema: metadata.schema,
      partitionBy: metadata.partitionColumns,
      clusterBy: clusteringColumns(snapshot),
      protocol: protocolOf(snapshot),
      ...(metadata.createdAt === undefined ? {} : { createdAt: metadata.createdAt }),
      properties: metadata.configuration,
      ...(metadata.description === undefined ? {} : { comment: metadata.description }),
      files: snapshot.fileCount,
      sizeBytes: snapshot.sizeBytes,
      ...(rowCount === undefined ? {} : { rows: rowCount }),
      modifiedAt: snapshot.timestamp,
    };
  }

  async files(location: string, version: number): Promise<readonly TableFile[]> {
    const { files } = await this.at(location).snapshot({ version });
    return files.map(({ path, size, modificationTime, partitionValues }) => ({
      path,
      sizeBytes: size,
      modifiedAt: modificationTime,
      partition: JSON.stringify(partitionValues),
    }));
  }

  async versionAt(location: string, timestamp: number): Promise<number | undefined> {
    return await this.at(location).versionAt(timestamp);
  }

  async transactionVersion(location: string, appId: string): Promise<number | undefined> {
    return (await this.latest(location))?.transactionVersion(appId);
  }

  async tail(location: string, version: number, until?: number): Promise<TableTail> {
    const { appends, changed, through } = await this.at(location).tail(version, until);
    const files = appends.flatMap((append) => append.files.map((file) => committed(append.version, file)));
    return changed === undefined ? { kind: "Appends", through, files } : { kind: "Changed", ...changed, files };
  }

  async changes(location: string, after: number, through: number): Promise<readonly CommittedFile[]> {
    const changes = await this.at(location).changes(after + 1, through);
    return changes.map(({ version, file }) => committed(version, file));
  }

  async ensure(target: TableTarget): Promise<void> {
    const exists = (await this.latest(target.location)) !== undefined;
    await this.commit(target.location, {
      operation: exists ? "SET TBLPROPERTIES" : "CREATE TABLE",
      definition: definitionOf(target),
    });
  }

  async history(location: string, limit?: number): Promise<readonly TableCommit[]> {
    const entries = await this.at(location).history(limit);
    return entries.map(({ operationMetrics: metrics, transactions: _, ...entry }) => ({ ...entry, metrics }));
  }

  async clear(location: string, appIds: readonly string[]): Promise<void> {
    if ((await this.latest(location)) === undefined) return;
    await this.commit(location, { operation: "TRUNCATE", remove: "all", forget: appIds });
  }

  /** Where a table is kept in memory, what it is about to get is taken in; nobody waits for that, and whoever reads a version asks for its files alone. */
  #follow(location: string, added: readonly NewFile[]): void {
    const { root } = this.at(location);
    if (added.length === 0 || isStoreUrl(root) || !this.memory.isFollowed(root)) return;
    const files = added.map(({ path, stats, partitionValues, sizeBytes: size, modifiedAt = 0 }): AddFile => {
      const facts = { path, partitionValues, size, modificationTime: modifiedAt, dataChange: true };
      return { kind: "AddFile", ...facts, ...(stats === undefined ? {} : { stats }) };
    });
    const paths = files.map(({ path }) => resolveDataPath(root, path));
    this.memory.follow({ root, files, paths }, (work) => this.#db.use("UTC", undefined, work));
  }
}

function committed(version: number, { path, size }: AddFile): CommittedFile {
  return { version, path, sizeBytes: size };
}

/** The paths in the clustering domain as names with dots. */
function clusteringColumns(snapshot: Snapshot): readonly string[] {
  const text = snapshot.domainMetadata("delta.clustering");
  if (text === undefined) return [];
  const { clusteringColumns = [] } = JSON.parse(text) as {
    readonly clusteringColumns?: readonly (readonly string[])[];
  };
  return clusteringColumns.map((path) => path.join("."));
}

function protocolOf({ protocol }: Snapshot): TableDescription["protocol"] {
  const { minReaderVersion: reader, minWriterVersion: writer, readerFeatures = [], writerFeatures = [] } = protocol;
  return { reader, writer, features: [...new Set([...readerFeatures, ...writerFeatures])].sort() };
}

/** A table as its owner wants it, in Delta's words. */
export function definitionOf(target: TableTarget): NonNullable<TableChange["definition"]> {
  return {
    schema: target.schema,
    partitionColumns: target.partitionBy,
    properties: target.properties,
    ...(target.comment === undefined ? {} : { description: target.comment }),
    ...(target.anyNames === undefined ? {} : { anyNames: target.anyNames }),
  };
}

/** An error of the Delta library or of the file system in the engine's words; others are as they were. */
export function toTableError(error: unknown): unknown {
  if (error instanceof Error && error.name === "Error" && "syscall" in error) return toEngineError(error);
  if (!isDeltaError(error)) return error;
  const domain = /CORRUPT|CONCURRENT|NOT_FOUND|STORAGE/.test(error.code) ? "external" : "user";
  const retry = /^STORAGE_(UNREACHABLE|FAILED)$/.test(error.code) ? "backoff" : "never";
  return new EngineError(error.message, { condition: error.code, domain, retry }, error);
}
