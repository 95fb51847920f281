import type { Relation } from "../relation/relation.ts";
import type { DataFrame } from "./data-frame.ts";
import type { FrameRunner, Row } from "./frame-runner.ts";
import { apiError } from "./problem.ts";
import type { OptionValue } from "./reader.ts";
import { type RowWriter, rowByRow } from "./row-writer.ts";
import type { StreamingQuery, TriggerOptions } from "./streaming-query.ts";

/** How the result of a streaming query reaches its sink: final rows once, all groups each time, or the groups that have changed. */
export type StreamOutputMode = "append" | "complete" | "update";

/** Takes the rows of one micro-batch; `batchId` counts from 0. A promise is awaited. */
export type BatchFunction = (df: DataFrame, batchId: number) => unknown;

/** What a `DataStreamWriter` was told. Keys of options are in lower case. */
export interface StreamSpec {
  readonly format?: string;
  readonly mode: StreamOutputMode;
  readonly options: Readonly<Record<string, string>>;
  readonly partitionBy: readonly string[];
  readonly name?: string;
  /** Absent: a micro-batch as soon as the one before has ended. */
  readonly trigger?: TriggerOptions;
  readonly handler?: BatchFunction;
  readonly target:
    | { readonly kind: "Table"; readonly name: string }
    | { readonly kind: "Path"; readonly path?: string };
}

type WriterState = Omit<StreamSpec, "target">;

const START: WriterState = { mode: "append", options: {}, partitionBy: [] };
const MODES: readonly string[] = ["append", "complete", "update"] satisfies readonly StreamOutputMode[];
const TRIGGERS: readonly string[] = ["availableNow", "once", "processingTime"];

/** Describes where the rows of a streaming DataFrame go, as PySpark's `df.writeStream`. Never changes; `start` and `toTable` begin the query. */
export class DataStreamWriter {
  readonly #relation: Relation;
  readonly #runner: FrameRunner;
  readonly #state: WriterState;

  constructor(relation: Relation, runner: FrameRunner, state: WriterState = START) {
    this.#relation = relation;
    this.#runner = runner;
    this.#state = state;
  }

  /** `delta` (the default), `parquet`, `json`, `csv`, `console`, `memory`, `noop`, or the format of a connector. */
  format(name: string): DataStreamWriter {
    return this.#with({ format: name });
  }
  /** `append` (the default), `complete` or `update`. @throws QueryError for another word */
  outputMode(name: string): DataStreamWriter {
    const mode = name.toLowerCase();
    if (MODES.includes(mode)) return this.#with({ mode: mode as StreamOutputMode });
    const message = `Invalid streaming output mode: ${name}. Accepted output modes are 'Append', 'Complete', 'Update'.`;
    throw apiError("STREAMING_OUTPUT_MODE.INVALID", message, { outputMode: name });
  }
  /** One option: `checkpointLocation`, `path`, or one of the format's. */
  option(key: string, value: OptionValue): DataStreamWriter {
    return this.options({ [key]: value });
  }
  /** Several options. */
  options(values: Readonly<Record<string, OptionValue>>): DataStreamWriter {
    const more = Object.entries(values).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
    return this.#with({ options: { ...this.#state.options, ...Object.fromEntries(more) } });
  }
  /** The name of the query, and of the table of a memory sink. @throws QueryError for an empty one */
  queryName(name: string): DataStreamWriter {
    if (name.trim() !== "") return this.#with({ name });
    throw apiError("VALUE_NOT_NON_EMPTY_STR", "queryName(..) takes a text that is not empty.", {
      arg_name: "queryName",
    });
  }
  /** Columns whose values name folders. */
  partitionBy(...columns: readonly (string | readonly string[])[]): DataStreamWriter {
    return this.#with({ partitionBy: columns.flat() });
  }
  /** When the query looks for rows. @throws QueryError unless exactly one trigger is given */
  trigger(options: TriggerOptions): DataStreamWriter {
    const [given, ...others] = Object.entries(options).filter(([, value]) => value !== undefined);
    if (given === undefined || others.length > 0) {
      throw apiError(
        "ONLY_ALLOW_SINGLE_TRIGGER",
        'trigger(..) takes one of { availableNow: true }, { once: true }, { processingTime: "10 seconds" }.',
      );
    }
    const [kind, value] = given;
    if (!TRIGGERS.includes(kind) || (kind === "processingTime" ? typeof value !== "string" : value !== true)) {
      const message = `The trigger ${kind}: ${String(value)} is not supported. Use { availableNow: true } or { processingTime: "10 seconds" }.`;
      throw apiError("UNSUPPORTED_FEATURE", message, { feature: kind });
    }
    return this.#with({ trigger: options });
  }
  /** Gives each micro-batch to a function, with its number. A batch may come again after a crash, under the same number. */
  foreachBatch(handler: BatchFunction): DataStreamWriter {
    return this.#with({ handler });
  }

  /** Gives each row to a function, or to an object with `process` and, where it likes, `open` and `close`. A batch may come again as with `foreachBatch`. */
  foreach(writer: RowWriter | ((row: Row) => unknown)): DataStreamWriter {
    return this.foreachBatch(rowByRow(writer));
  }

  /**
   * Begins the query, into files or a table at `path`, or whatever the format writes. What is wrong with the query is thrown here; what goes wrong later ends the
   * query and is its `exception()`.
   */
  start(path?: string): Promise<StreamingQuery> {
    const place = path ?? this.#state.options["path"];
    return this.#start({ kind: "Path", ...(place === undefined ? {} : { path: place }) });
  }
  /** Begins the query into a table of the session's catalog, which is created if there is none. */
  toTable(name: string): Promise<StreamingQuery> {
    return this.#start({ kind: "Table", name });
  }
  /** As `toTable`, by the name that Databricks once had for it. */
  table(name: string): Promise<StreamingQuery> {
    return this.toTable(name);
  }

  #with(change: Partial<WriterState>): DataStreamWriter {
    return new DataStreamWriter(this.#relation, this.#runner, { ...this.#state, ...change });
  }

  #start(target: StreamSpec["target"]): Promise<StreamingQuery> {
    return this.#runner.startStream(this.#relation, { ...this.#state, target });
  }
}
