import type { StructType, Typed } from "@sluice/query";
import type { AddFile, DeletionVectorDescriptor, PartitionValues } from "../action/action.ts";

/** A table as its owner wants it. */
export interface TableDefinition {
  /** Columns in order, partition columns among them, with NOT NULL (`nullable: false`) and comments (`metadata.comment`). */
  readonly schema: StructType;
  readonly partitionColumns?: readonly string[];
  /** Delta table properties and free-form labels, as given; see `checkProperties`. They are laid over those of the table. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly description?: string;
  /** Columns may have names that Delta refuses: of a table that only its maker reads. */
  readonly anyNames?: boolean;
}

/** A data file to be added. It is in place, complete and synced before the commit, or before the change's `after` is fulfilled. */
export interface NewFile {
  /** Relative to the table's folder, percent-encoded: see `encodeDataPath`. */
  readonly path: string;
  /** One entry for each partition column. */
  readonly partitionValues: PartitionValues;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch; now if absent. */
  readonly modifiedAt?: number;
  /** Delta's statistics as JSON text; see `toStatistics`. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** False for rows that the table has already, in a file that this commit removes. As the whole change says unless given. */
  readonly dataChange?: boolean;
}

/** A file of the table that stays while more of its rows go. */
export interface FileUpdate {
  /** As the snapshot that was read has it. */
  readonly file: AddFile;
  /** All rows that are deleted now, those deleted before among them. */
  readonly deletionVector: DeletionVectorDescriptor;
  /** Rows in the file, deleted ones included. */
  readonly numRecords: number;
}

/** A file of changed rows, with the column `_change_type`; in place before the commit as data files are. */
export interface ChangeFile {
  /** Relative to the table's folder, percent-encoded, below `_change_data`. */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly sizeBytes: number;
}

/** One commit to be made. Everything in it takes effect at once, or nothing. */
export interface TableChange {
  /** For the history, in Delta's words: `WRITE`, `STREAMING UPDATE`, `CREATE TABLE`, `MERGE`. */
  readonly operation: string;
  readonly operationParameters?: Readonly<Record<string, unknown>>;
  readonly operationMetrics?: Readonly<Record<string, string | number | bigint>>;
  /**
   * Creates the table, or brings it up to date. `schemaMode` `merge`, the default, adds columns at the end and refuses other types and other partitions;
   * `overwrite` replaces schema and partitions, and needs `remove: "all"` unless the table is empty or no data changes (the same
   * rows in wider types). Who adds rows to a table that computes columns says by its schema's expressions that they have been computed.
   */
  readonly definition?: TableDefinition;
  readonly schemaMode?: "merge" | "overwrite";
  readonly add?: readonly NewFile[];
  /** Files of `readSnapshot` that go, or `all` files that the table has at the moment of the commit. */
  readonly remove?: readonly AddFile[] | "all";
  /** Files of `readSnapshot` that get a deletion vector, in place of the one that they had. Needs `delta.enableDeletionVectors`. */
  readonly update?: readonly FileUpdate[];
  /** For tables with a change data feed: every change of the commit, row by row. Readers of the feed then look at nothing else. */
  readonly changes?: readonly ChangeFile[];
  /** False when the files removed and added hold the same rows (compaction). Default true. */
  readonly dataChange?: boolean;
  /** Every row of the removed files is in an added file with `dataChange` false, or goes on in one that has it: whoever reads appends passes over the removal. */
  readonly keepsRows?: boolean;
  /**
   * Says that the columns which the table numbers have their numbers in the files added, all given after the high-water marks of `readSnapshot`, and that
   * `definition` has the new marks. Without it no rows are added to such a table.
   */
  readonly numbered?: boolean;
  /** Commits at most once: skipped when the table has recorded this version of the application, or a later one. */
  readonly transaction?: { readonly appId: string; readonly version: number };
  /** Numbers to be recorded as versions of other applications; one that is not greater than what is recorded is left out. Not negative. */
  readonly records?: readonly { readonly appId: string; readonly version: number }[];
  /** Applications whose recorded versions are forgotten. */
  readonly forget?: readonly string[];
  /** Domains to set, or to remove with null. */
  readonly domains?: Readonly<Record<string, string | null>>;
  /**
   * What the new rows were made from, as far as it is this table: nothing (the default without removed files); the whole table; or, as `where`, rows that
   * meet a condition. Removed files count as read. Decides what a concurrent commit spoils.
   */
  readonly reads?: "nothing" | "table" | { readonly where: Typed };
  /** Concurrent appends that `reads` would have read are a conflict even where the table lets blind ones pass (`WriteSerializable`). */
  readonly isolation?: "Serializable";
  /** The change takes effect no sooner than this is fulfilled, and not when it is rejected: the reason is the commit's. Getting ready does not wait for it. */
  readonly after?: Promise<unknown>;
}

/** Why a commit lost against a concurrent one, in Delta's words. */
export type ConflictCode =
  | "DELTA_PROTOCOL_CHANGED"
  | "DELTA_METADATA_CHANGED"
  | "DELTA_CONCURRENT_TRANSACTION"
  | "DELTA_CONCURRENT_APPEND"
  | "DELTA_CONCURRENT_DELETE_READ"
  | "DELTA_CONCURRENT_DELETE_DELETE"
  | "DELTA_DOMAIN_METADATA_CONFLICT";

/** What became of a commit. Losing a race is an outcome, not an error. */
export type CommitOutcome =
  | { readonly kind: "Committed"; readonly version: number; readonly timestamp: number }
  /** The transaction was recorded before; `version` is the table's version in which that was seen. */
  | { readonly kind: "AlreadyCommitted"; readonly version: number }
  /** The change has nothing to commit: no files, no transaction, and a definition that the table meets. */
  | { readonly kind: "Unchanged"; readonly version: number }
  /** A concurrent commit, `version`, changed what this one builds on. Read the table again and make the change anew. */
  | { readonly kind: "Conflicted"; readonly version: number; readonly code: ConflictCode; readonly message: string };
