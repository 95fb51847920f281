import type { StructType } from "../data-type/data-type.ts";
import type { Relation } from "../relation/relation.ts";
import type { StreamSpec } from "./data-stream-writer.ts";
import type { SparkSession } from "./spark-session.ts";
import type { StreamingQuery } from "./streaming-query.ts";

/** A value of a row in JavaScript's types; see `Row`. */
export type RowValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly RowValue[]
  | ReadonlyMap<RowValue, RowValue>
  | Row;

/**
 * A row that a query gave, by column name. BIGINT is a bigint, smaller numbers and floating-point ones are numbers, DECIMAL and intervals are text (nothing is
 * rounded), DATE and timestamps are Dates (whole milliseconds; cast to STRING to see microseconds), BINARY is a Uint8Array, arrays are arrays, maps are Maps
 * and structs are rows. Of two columns of one name the second is `name_2`.
 */
export interface Row {
  readonly [column: string]: RowValue;
}

/** How `show` prints. */
export interface ShowOptions {
  readonly rows: number;
  /** Cells longer than this are cut; 0 shows them whole, aligned left. */
  readonly truncate: number;
  readonly vertical: boolean;
}

/** What happens to what a target holds already: `error` refuses, `ignore` does nothing. */
export type SaveMode = "append" | "overwrite" | "error" | "ignore";

/** Where rows are to be written, as a `DataFrameWriter` was told. */
export interface WriteSpec {
  readonly target:
    | { readonly kind: "Path"; readonly path: string }
    /** Formats that are no files need no path. */
    | { readonly kind: "Unplaced" }
    | { readonly kind: "Table"; readonly name: string }
    /** Columns go by position, and the table must exist. */
    | { readonly kind: "Into"; readonly name: string };
  readonly format?: string;
  readonly mode: SaveMode;
  readonly options: Readonly<Record<string, string>>;
  readonly partitionBy: readonly string[];
}

/** Runs what DataFrames describe: a session. Every method rejects with a QueryError for mistakes in the query, and with an EngineError for trouble while running. */
export interface FrameRunner {
  /** The session itself. */
  readonly session: SparkSession;
  /** The columns of a query; touches no rows. */
  schema(relation: Relation): Promise<StructType>;
  /** The rows of a query in its order; at most `limit`. */
  collect(relation: Relation, limit?: number): Promise<readonly Row[]>;
  /** Prints rows as Spark does. */
  show(relation: Relation, options: ShowOptions): Promise<void>;
  /** Prints text, ended by a line break. */
  print(text: string): void;
  /** The plan that would run, as text for people. */
  explain(relation: Relation): Promise<string>;
  write(relation: Relation, spec: WriteSpec): Promise<void>;
  /** Gives a query a name in the session. @throws QueryError when the name is taken and `replace` is false */
  createView(name: string, relation: Relation, replace: boolean): Promise<void>;
  /** Whether a query reads a stream, directly or through a view of the session. */
  isStreaming(relation: Relation): boolean;
  /** Begins a streaming query. @throws QueryError for a mistake in the query or in where its rows go */
  startStream(relation: Relation, spec: StreamSpec): Promise<StreamingQuery>;
}
