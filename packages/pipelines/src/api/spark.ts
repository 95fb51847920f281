import {
  createDataFrame,
  type DataFrame,
  type DataFrameReader,
  type DataStreamReader,
  type LocalRow,
  rangeFrame,
  reader,
  type StructType,
  sqlQuery,
} from "@sluice/query";
import { activeRegistry } from "../declaration/registry.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { misuse } from "./options.ts";

/** The pipeline's configuration, as Spark's `spark.conf`. */
export interface Configuration {
  /**
   * The value of a key, or `defaultValue`.
   *
   * @throws PipelineError when the key is not set and there is no default.
   */
  get(key: string): string;
  get<Default extends string | undefined>(key: string, defaultValue: Default): string | Default;
  /** Sets a key for the rest of this evaluation of the pipeline's files. */
  set(key: string, value: string | number | boolean): void;
}

/** Where queries begin, as PySpark's `spark`. It describes reads; nothing runs. */
export interface Spark {
  readonly read: DataFrameReader;
  readonly readStream: DataStreamReader;
  readonly conf: Configuration;
  /** All rows of a dataset of the pipeline or another table. */
  table(name: string): DataFrame;
  /** The rows of a query in SQL. */
  sql(text: string): DataFrame;
  /** Rows given by the program. */
  createDataFrame(rows: readonly LocalRow[], schema?: string | StructType | readonly string[]): DataFrame;
  /** Whole numbers as the column `id`, `end` excluded; from 0 when only one bound is given. */
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame;
}

function get(key: string, ...defaults: readonly (string | undefined)[]): string {
  const settings = activeRegistry()?.configuration ?? new Map<string, string>();
  const value = settings.get(key);
  if (value !== undefined) return value;
  if (defaults.length > 0) return defaults[0] as string;
  const closest = closestMatch(key, settings.keys());
  throw misuse("CONFIGURATION_KEY_NOT_SET", { key, ...(closest === undefined ? {} : { closest }) });
}

/** The session that pipeline files see. `conf` holds the configuration of the pipeline whose files are being evaluated. */
export const spark: Spark = {
  read: reader(false),
  readStream: reader(true),
  conf: {
    get,
    set(key, value) {
      activeRegistry()?.configuration.set(key, String(value));
    },
  },
  table: (name) => reader(false).table(name),
  sql: sqlQuery,
  createDataFrame,
  range: rangeFrame,
};
