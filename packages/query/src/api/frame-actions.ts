import type { StructType } from "../data-type/data-type.ts";
import { simpleString } from "../data-type/simple-string.ts";
import { treeString } from "../data-type/tree-string.ts";
import type { Relation } from "../relation/relation.ts";
import { relationChildren } from "../rewrite/relation-children.ts";
import { DataFrameWriter } from "./data-frame-writer.ts";
import { DataStreamWriter } from "./data-stream-writer.ts";
import type { FrameRunner, Row } from "./frame-runner.ts";
import { literal } from "./literal.ts";
import { node } from "./node.ts";
import { actionError, apiError } from "./problem.ts";
import type { SparkSession } from "./spark-session.ts";

/**
 * What runs a DataFrame's query and brings its answer: possible on frames of a session (`openSession`), refused while a pipeline is being declared. PySpark's
 * names; what PySpark answers at once comes as a promise.
 */
export abstract class FrameActions {
  abstract readonly relation: Relation;
  /** The session that the frame belongs to; none while a pipeline is being declared. */
  protected readonly runner: FrameRunner | undefined;

  protected constructor(runner: FrameRunner | undefined) {
    this.runner = runner;
  }

  /** All rows. @throws QueryError outside of a session */
  collect(): Promise<readonly Row[]> {
    return this.#running("collect()").collect(this.relation);
  }
  /** The first rows, up to a number. @throws QueryError outside of a session */
  take(count: number): Promise<readonly Row[]> {
    return this.#running("take()").collect(this.relation, count);
  }
  /** The first row, or undefined when there is none. @throws QueryError outside of a session */
  first(): Promise<Row | undefined> {
    return this.#running("first()")
      .collect(this.relation, 1)
      .then((rows) => rows[0]);
  }
  /** The first row, or with a number the first rows. @throws QueryError outside of a session */
  head(): Promise<Row | undefined>;
  head(count: number): Promise<readonly Row[]>;
  head(count?: number): Promise<Row | undefined | readonly Row[]> {
    const runner = this.#running("head()");
    return count === undefined ? this.first() : runner.collect(this.relation, count);
  }
  /** Whether there are no rows. @throws QueryError outside of a session */
  isEmpty(): Promise<boolean> {
    return this.#running("isEmpty()")
      .collect(this.relation, 1)
      .then((rows) => rows.length === 0);
  }
  /** The number of rows. @throws QueryError outside of a session */
  count(): Promise<number> {
    const runner = this.#running("count()");
    const rows = { kind: "Call", name: "count", args: [literal(1)] } as const;
    const aggregates = [{ kind: "Alias", expression: rows, names: ["count"] }] as const;
    const grouping = { groupBy: "expressions", grouping: [], keepGrouping: true } as const;
    const counted = node({ kind: "Aggregate", input: this.relation, ...grouping, aggregates });
    return runner.collect(counted).then(([row]) => Number(row?.["count"] ?? 0));
  }
  /**
   * Prints rows as Spark does: `rows` of them, cells cut to 20 characters, or to `truncate` of them, or whole with `false`.
   *
   * @throws QueryError outside of a session
   */
  show(rows = 20, truncate: boolean | number = true, vertical = false): Promise<void> {
    const runner = this.#running("show()");
    if (!Number.isInteger(rows)) {
      throw apiError("NOT_INT", `show(rows) takes a whole number, not ${String(rows)}.`, { arg_name: "n" });
    }
    const width = truncate === true ? 20 : truncate === false ? 0 : truncate;
    return runner.show(this.relation, { rows: Math.max(0, rows), truncate: width, vertical });
  }

  /** The session that the frame belongs to; in `foreachBatch` the one that knows the batch's temporary views. @throws QueryError outside of a session */
  get sparkSession(): SparkSession {
    return this.#running("sparkSession").session;
  }

  /** The columns with their types. @throws QueryError outside of a session */
  get schema(): Promise<StructType> {
    return this.#running("schema").schema(this.relation);
  }
  /** The names of the columns. @throws QueryError outside of a session */
  get columns(): Promise<readonly string[]> {
    return this.#running("columns")
      .schema(this.relation)
      .then(({ fields }) => fields.map((field) => field.name));
  }
  /** Names and types of the columns: `[["id", "bigint"]]`. @throws QueryError outside of a session */
  get dtypes(): Promise<readonly (readonly [string, string])[]> {
    return this.#running("dtypes")
      .schema(this.relation)
      .then(({ fields }) => fields.map((field) => [field.name, simpleString(field.dataType)] as const));
  }
  /** Prints the columns as a tree, as Spark does. @throws QueryError outside of a session */
  printSchema(): Promise<void> {
    const runner = this.#running("printSchema()");
    return runner.schema(this.relation).then((schema) => runner.print(`${treeString(schema)}\n`));
  }
  /** Prints the plan. @throws QueryError outside of a session */
  explain(..._modes: readonly unknown[]): Promise<void> {
    const runner = this.#running("explain()");
    return runner.explain(this.relation).then((text) => runner.print(text));
  }

  /** Writes the rows to a table or to files. @throws QueryError outside of a session, and for a stream */
  get write(): DataFrameWriter {
    const runner = this.#running("write");
    if (!runner.isStreaming(this.relation)) return new DataFrameWriter(this.relation, runner);
    const message = "The method `write` can not be called on streaming Dataset/DataFrame. Use writeStream.";
    throw apiError("CALL_ON_STREAMING_DATASET_UNSUPPORTED", message, { methodName: "`write`" });
  }
  /** Names the rows for SQL in this session. @throws QueryError outside of a session: a pipeline declares a `dlt.view` */
  createOrReplaceTempView(name: string): Promise<void> {
    return this.#running("createOrReplaceTempView()").createView(name, this.relation, true);
  }
  /** As `createOrReplaceTempView`, refused when the name is taken. @throws QueryError outside of a session */
  createTempView(name: string): Promise<void> {
    return this.#running("createTempView()").createView(name, this.relation, false);
  }

  /** @throws QueryError always: there is no pandas here; `collect()` gives the rows. */
  toPandas(): never {
    if (this.runner === undefined) throw actionError("toPandas()");
    throw apiError("NOT_IMPLEMENTED", "There is no pandas in JavaScript. Use collect() for the rows.");
  }
  /** Whether the rows come from a stream, so that `writeStream` takes them and actions do not. */
  get isStreaming(): boolean {
    return this.runner === undefined ? readsStream(this.relation) : this.runner.isStreaming(this.relation);
  }
  /** Writes the rows of a stream as they come. @throws QueryError outside of a session, and for rows that are no stream */
  get writeStream(): DataStreamWriter {
    const runner = this.#running("writeStream");
    if (runner.isStreaming(this.relation)) return new DataStreamWriter(this.relation, runner);
    const message =
      "`writeStream` can be called only on streaming Dataset/DataFrame. Read with readStream, or use write.";
    throw apiError("WRITE_STREAM_NOT_ALLOWED", message);
  }

  #running(action: string): FrameRunner {
    if (this.runner === undefined) throw actionError(action);
    return this.runner;
  }
}

/** Whether a query as described reads a stream itself. */
function readsStream(relation: Relation): boolean {
  return ("streaming" in relation && relation.streaming) || relationChildren(relation).some(readsStream);
}
