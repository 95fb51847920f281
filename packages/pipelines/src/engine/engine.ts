import type { Plan, QueryProblem, StructField, StructType, Value } from "@sluice/query";
import { array, BOOLEAN, field, STRING, struct, TIMESTAMP } from "@sluice/query";

/** One file of a source. `path` is absolute, or a URL; `modifiedAt` is milliseconds since the epoch. */
export interface FileEntry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/**
 * How files are turned into rows. `schema` is what the reader gives, columns in order: data columns, then partition columns found in paths
 * (`key=value`), then the rescued-data column if one is asked for. Options keep the user's spelling and compare ignoring case.
 */
export interface FileRead {
  readonly format: string;
  readonly schema: StructType;
  readonly options: Readonly<Record<string, string>>;
  /** Collects fields that do not fit `schema`, as a JSON object with `_file_path`; absent: such fields are lost and bad values are NULL. */
  readonly rescuedDataColumn?: string;
  /** The folder that `key=value` path parts are counted from. */
  readonly basePath: string;
  /** Whether the columns of CSV files are found by the names in their headers; else by position. */
  readonly byName?: boolean;
  /**
   * Which records end the read with UNKNOWN_FIELD_EXCEPTION: those with fields whose names `schema` has in no case, at any depth; or these and those with
   * values that do not fit. Only with `rescuedDataColumn`, which need not be in `schema` for this.
   */
  readonly stopAt?: "NewFields" | "NewFieldsOrTypes";
}

/**
 * The rows that a scan stands for in one execution; deterministic: the same slice gives the same rows for ever. Each slice can also give the hidden columns
 * of its kind (`_metadata` for files; for `TableVersion` `_file` STRING and `_row` BIGINT, which tell where a row lies) when the scan's output names them.
 */
export type InputSlice =
  | { readonly kind: "Files"; readonly files: readonly FileEntry[]; readonly read: FileRead }
  /** All rows of a Delta table at a version, or those of some of its files, by their paths in the log. */
  | {
      readonly kind: "TableVersion";
      readonly location: string;
      readonly version: number;
      readonly files?: readonly string[];
    }
  /** The rows that commits `after + 1` to `through` appended to a Delta table, or those of some of the files that they added, by their paths in the log. */
  | {
      readonly kind: "TableAppends";
      readonly location: string;
      readonly after: number;
      readonly through: number;
      readonly files?: readonly string[];
    }
  /**
   * The changes of commits `after + 1` to `through` of a Delta table with a change data feed: its columns, `_change_type` STRING (insert, delete, update_preimage,
   * update_postimage), `_commit_version` BIGINT, `_commit_timestamp` TIMESTAMP. `after` null: all rows of version `through`, or of some of its files, as inserts of it.
   */
  | {
      readonly kind: "TableChanges";
      readonly location: string;
      readonly after: number | null;
      readonly through: number;
      readonly files?: readonly string[];
    }
  /** `count` numbers from `first` on, as BIGINT, each with a TIMESTAMP: spread evenly over `spanMs` milliseconds from `startMs` (since the epoch), to whole milliseconds. */
  | {
      readonly kind: "Ticks";
      readonly first: bigint;
      readonly count: bigint;
      readonly startMs: number;
      readonly spanMs: number;
    }
  /** Rows of the program. `columns` are the names of their values, of which a scan may take some; absent: the values are those of the scan. */
  | { readonly kind: "Rows"; readonly columns?: readonly string[]; readonly rows: readonly (readonly Value[])[] };

/** What each scan of a plan reads, by `ScanPlan.scan`. */
export type Inputs = ReadonlyMap<number, InputSlice>;

/** What holds for all expressions of one execution. */
export interface Session {
  /** The value of current_timestamp(): microseconds since the epoch, one for the whole execution. */
  readonly now: bigint;
  /** IANA name; `spark.sql.session.timeZone`. */
  readonly timeZone: string;
  /** `spark.sql.ansi.enabled`: bad casts, overflow and division by zero are errors instead of NULL. */
  readonly ansi: boolean;
}

/** A Delta table as its owner wants it. The first write creates it. */
export interface TableTarget {
  /** Absolute path or URL of the table's folder. */
  readonly location: string;
  /** The name used in messages. */
  readonly name: string;
  /** Columns in order, with NOT NULL and comments. */
  readonly schema: StructType;
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  /** Delta table properties and free-form labels, as given. */
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string;
  /** Columns may have names that Delta refuses, such as `max(v)`: only we read the table. */
  readonly anyNames?: boolean;
}

/** Identity of one commit: a version of an application is committed at most once, lower ones never again (Delta's `txn`). */
export interface Transaction {
  readonly appId: string;
  readonly version: number;
}

/** What a quarantine table has besides the columns of its plan: the names of the rules that the row broke, the flow, and when. */
export const QUARANTINE_FIELDS: readonly StructField[] = [
  field("_quarantine_reasons", array(STRING)),
  field("_quarantine_flow", STRING),
  field("_quarantined_at", TIMESTAMP),
];

/** The columns of a table of violations: one row for a record kept as an example of a rule. */
export const VIOLATION_SCHEMA: StructType = struct([
  field("expectation", STRING),
  field("passed", BOOLEAN),
  field("record", STRING),
  field("timestamp", TIMESTAMP),
  field("update_id", STRING),
  field("flow", STRING),
]);

/** Rows of a second table that are written together with the main write, from the same request; committed before it under the same transaction. */
export interface StateWrite {
  readonly target: TableTarget;
  readonly plan: Plan;
  /** `replace`: the rows of `version` go. */
  readonly mode: "append" | "replace";
  /** The version of the table that the request's plans read. */
  readonly version: number;
  /** Files of that version go all of whose rows have a value of the BIGINT `column` up to `through`: nobody reads them again. */
  readonly expired?: { readonly column: string; readonly through: bigint };
}

/** A number to be learned from the rows of a write. */
export interface Observation {
  /** The application as whose version the target keeps the number: in the same commit, and only if it is greater. Absent: it is told only. */
  readonly appId?: string;
  /** One row of one BIGINT; NULL keeps what is kept. */
  readonly plan: Plan;
}

/** Which rows of a table go while those of a request's plan come. */
export interface MergeWrite {
  /** The version of the target that `removed` reads. Refused with DELTA_CONCURRENT_WRITE, to be tried again from a newer version, when somebody else has changed data since. */
  readonly version: number;
  /**
   * Columns `_file` STRING and `_row` BIGINT, hidden columns of a scan of `TableVersion`: rows of the target at `version`, each at most once (else
   * DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE). Where it has the columns of `identity` too, by their names in the target, these need not be read again.
   * `rest`: the rows that come are all that the target is to hold. A row that is there on both sides stays, as often as it is on both; the others of the target
   * go, the others of the plan come. NULL and NaN are the same as themselves, 0.0 as -0.0.
   */
  readonly removed: Plan | "rest";
  /**
   * Columns of the target that pair a removed row with one that comes: an update. NULL equals NULL. A pair that is the same in all columns is no change and mostly
   * left out of the commit: always where the target has a change feed or is rewritten, else where finding out is cheap. `position`: the plan of the request has
   * `_file` and `_row` too, those of the removed row that a row takes the place of, NULL for one that is new; pairs are updates, whatever they hold. Not with `rest`.
   */
  readonly identity: readonly string[] | "position";
  /** Pairs that are the same are not to be expected: they need not be looked for where that costs reading. */
  readonly seldomSame?: boolean;
}

/** What a merge did to rows; pairs without a difference that were found are in none of the numbers. */
export interface MergeCounts {
  readonly inserted: number;
  /** Removed rows that were replaced by a row with the same identity. */
  readonly updated: number;
  readonly deleted: number;
}

/** One atomic change of one table: rows to evaluate, where they go, and the transaction that says they went. */
export interface WriteRequest {
  readonly target: TableTarget;
  /**
   * `overwrite` replaces all rows and the schema in one commit. `append` may add columns, never change a type. `rewrite` puts the rows that the plan scans in
   * other types or fewer files: its commit says that no data changed, and leaves rows alone that the plan does not scan or others have added since. `merge` removes rows
   * in the same commit, by deletion vectors where the target has `delta.enableDeletionVectors`, else by writing files anew; it writes change files where the
   * target has `delta.enableChangeDataFeed`.
   */
  readonly mode: "append" | "overwrite" | "rewrite" | "merge";
  /** Only with `merge`, and always then. */
  readonly merge?: MergeWrite;
  /** Its output matches `target.schema` by name, ignoring case; columns of the target that it lacks become NULL. */
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly session: Session;
  /** Parts of the plans of this request, the very same objects, that are evaluated once. */
  readonly shared?: readonly Plan[];
  /** Whether rows that come one by one from rows of the inputs are written, and read again, in the order of these; only for targets without partitions. */
  readonly keepsOrder?: boolean;
  /** Absent: the write is made anew each time it is asked for, as an INSERT is. */
  readonly transaction?: Transaction;
  readonly states: readonly StateWrite[];
  /** No commit of the write is made before this is fulfilled, none when it is rejected: the reason is the write's. Evaluation does not wait for it. */
  readonly after?: Promise<unknown>;
  readonly observations?: readonly Observation[];
  /**
   * Only with `append`: the files of the target at a version are replaced, in the same commit, by these rows, which are no change of data. Whoever reads appends
   * sees the rows of `plan` alone. Refused with DELTA_CONCURRENT_WRITE when somebody else has changed the table since.
   */
  readonly kept?: { readonly version: number; readonly plan: Plan };
  /** Where rows go that break a `quarantine` rule of the topmost Expect; its schema is that of `plan` plus `QUARANTINE_FIELDS`. */
  readonly quarantine?: TableTarget;
  /** Keeps up to `limit` rows per rule that broke it, as JSON, in this table (columns of `VIOLATION_SCHEMA`). */
  readonly violations?: { readonly target: TableTarget; readonly limit: number };
  /** Only with `rewrite`: the files that go are deleted, for nobody reads older versions of the table. */
  readonly forgets?: boolean;
  /** For Delta's commitInfo: `STREAMING UPDATE`, `WRITE`. */
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
}

/** Counts of one dataset's rules over the rows of one write. `dropped` counts rows, once each, by drop and quarantine rules. */
export interface RuleCounts {
  readonly dataset: string;
  readonly rules: readonly { readonly name: string; readonly passed: number; readonly failed: number }[];
  readonly dropped: number;
}

/** Records and files that a read left out and kept in a folder, as `badRecordsPath` asks. */
export interface KeptAside {
  readonly folder: string;
  readonly records: number;
  readonly files: number;
}

/** What became of a write. Only `Committed` changed the table. */
export type WriteOutcome =
  | {
      readonly kind: "Committed";
      readonly version: number;
      readonly rows: number;
      readonly bytes: number;
      readonly counts: readonly RuleCounts[];
      /** Of a merge. */
      readonly merged?: MergeCounts;
      /** What was learned from the rows, in the order of the request's observations; undefined for NULL. Absent without any. */
      readonly observed?: readonly (bigint | undefined)[];
      /** What was left out of files; absent when nothing was. */
      readonly keptAside?: readonly KeptAside[];
    }
  | { readonly kind: "AlreadyCommitted"; readonly version: number }
  /** A `fail` rule was broken: nothing was committed. `record` is the first offending row found, as JSON. */
  | { readonly kind: "Violated"; readonly dataset: string; readonly rules: readonly string[]; readonly record: string };

/** Rows to be written as plain files into a folder, beside what it holds. */
export interface FileExport {
  /** Absolute path. */
  readonly folder: string;
  /**
   * `json`: the first column holds the lines, each a text; `csv`: all columns are texts; `parquet`: the columns as they are; `framed`: row after row, and in each
   * column after column: BINARY, STRING (in UTF-8) and INT (4 bytes) as their length in bytes, an array of structs as its count and then the fields of each. Lengths
   * and counts are numbers of 4 bytes, highest first; -1 is NULL. Such rows are in the order of those that they come from one by one.
   */
  readonly format: "parquet" | "json" | "csv" | "framed";
  /** Of the file, without its ending and, with partitions, a number; it takes the place of one that is there. Absent: a name of its own. */
  readonly name?: string;
  /** Whether CSV files begin with the names of the columns. */
  readonly header?: boolean;
  /** What stands between the values of CSV files; absent: a comma. */
  readonly delimiter?: string;
  /** Absent: snappy for Parquet files, none for others, which are compressed as `none` and `gzip` only. */
  readonly compression?: "none" | "snappy" | "gzip" | "zstd" | "lz4_raw" | "brotli";
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly session: Session;
  /** Columns, not among the lines, whose values name folders `column=value`. */
  readonly partitionBy: readonly string[];
}

/** Rows in the order of the query; values in the order of the schema, as described at `Value`. */
export interface QueryResult {
  readonly schema: StructType;
  readonly rows: readonly (readonly Value[])[];
}

/** A Delta table at one version. */
export interface TableDescription {
  readonly location: string;
  readonly id: string;
  readonly version: number;
  readonly schema: StructType;
  readonly partitionBy: readonly string[];
  /** Columns that the table is clustered by, as its log says. */
  readonly clusterBy: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly comment?: string;
  /** Milliseconds since the epoch; absent when the table does not say. */
  readonly createdAt?: number;
  readonly protocol: { readonly reader: number; readonly writer: number; readonly features: readonly string[] };
  readonly files: number;
  readonly sizeBytes: number;
  /** Absent when some file has no statistics. */
  readonly rows?: number;
  /** Milliseconds since the epoch of the commit. */
  readonly modifiedAt: number;
}

/** One commit of a table's history. `timestamp` is milliseconds since the epoch; metrics are numbers as text, as Delta has them. */
export interface TableCommit {
  readonly version: number;
  readonly timestamp: number;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, string>>;
  /** Whether the commit only appended, reading nothing of the table; absent when it does not say. */
  readonly isBlindAppend?: boolean;
  /** The program that committed, as it calls itself. */
  readonly engineInfo?: string;
}

/** A file that a commit brought; its path as the log has it. */
export interface CommittedFile {
  readonly version: number;
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * What happened to a table after a version: only appends, or the first commit that removed or rewrote rows, and whether it also added files. `files` are those that
 * were appended before it, in the order of the log.
 */
export type TableTail = { readonly files: readonly CommittedFile[] } & (
  | { readonly kind: "Appends"; readonly through: number }
  | { readonly kind: "Changed"; readonly version: number; readonly operation: string; readonly adds: boolean }
);

/** A file of a table: its path as the log has it, when it was written (milliseconds since the epoch), and the values of its partition as one text. */
export interface TableFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly partition: string;
}

/** The Delta tables that an engine can reach. */
export interface Tables {
  /** The table at `location`, at `version` or now; undefined when there is none. */
  describe(location: string, version?: number): Promise<TableDescription | undefined>;
  /** The files of a version, in any order. */
  files(location: string, version: number): Promise<readonly TableFile[]>;
  /** The latest version at or before a time (milliseconds since the epoch). */
  versionAt(location: string, timestamp: number): Promise<number | undefined>;
  /** The version recorded for an application; undefined when it never committed. */
  transactionVersion(location: string, appId: string): Promise<number | undefined>;
  /** Whether the commits after `version`, up to `through` or the latest, only appended. Commits without data changes are passed over. */
  tail(location: string, version: number, through?: number): Promise<TableTail>;
  /** The files that hold the changes of commits `after + 1` to `through`, oldest first. @throws EngineError when the change data feed was off at one of them */
  changes(location: string, after: number, through: number): Promise<readonly CommittedFile[]>;
  /** Why a table cannot have properties, a problem for each that is wrong. `table` is its name. */
  propertyProblems(table: string, properties: Readonly<Record<string, string>>): readonly QueryProblem[];
  /** Creates the table empty, or brings columns to add, properties and comment up to date. Commits nothing when nothing differs. */
  ensure(target: TableTarget): Promise<void>;
  /** Newest first. */
  history(location: string, limit?: number): Promise<readonly TableCommit[]>;
  /** Removes all rows and forgets recorded transactions of `appIds`, in one commit; no-op when there is no table. */
  clear(location: string, appIds: readonly string[]): Promise<void>;
}

/** Evaluates plans and commits results. Everything it must remember is in tables, nothing in memory. */
export interface Engine {
  readonly name: string;
  readonly tables: Tables;
  /** What this engine cannot do in a plan; empty when it can run it. Touches no rows. */
  check(plan: Plan): readonly QueryProblem[];
  /**
   * The columns found in files. With `inferTypes` false, formats without types of their own give strings. Column order is that of first appearance.
   * Partition columns of paths come last. Does not add the rescued-data column. With `extent` `All` every record is looked at, else a sample of the first.
   */
  inferSchema(
    files: readonly FileEntry[],
    read: Omit<FileRead, "schema">,
    inferTypes: boolean,
    extent?: "Sample" | "All",
  ): Promise<StructType>;
  /**
   * Evaluates and commits, atomically and at most once for a transaction. An abort before the commit leaves the table as it was.
   * @throws EngineError for trouble with the data or the world, naming file, row and column where known.
   */
  write(request: WriteRequest, signal?: AbortSignal): Promise<WriteOutcome>;
  /** Writes rows as files. They appear in the folder only when all are written. Answers their number. @throws EngineError; the folder is as it was then */
  exportFiles(request: FileExport, signal?: AbortSignal): Promise<number>;
  /** With `keepsBadRecords` what `badRecordsPath` leaves out is kept there; else a query writes nothing. */
  query(
    plan: Plan,
    inputs: Inputs,
    session: Session,
    options?: { readonly limit?: number; readonly keepsBadRecords?: boolean; readonly signal?: AbortSignal },
  ): Promise<QueryResult>;
  close(): Promise<void>;
}
