import type { Action, AddFile, DomainMetadata, Metadata, Protocol } from "../action/action.ts";
import { unreadableFeatures } from "../action/feature.ts";
import { rowCountOf } from "../action/file-statistics.ts";
import { Replay, type TableState } from "../log/replay.ts";
import { DeltaError } from "../storage/delta-error.ts";
import { type TableMetadata, toTableMetadata } from "./table-metadata.ts";

/** The commit file of a version, as storage described it; tells whether the log was replaced behind our back. Absent when the file is gone. */
export interface CommitStamp {
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** Where a snapshot comes from. */
export interface SnapshotFacts {
  /** Absolute path or URL of the table's folder. */
  readonly root: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly state: TableState;
  readonly stamp?: CommitStamp;
}

/** A table at a version. Immutable; a later version is another snapshot. */
export class Snapshot {
  readonly root: string;
  readonly version: number;
  /** When the version was committed: milliseconds since the epoch. */
  readonly timestamp: number;
  readonly metadata: TableMetadata;
  readonly protocol: Protocol;
  /** The metadata as the log has it. */
  readonly metadataAction: Metadata;
  readonly state: TableState;
  readonly stamp: CommitStamp | undefined;
  #files: readonly AddFile[] | undefined;

  /** @throws DELTA_STATE_RECOVER_ERROR, DELTA_UNSUPPORTED_FEATURES_FOR_READ, DELTA_LOG_CORRUPT */
  constructor(facts: SnapshotFacts, previous?: Snapshot) {
    const { protocol, metadata } = facts.state;
    if (protocol === undefined) {
      throw new DeltaError("DELTA_STATE_RECOVER_ERROR", { table: facts.root, missing: "protocol" });
    }
    if (metadata === undefined) {
      throw new DeltaError("DELTA_STATE_RECOVER_ERROR", { table: facts.root, missing: "metaData" });
    }
    const features = unreadableFeatures(protocol, metadata);
    if (features.length > 0) {
      throw new DeltaError("DELTA_UNSUPPORTED_FEATURES_FOR_READ", { table: facts.root, features });
    }
    this.root = facts.root;
    this.version = facts.version;
    this.timestamp = facts.timestamp;
    this.state = facts.state;
    this.stamp = facts.stamp;
    this.protocol = protocol;
    this.metadataAction = metadata;
    this.metadata = previous?.metadataAction === metadata ? previous.metadata : toTableMetadata(facts.root, metadata);
  }

  /** The data files of the table, in no particular order. To read rows use `scan`. */
  get files(): readonly AddFile[] {
    this.#files ??= [...this.state.files.values()];
    return this.#files;
  }

  get fileCount(): number {
    return this.state.files.size;
  }

  /** Bytes of all data files. */
  get sizeBytes(): number {
    return this.state.sizeBytes;
  }

  /** Rows of the table by its statistics; undefined when some file does not say. */
  get rowCount(): number | undefined {
    let rows = 0;
    for (const file of this.files) {
      const count = rowCountOf(file);
      if (count === undefined) return undefined;
      rows += count;
    }
    return rows;
  }

  /** The last version that an application has committed; undefined when it never did, or was forgotten. */
  transactionVersion(appId: string): number | undefined {
    const version = this.state.transactions.get(appId)?.version;
    return version === undefined || version < 0 ? undefined : version;
  }

  /** The text that the owner of a domain keeps with the table. */
  domainMetadata(domain: string): string | undefined {
    return this.state.domains.get(domain)?.configuration;
  }

  /** Every domain of the table. */
  get domains(): readonly DomainMetadata[] {
    return [...this.state.domains.values()];
  }

  /** The snapshot that these actions, committed as the next version, lead to. */
  next(actions: readonly Action[], facts: { readonly timestamp: number; readonly stamp?: CommitStamp }): Snapshot {
    const replay = new Replay(this.state);
    replay.apply(actions);
    return new Snapshot({ root: this.root, version: this.version + 1, state: replay.state(), ...facts }, this);
  }
}
