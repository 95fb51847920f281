import type { Relation } from "../relation/relation.ts";
import type { FrameRunner, SaveMode, WriteSpec } from "./frame-runner.ts";
import { apiError } from "./problem.ts";
import type { OptionValue } from "./reader.ts";

type WriterState = Omit<WriteSpec, "target">;

const START: WriterState = { mode: "error", options: {}, partitionBy: [] };

const MODES: Readonly<Record<string, SaveMode>> = {
  append: "append",
  overwrite: "overwrite",
  error: "error",
  errorifexists: "error",
  default: "error",
  ignore: "ignore",
};

/** Describes where the rows of a DataFrame go, as PySpark's `df.write`. Never changes; `save`, `saveAsTable`, `insertInto` and the formats' methods write. */
export class DataFrameWriter {
  readonly #relation: Relation;
  readonly #runner: FrameRunner;
  readonly #state: WriterState;

  constructor(relation: Relation, runner: FrameRunner, state: WriterState = START) {
    this.#relation = relation;
    this.#runner = runner;
    this.#state = state;
  }

  /** `delta` (the default), `parquet`, `json`, `csv` or `kafka`. */
  format(name: string): DataFrameWriter {
    return this.#with({ format: name });
  }
  /** `append`, `overwrite`, `error` (the default) or `ignore`. @throws QueryError for another word */
  mode(name: string): DataFrameWriter {
    const mode = MODES[name.toLowerCase()];
    if (mode !== undefined) return this.#with({ mode });
    throw apiError("INVALID_SAVE_MODE", `The save mode "${name}" is unknown: use append, overwrite, error or ignore.`, {
      mode: name,
    });
  }
  /** One option of the format. */
  option(key: string, value: OptionValue): DataFrameWriter {
    return this.options({ [key]: value });
  }
  /** Several options. */
  options(values: Readonly<Record<string, OptionValue>>): DataFrameWriter {
    const more = Object.entries(values).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
    return this.#with({ options: { ...this.#state.options, ...Object.fromEntries(more) } });
  }
  /** Columns whose values name folders. */
  partitionBy(...columns: readonly (string | readonly string[])[]): DataFrameWriter {
    return this.#with({ partitionBy: columns.flat() });
  }

  /** Writes to a folder, or where the options of a format without folders say. Rejects with MISSING_PATH for formats that need one. */
  save(path?: string): Promise<void> {
    const target = path ?? this.#state.options["path"];
    return this.#write(target === undefined ? { kind: "Unplaced" } : { kind: "Path", path: target });
  }
  /** Writes a table of the session's catalog, columns by name; makes it when there is none. */
  saveAsTable(name: string): Promise<void> {
    return this.#write({ kind: "Table", name });
  }
  /** Adds to a table that exists, columns by position; with `overwrite` the rows replace those that it has. */
  insertInto(name: string, overwrite = false): Promise<void> {
    const mode = overwrite ? "overwrite" : this.#state.mode === "overwrite" ? "overwrite" : "append";
    return this.#with({ mode }).#write({ kind: "Into", name });
  }
  /** Writes JSON files, one object a line. */
  json(path: string): Promise<void> {
    return this.format("json").save(path);
  }
  /** Writes CSV files. */
  csv(path: string): Promise<void> {
    return this.format("csv").save(path);
  }
  /** Writes Parquet files. */
  parquet(path: string): Promise<void> {
    return this.format("parquet").save(path);
  }

  #with(change: Partial<WriterState>): DataFrameWriter {
    return new DataFrameWriter(this.#relation, this.#runner, { ...this.#state, ...change });
  }

  #write(target: WriteSpec["target"]): Promise<void> {
    return this.#runner.write(this.#relation, { ...this.#state, target });
  }
}
