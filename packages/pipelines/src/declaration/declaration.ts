import type { DataFrame, Expression, Origin, Policy, Relation, StructType } from "@sluice/query";

/** A rule as declared: SQL text or a column expression. */
export interface Expectation {
  readonly name: string;
  readonly condition: string | Expression;
  /** The condition as written in a SQL file. */
  readonly text?: string;
  readonly policy: Policy;
  readonly origin: Origin;
}

/** The table and columns that a foreign key means; no columns: the table's primary key. */
export interface KeyReference {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A key as declared: information for readers, never enforced. */
export type KeyConstraint =
  | { readonly kind: "PrimaryKey"; readonly name?: string; readonly columns: readonly string[] }
  | {
      readonly kind: "ForeignKey";
      readonly name?: string;
      readonly columns: readonly string[];
      readonly references: KeyReference;
    };

/** A column that is computed from the others of its row. */
export interface GeneratedColumn {
  readonly name: string;
  readonly expression: Expression;
}

/** What a declared query gives: any DataFrame. Read by shape, never by `instanceof`: a user's files may hold another copy of the package. */
export interface QueryLike {
  readonly relation: Relation;
}

/** Old spellings of declarations, as the event log names them. */
export type Deprecation =
  | "PYTHON_CREATE_TABLE"
  | "PYTHON_CREATE_VIEW"
  | "PYTHON_CREATE_STREAMING_LIVE_TABLE"
  | "PYTHON_CREATE_TARGET_TABLE"
  | "SQL_CREATE_LIVE_TABLE"
  | "SQL_CREATE_LIVE_VIEW";

/** A table or view as declared. `Table` becomes a streaming table or a materialized view by its query, as `dlt.table` does. */
export interface DatasetDeclaration {
  readonly kind: "Table" | "StreamingTable" | "MaterializedView" | "TemporaryView";
  /** One, two or three parts with dots, as given; a `LIVE.` prefix is ignored. */
  readonly name: string;
  readonly comment?: string;
  /** Text as in the brackets of CREATE TABLE, until the graph is resolved: types, comments, NOT NULL, generated columns, keys. */
  readonly schema?: string | StructType;
  /** Columns of the schema that no query gives, computed in each flow's rows. */
  readonly generated?: readonly GeneratedColumn[];
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly tableProperties: Readonly<Record<string, string>>;
  readonly sparkConf: Readonly<Record<string, string>>;
  /** Not in the catalogue: only the pipeline reads it. */
  readonly private: boolean;
  /** The event log's name of the old spelling that declared it. */
  readonly deprecated?: Deprecation;
  readonly expectations: readonly Expectation[];
  readonly keys?: readonly KeyConstraint[];
  /** Comments of columns by name, where no schema is declared that would hold them. */
  readonly columnComments?: Readonly<Record<string, string>>;
  /** The sink that stands behind this name. */
  readonly sink?: SinkDeclaration;
  readonly origin: Origin;
}

/** Some of the columns of rows: those listed, or all but those listed. */
export interface ColumnChoice {
  readonly kind: "List" | "Except";
  readonly columns: readonly string[];
}

/** What a table keeps of changes: the latest row of each key, its versions, or its versions as they were known at any time. */
export type ScdType = 1 | 2 | "bitemporal";

/** How the rows of a flow change its table, as declared; texts are SQL. */
export interface ChangeDeclaration {
  readonly keys: readonly string[];
  /** Orders the changes of a key. */
  readonly sequenceBy: string | Expression;
  /** Orders changes by when they became known; with a bitemporal table, and only there. */
  readonly systemSequenceBy?: string | Expression;
  readonly appliesAsDelete?: string | Expression;
  readonly appliesAsTruncate?: string | Expression;
  /** Absent: all columns are kept. */
  readonly columns?: ColumnChoice;
  readonly scdType: ScdType;
  /** Columns whose change makes a new version; absent: all. */
  readonly trackHistory?: ColumnChoice;
  /** Columns where NULL leaves the value as it was; absent: none. */
  readonly ignoresNull?: ColumnChoice;
  /** An array of the names of the columns that a row sets. */
  readonly columnsToUpdate?: string | Expression;
}

/** A value that orders snapshots, each greater than the one before. Dates are moments. */
export type SnapshotVersion = string | number | bigint | Date | Uint8Array;

/** The snapshot that follows the one of `latest` (undefined: the first); undefined or null when there is none yet. */
export type NextSnapshot = (
  latest: SnapshotVersion | undefined,
) => { readonly frame: QueryLike; readonly version: SnapshotVersion } | undefined;

/** How a table follows snapshots, as declared. */
export interface SnapshotDeclaration extends Pick<ChangeDeclaration, "keys" | "scdType" | "trackHistory"> {
  /** Gives snapshots with versions of their own; absent: the flow's query gives the snapshot of now. */
  readonly next?: NextSnapshot;
}

/** A query that writes one dataset. The flow of a dataset declared with a query has the dataset's name. */
export interface FlowDeclaration {
  readonly name: string;
  readonly target: string;
  readonly once: boolean;
  readonly comment?: string;
  readonly sparkConf: Readonly<Record<string, string>>;
  readonly query: () => QueryLike;
  /** The rows of the query are changes of the table's rows; absent: they are appended. */
  readonly changes?: ChangeDeclaration;
  /** The rows of the query are what the table is to hold. */
  readonly snapshots?: SnapshotDeclaration;
  readonly origin: Origin;
}

/** Takes the rows of one batch of a flow; `batchId` counts from 0, and from 0 again after a full refresh. A promise is awaited. */
export type BatchHandler = (df: DataFrame, batchId: number) => unknown;

/** A place outside of the pipeline that flows write to, as declared. */
export interface SinkDeclaration {
  readonly name: string;
  /** Lower case, or `foreachBatch`. */
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  /** Of `foreachBatch`. */
  readonly handler?: BatchHandler;
  /** As a streaming query was told; absent: found by the query. */
  readonly outputMode?: "append" | "complete" | "update";
  /** Columns whose values name folders; absent: none. */
  readonly partitionBy?: readonly string[];
  /** Of `delta`: the table is the query's own and its columns may have names that Delta refuses. */
  readonly anyNames?: boolean;
  readonly origin: Origin;
}

/** An event as hooks get it: with the column names of the event log, `timestamp` as ISO 8601, and `details` an object whose one key is the event's type. */
export interface HookEvent {
  readonly id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly message: string;
  readonly level: string;
  readonly maturity_level: string;
  readonly origin: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly error?: unknown;
}

/** A function that hears of events, as declared. */
export interface EventHook {
  readonly name: string;
  readonly call: (event: HookEvent) => unknown;
  /** After so many failures one after the other it is not called any more; absent: it always is. */
  readonly maxFailures?: number;
  readonly origin: Origin;
}

/** All that a pipeline's files declared, in order. */
export interface Declarations {
  readonly datasets: readonly DatasetDeclaration[];
  readonly flows: readonly FlowDeclaration[];
  readonly sinks: readonly SinkDeclaration[];
  readonly hooks: readonly EventHook[];
}
