import { type ChangedFile, hasChangeFeed, missingChanges, readChanges } from "../change-feed/read-changes.ts";
import { wantsCheckpoint, writeCheckpoint } from "../checkpoint/write-checkpoint.ts";
import type { ParquetCodec } from "../log/parquet-codec.ts";
import { findVersionAt, type HistoryEntry, readHistory } from "../snapshot/history.ts";
import { loadSnapshot, refreshSnapshot, type TableAccess } from "../snapshot/load.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { readTail, type TableTail } from "../snapshot/tail.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { openStore } from "../storage/open-store.ts";
import { commitChange } from "../transaction/commit-change.ts";
import { inTurn } from "../transaction/commit-queue.ts";
import type { CommitOutcome, TableChange } from "../transaction/table-change.ts";

/** What a table is opened with. */
export interface TableOptions {
  /** Reads and writes checkpoints. Without it checkpoints are neither used nor written. */
  readonly codec?: ParquetCodec;
  /** Told when a checkpoint could not be written after a commit: the commit holds all the same. */
  readonly onCheckpointFailure?: (error: unknown, version: number) => void;
}

/** Which version of a table: the latest, one by number, or the latest at or before a time (milliseconds since the epoch). */
export type VersionWanted = { readonly version?: number } | { readonly timestamp: number };

const RECENT = 16;

/**
 * A Delta table in a folder, whether it exists yet or not. Remembers the newest snapshot it has seen, so that reading again costs only what is new. Any number
 * of these, in any number of processes, may be open on one table.
 */
export class DeltaTable {
  readonly store: ObjectStore;
  readonly #access: TableAccess;
  readonly #options: TableOptions;
  #latest: Snapshot | undefined;
  /** The last snapshots seen of the table that `#latest` is of, by version: they share their state. */
  readonly #recent = new Map<number, Snapshot>();

  /** Touches nothing: reading begins with the first question. */
  constructor(store: ObjectStore, options: TableOptions = {}) {
    this.store = store;
    this.#options = options;
    this.#access = { store, ...(options.codec === undefined ? {} : { codec: options.codec }) };
  }

  /** A table by its store, or by the path or URL of its folder (see `openStore`). @throws DELTA_UNSUPPORTED_STORAGE */
  static open(location: string | ObjectStore, options: TableOptions = {}): DeltaTable {
    return new DeltaTable(typeof location === "string" ? openStore(location) : location, options);
  }

  /** Absolute path or URL of the table's folder. */
  get root(): string {
    return this.store.root;
  }

  /** The latest version, for the price of the commits since the last look; undefined when there is no table. */
  async refresh(): Promise<Snapshot | undefined> {
    const before = this.#latest;
    const found = before === undefined ? await loadSnapshot(this.#access) : await refreshSnapshot(this.#access, before);
    if (this.#latest === before || found === undefined || found.version > (this.#latest?.version ?? -1)) {
      this.#remember(found);
    }
    return found;
  }

  /**
   * The table at a version.
   *
   * @throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION
   */
  async snapshot(wanted: VersionWanted = {}): Promise<Snapshot> {
    const version = "timestamp" in wanted ? await this.#versionAt(wanted.timestamp) : wanted.version;
    const latest = this.#existing(await this.refresh());
    if (version === undefined) return latest;
    return this.#recent.get(version) ?? this.#existing(await loadSnapshot(this.#access, version));
  }

  /** The latest version committed at or before a time (milliseconds since the epoch); undefined when there is none. */
  versionAt(timestamp: number): Promise<number | undefined> {
    return findVersionAt(this.store, timestamp);
  }

  /**
   * What was appended by the commits after a version (-1 for all), up to and with `through`, the latest by default, or until the first that removed or
   * rewrote rows. Commits that change no rows are passed over.
   *
   * @throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND when the log no longer reaches back that far, or the table never was at `version`.
   */
  async tail(version: number, through?: number): Promise<TableTail> {
    const latest = this.#existing(await this.refresh()).version;
    if (version > latest || (through ?? 0) > latest) {
      const reason = `the latest version is ${latest}`;
      throw new DeltaError("DELTA_VERSION_NOT_FOUND", {
        table: this.root,
        version: Math.max(version, through ?? 0),
        reason,
      });
    }
    return readTail(this.store, version, through ?? latest);
  }

  /**
   * The files that hold the changes of versions `first` to `last`, oldest first.
   *
   * @throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_MISSING_CHANGE_DATA when the change data feed was off at one of them
   */
  async changes(first: number, last: number): Promise<readonly ChangedFile[]> {
    const { metadata } = await this.snapshot({ version: first });
    if (!hasChangeFeed(metadata.configuration)) throw missingChanges(this.root, { first, last }, first);
    return await readChanges(this.store, { first, last });
  }

  /** The commits that the log still holds, newest first. Empty when there is no table. */
  history(limit?: number): Promise<readonly HistoryEntry[]> {
    return readHistory(this.store, limit);
  }

  /**
   * Commits a change, in turn with other commits of this process to the table, and safely against those of others. `readSnapshot` is the snapshot that the
   * change was made from, needed when it removes files by name or reads rows.
   *
   * @throws DeltaError when the change would break the table or asks for what is not supported; errors of the storage.
   */
  commit(change: TableChange, readSnapshot?: Snapshot): Promise<CommitOutcome> {
    return inTurn(this.root, async () => {
      const latest = await this.refresh();
      const { outcome, snapshot } = await commitChange(this.#access, latest, change, readSnapshot);
      this.#remember(snapshot ?? latest);
      if (outcome.kind === "Committed" && snapshot !== undefined) await this.#checkpoint(snapshot);
      return outcome;
    });
  }

  /** Writes a checkpoint of the latest version now, whatever the interval. Needs a codec. @throws DELTA_TABLE_NOT_FOUND, DELTA_CHECKPOINT_READER_MISSING */
  async checkpoint(): Promise<void> {
    const snapshot = this.#existing(await this.refresh());
    const { codec } = this.#options;
    if (codec === undefined) {
      throw new DeltaError("DELTA_CHECKPOINT_READER_MISSING", { table: this.root, version: snapshot.version });
    }
    await writeCheckpoint(this.store, codec, snapshot);
  }

  #remember(snapshot: Snapshot | undefined): void {
    if (snapshot?.metadata.id !== this.#latest?.metadata.id) this.#recent.clear();
    this.#latest = snapshot;
    if (snapshot === undefined) return;
    this.#recent.delete(snapshot.version);
    this.#recent.set(snapshot.version, snapshot);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  async #checkpoint(snapshot: Snapshot): Promise<void> {
    const { codec, onCheckpointFailure } = this.#options;
    if (codec === undefined || !wantsCheckpoint(snapshot)) return;
    try {
      await writeCheckpoint(this.store, codec, snapshot);
    } catch (error) {
      onCheckpointFailure?.(error, snapshot.version);
    }
  }

  async #versionAt(timestamp: number): Promise<number> {
    const version = await this.versionAt(timestamp);
    if (version !== undefined) return version;
    this.#existing(await this.refresh());
    throw new DeltaError("DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION", { table: this.root, timestamp });
  }

  #existing(snapshot: Snapshot | undefined): Snapshot {
    if (snapshot === undefined) throw new DeltaError("DELTA_TABLE_NOT_FOUND", { table: this.root });
    return snapshot;
  }
}
