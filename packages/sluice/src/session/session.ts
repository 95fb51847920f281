import { type BatchFrame, outboxRelation } from "@sluice/pipelines";
import {
  createDataFrame,
  DataFrame,
  type DataFrameReader,
  type DataStreamReader,
  type LocalRow,
  rangeFrame,
  reader,
  type SparkSession,
  type StructType,
} from "@sluice/query";
import { readStatement, runStatement } from "./run-statement.ts";
import { SessionCatalog } from "./session-catalog.ts";
import type { SessionConf } from "./session-conf.ts";
import { SessionRunner } from "./session-runner.ts";
import type { SessionState } from "./session-state.ts";
import { checkQuery } from "./session-views.ts";
import type { StreamingQueryManager } from "./stream/query-manager.ts";

/** How a statement is run. */
export interface StatementOptions {
  /** Stops the statement; what it would have changed stays as it was. */
  readonly signal?: AbortSignal;
}

/**
 * A place to ask and change tables, as PySpark's `SparkSession`: temporary views, settings and the current schema belong to it. What runs is a promise; what only
 * describes (`table`, `read`, `createDataFrame`, `range`) is not. Statements run in the order in which they are awaited.
 */
export class Session implements SparkSession {
  readonly conf: SessionConf;
  readonly catalog: SessionCatalog;
  /** The session as its statements see it. */
  readonly state: SessionState;
  readonly #runner: SessionRunner;
  readonly #close: () => Promise<void>;

  constructor(state: SessionState, close: () => Promise<void>) {
    this.state = state;
    this.conf = state.conf;
    this.catalog = new SessionCatalog(state);
    this.#runner = new SessionRunner(state, this, () => this.batchFrame());
    this.#close = close;
  }

  /**
   * Runs one statement in Spark SQL. A query is checked now and runs when its DataFrame is asked for rows; anything else runs now, and its answer is the
   * DataFrame's rows.
   *
   * @throws QueryError for mistakes, with Spark's `condition`, `sqlState` and the place in the text; EngineError for trouble while running.
   */
  async sql(text: string, { signal }: StatementOptions = {}): Promise<DataFrame> {
    const statement = readStatement(text, this.state);
    if (statement.kind === "Query") {
      await checkQuery(statement.query, this.state);
      return new DataFrame(statement.query, this.#runner);
    }
    const { schema, rows } = await runStatement(statement, this.state, signal ? { signal } : {});
    return new DataFrame({ kind: "LocalRelation", schema, rows }, this.#runner);
  }

  /** All rows of a table or view, by name. */
  table(name: string): DataFrame {
    return this.read.table(name);
  }

  /** Rows given by the program; without a schema types come from the values, as in PySpark. @throws QueryError for values that do not fit */
  createDataFrame(rows: readonly LocalRow[], schema?: string | StructType | readonly string[]): DataFrame {
    return new DataFrame(createDataFrame(rows, schema).relation, this.#runner);
  }

  /** Whole numbers as the column `id`, `end` excluded; from 0 when only one bound is given. */
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame {
    return new DataFrame(rangeFrame(start, end, step).relation, this.#runner);
  }

  /** Begins a read of files or a table. */
  get read(): DataFrameReader {
    return reader(false, this.#runner);
  }

  /** Begins a read of files or a table as a stream. */
  get readStream(): DataStreamReader {
    return reader(true, this.#runner);
  }

  /** The streaming queries of the session. */
  get streams(): StreamingQueryManager {
    return this.state.streams;
  }

  /**
   * The rows of micro-batches of one query, in a session of their own: it begins with the views, settings and schema of this one, and what it changes of these is not
   * seen here.
   */
  batchFrame(): BatchFrame {
    const { conf, views } = this.state;
    const own = { ...this.state, conf: conf.copy(), views: new Map(views), isOfBatches: true };
    const session = new Session(own, this.#close);
    return ({ location, version, columns }) => {
      const rows = session.read.format("delta").option("versionAsOf", String(version)).load(location);
      return columns === undefined ? rows : new DataFrame(outboxRelation(rows.relation, columns), session.#runner);
    };
  }

  /** Stops the session's streaming queries and gives the engine back. Idempotent; the session cannot be used afterwards. */
  async stop(): Promise<void> {
    await this.state.streams.stopAll();
    await this.#close();
  }

  /** As `stop`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
