import type { StructType } from "../data-type/data-type.ts";
import { DataFrame } from "./data-frame.ts";
import type { FrameRunner } from "./frame-runner.ts";
import { nameParts } from "./name.ts";
import { node } from "./node.ts";
import { apiError } from "./problem.ts";
import { schemaOf } from "./text.ts";

/** A value of a reader's option; kept as its text. */
export type OptionValue = string | number | boolean | bigint;

interface ReaderState {
  readonly streaming: boolean;
  readonly format?: string;
  readonly schema?: StructType;
  readonly options: Readonly<Record<string, string>>;
  readonly runner?: FrameRunner;
}

/** Describes a read of files or a table, as PySpark's `spark.read` and `spark.readStream`. Never changes: every method gives a new reader. */
export class DataFrameReader {
  readonly #state: ReaderState;

  constructor(state: ReaderState) {
    this.#state = state;
  }

  /** The format of the source: `cloudFiles`, `json`, `csv`, `parquet`, `text`, `delta`, ... */
  format(name: string): DataFrameReader {
    return new DataFrameReader({ ...this.#state, format: name });
  }
  /** One option; a later value of the same key replaces the earlier, ignoring letter case. */
  option(key: string, value: OptionValue): DataFrameReader {
    return new DataFrameReader({ ...this.#state, options: withOption(this.#state.options, key, value) });
  }
  /** Several options. */
  options(values: Readonly<Record<string, OptionValue>>): DataFrameReader {
    const options = Object.entries(values).reduce(
      (all, [key, value]) => withOption(all, key, value),
      this.#state.options,
    );
    return new DataFrameReader({ ...this.#state, options });
  }
  /** The columns: DDL text (`id BIGINT, name STRING`) or a struct type. Without it they are inferred. */
  schema(schema: string | StructType): DataFrameReader {
    return new DataFrameReader({ ...this.#state, schema: schemaOf(schema) });
  }

  /** The rows of files at paths, folders or globs, or of a source without paths. */
  load(path?: string | readonly string[], format?: string): DataFrame {
    const name = format ?? this.#state.format;
    if (name === undefined) {
      throw apiError("MISSING_FORMAT", 'Say the format of what is read: .format("json").load("path").');
    }
    const { schema, streaming, options } = this.#state;
    const paths = path === undefined ? [] : typeof path === "string" ? [path] : path;
    return new DataFrame(
      node({
        kind: "DataSource",
        format: name,
        paths,
        options,
        streaming,
        ...(schema === undefined ? {} : { schema }),
      }),
      this.#state.runner,
    );
  }
  /** The rows of JSON files. */
  json(path: string | readonly string[]): DataFrame {
    return this.load(path, "json");
  }
  /** The rows of CSV files. */
  csv(path: string | readonly string[]): DataFrame {
    return this.load(path, "csv");
  }
  /** The rows of Parquet files. */
  parquet(...paths: readonly string[]): DataFrame {
    return this.load(paths, "parquet");
  }
  /** The lines of text files, in the column `value`. */
  text(path: string | readonly string[]): DataFrame {
    return this.load(path, "text");
  }
  /** The rows of a dataset of the pipeline or another table, by its name of one, two or three parts. */
  table(name: string): DataFrame {
    const { streaming, options } = this.#state;
    return new DataFrame(node({ kind: "NamedTable", name: nameParts(name), streaming, options }), this.#state.runner);
  }
}

/** As `DataFrameReader`, reading new rows only: what `spark.readStream` gives. */
export type DataStreamReader = DataFrameReader;

/** A reader without format and options. `runner`: the session that its frames belong to. */
export function reader(streaming: boolean, runner?: FrameRunner): DataFrameReader {
  return new DataFrameReader({ streaming, options: {}, ...(runner === undefined ? {} : { runner }) });
}

function withOption(
  options: Readonly<Record<string, string>>,
  key: string,
  value: OptionValue,
): Readonly<Record<string, string>> {
  const others = Object.entries(options).filter(([name]) => name.toLowerCase() !== key.toLowerCase());
  return { ...Object.fromEntries(others), [key]: String(value) };
}
