import type { StructType } from "../data-type/data-type.ts";
import type { DataFrame } from "./data-frame.ts";
import type { LocalRow } from "./local-rows.ts";
import type { DataFrameReader, DataStreamReader } from "./reader.ts";

/** Settings of a session; each method as PySpark's `spark.conf` has it. */
export interface SparkConf {
  /** @throws QueryError when the key is not set and there is no default */
  get(key: string): string;
  get<Default extends string | undefined>(key: string, defaultValue: Default): string | Default;
  /** @throws QueryError for a value that the key cannot have */
  set(key: string, value: string | number | boolean): void;
  /** Puts a key back to what the session began with. */
  unset(key: string): void;
}

/** What a session can name; each method as PySpark's `spark.catalog` has it. */
export interface SparkCatalog {
  currentDatabase(): string;
  /** @throws QueryError when there is no such schema */
  setCurrentDatabase(name: string): Promise<void>;
  listDatabases(): Promise<readonly string[]>;
  /** The tables of a schema (the current one unless given) and the session's views; these have no `namespace`. */
  listTables(
    schema?: string,
  ): Promise<readonly { readonly name: string; readonly namespace?: string; readonly isTemporary: boolean }[]>;
  tableExists(name: string): Promise<boolean>;
  /** Forgets a temporary view; answers whether there was one. */
  dropTempView(name: string): boolean;
}

/**
 * The session that a DataFrame belongs to. A batch of `foreachBatch` has one of its query: it begins with the views, the settings and the current schema that the
 * session had when the query was started, and what the function changes of these is seen by the query's next batches only (PySpark: `cloneSession`).
 */
export interface SparkSession {
  readonly conf: SparkConf;
  readonly catalog: SparkCatalog;
  /** Runs one statement in Spark SQL. @throws QueryError for mistakes, EngineError for trouble while running */
  sql(text: string): Promise<DataFrame>;
  /** All rows of a table or view, by name. */
  table(name: string): DataFrame;
  /** Rows given by the program. @throws QueryError for values that do not fit */
  createDataFrame(rows: readonly LocalRow[], schema?: string | StructType | readonly string[]): DataFrame;
  /** Whole numbers as the column `id`, `end` excluded; from 0 when only one bound is given. */
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame;
  readonly read: DataFrameReader;
  readonly readStream: DataStreamReader;
}
