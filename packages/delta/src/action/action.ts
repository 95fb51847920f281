/** Rows of a data file that are deleted: where the bitmap is. */
export interface DeletionVectorDescriptor {
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset?: number;
  readonly sizeInBytes: number;
  readonly cardinality: number;
}

/** Values of the partition columns as text, by column name; null is NULL. */
export type PartitionValues = Readonly<Record<string, string | null>>;

/** A data file that is part of the table. */
export interface AddFile {
  readonly kind: "AddFile";
  /** A URI, percent-encoded; relative to the table's folder, or absolute. */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modificationTime: number;
  /** False when the commit only rearranges rows that are there already. */
  readonly dataChange: boolean;
  /** JSON text as found, with all its digits; see `parseStatistics`. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly deletionVector?: DeletionVectorDescriptor;
  readonly baseRowId?: bigint;
  readonly defaultRowCommitVersion?: number;
  readonly clusteringProvider?: string;
}

/** A data file that is no longer part of the table; its tombstone is kept until it may be deleted from disk. */
export interface RemoveFile {
  readonly kind: "RemoveFile";
  readonly path: string;
  /** Milliseconds since the epoch; absent means long ago. */
  readonly deletionTimestamp?: number;
  readonly dataChange: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
  readonly deletionVector?: DeletionVectorDescriptor;
  readonly baseRowId?: bigint;
  readonly defaultRowCommitVersion?: number;
}

/** What the table is: schema, partitions, properties. */
export interface Metadata {
  readonly kind: "Metadata";
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  /** Spark's JSON form of a struct; absent while a table has no columns. */
  readonly schemaString?: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
}

/** What a reader and a writer must know. Feature lists exist at reader version 3 and writer version 7 only. */
export interface Protocol {
  readonly kind: "Protocol";
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** The last version that an application has committed. */
export interface SetTransaction {
  readonly kind: "SetTransaction";
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

/** Free text of one owner, kept with the table. Domains `delta.*` belong to the protocol. */
export interface DomainMetadata {
  readonly kind: "DomainMetadata";
  readonly domain: string;
  readonly configuration: string;
  readonly removed: boolean;
}

/** Who committed what, for people. */
export interface CommitInfo {
  readonly kind: "CommitInfo";
  readonly timestamp?: number;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly operationMetrics: Readonly<Record<string, string>>;
  readonly isBlindAppend?: boolean;
  readonly inCommitTimestamp?: number;
  readonly txnId?: string;
  readonly engineInfo?: string;
  readonly readVersion?: number;
  readonly isolationLevel?: string;
}

/** A file of changed rows, for the change data feed. */
export interface AddCdcFile {
  readonly kind: "AddCdcFile";
  readonly path: string;
  readonly partitionValues: PartitionValues;
  readonly size: number;
}

/** Where a V2 checkpoint keeps file actions. `path` is a file name in `_delta_log/_sidecars`, or an absolute URI. */
export interface Sidecar {
  readonly kind: "Sidecar";
  readonly path: string;
  readonly sizeInBytes: number;
}

/** One entry of a commit or checkpoint. */
export type Action =
  | AddFile
  | RemoveFile
  | Metadata
  | Protocol
  | SetTransaction
  | DomainMetadata
  | CommitInfo
  | AddCdcFile
  | Sidecar;
