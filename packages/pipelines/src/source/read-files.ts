import {
  collectLeaves,
  type DataSource,
  type Expression,
  type Leaf,
  type Literal,
  mapLeaves,
  originOf,
  parseSchema,
  type Relation,
  type StructType,
  type TableFunction,
} from "@sluice/query";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { fromQueryError, isQueryError, PipelineError, PipelineErrors } from "../diagnostics/pipeline-error.ts";
import { READ_FILES_OPTIONS, readerOptionName } from "./read-files-option.ts";

type Argument = TableFunction["args"][number]["value"];

const FUNCTIONS = ["read_files", "cloud_files", "read_kafka"];

/**
 * A query with `read_files(..)`, `cloud_files(..)` and names such as ``json.`path` `` as the reads of files that they are. A stream is what `spark.readStream.format("cloudFiles")` makes, with
 * the defaults of the function; `read_files` without STREAM is a read of format `read_files`, which infers as Auto Loader does and reads all files each time.
 * `read_kafka(..)` is a read of format `kafka`.
 *
 * @throws PipelineErrors with everything that is wrong with the functions' arguments.
 */
export function withFileReads(query: Relation): Relation {
  if (!collectLeaves(query).some((leaf) => isFileFunction(leaf) || pathOf(leaf) !== undefined)) return query;
  const errors: PipelineError[] = [];
  const known = new Map<Leaf, Relation>();
  const changed = mapLeaves(query, (leaf) => {
    const source = known.get(leaf) ?? (isFileFunction(leaf) ? readOf(leaf, errors) : (pathOf(leaf) ?? leaf));
    known.set(leaf, source);
    return source;
  });
  if (errors.length > 0) throw new PipelineErrors(errors);
  return changed;
}

function readOf(call: TableFunction, errors: PipelineError[]): DataSource {
  const read = new FileFunction(call);
  const source = read.source();
  errors.push(...read.errors);
  return source;
}

const PATH_FORMATS = ["json", "csv", "parquet", "text", "orc", "avro", "xml", "binaryfile"];

/** The read that a table's name means when it is a format and a path, as ``spark.table("json.`/data/x`")`` has it; SQL text is read so already. */
function pathOf(leaf: Leaf): DataSource | undefined {
  if (leaf.kind !== "NamedTable" || leaf.name.length !== 2) return undefined;
  const { name, options, streaming, span, origin } = leaf;
  const [format = "", path = ""] = name;
  if (!PATH_FORMATS.includes(format.toLowerCase()) || !/[/\\:]/.test(path)) return undefined;
  const source = { kind: "DataSource" as const, format, paths: [path], options, streaming };
  return { ...source, ...(span && { span }), ...(origin && { origin }) };
}

function isFileFunction(leaf: Leaf): leaf is TableFunction {
  return leaf.kind === "TableFunction" && FUNCTIONS.includes(leaf.name.toLowerCase());
}

/** One call, and what is wrong with it. */
class FileFunction {
  readonly errors: PipelineError[] = [];
  readonly #call: TableFunction;

  constructor(call: TableFunction) {
    this.#call = call;
  }

  source(): DataSource {
    return this.#call.name === "read_kafka" ? this.#kafka() : this.#files();
  }

  #kafka(): DataSource {
    const { span, origin, streaming } = this.#call;
    const options: Record<string, string> = {};
    for (const { name, value } of this.#call.args) {
      if (name === undefined) this.#misplaced(value);
      const text = name === undefined ? undefined : this.#constant(name, value);
      if (name !== undefined && text !== undefined) options[kafkaOption(name)] = text;
    }
    return {
      kind: "DataSource",
      format: "kafka",
      paths: [],
      options,
      streaming,
      ...(span && { span }),
      ...(origin && { origin }),
    };
  }

  #files(): DataSource {
    const { span, origin, name, streaming: asked } = this.#call;
    const streaming = asked || name === "cloud_files";
    const path = this.#path();
    const { schema, ...options } = name === "cloud_files" ? this.#cloudFiles() : this.#readFiles();
    const columns = schema === undefined ? undefined : this.#schema(schema);
    return {
      kind: "DataSource",
      format: streaming ? "cloudFiles" : "read_files",
      paths: path === undefined ? [] : [path],
      options,
      streaming,
      ...(columns && { schema: columns }),
      ...(span && { span }),
      ...(origin && { origin }),
    };
  }

  #path(): string | undefined {
    const [first] = this.#call.args;
    if (first !== undefined && first.name === undefined) return this.#constant("path", first.value);
    const params = { where: this.#call.name, option: "path", example: `${this.#call.name}('/data/orders', ..)` };
    this.errors.push(new PipelineError("MISSING_OPTION", params, this.#place(this.#call)));
    return undefined;
  }

  #readFiles(): Record<string, string> {
    const options: Record<string, string> = {};
    for (const { name, value } of this.#call.args.slice(1)) {
      if (name === undefined) this.#misplaced(value);
      const option = name === undefined ? undefined : this.#optionName(name, value);
      const text = option === undefined ? undefined : this.#constant(option, value);
      if (option !== undefined && text !== undefined) options[option] = text;
    }
    const { inferSchema = "true", ...given } = options;
    return { "cloudFiles.inferColumnTypes": inferSchema, ...given };
  }

  #optionName(name: string, value: Argument): string | undefined {
    const option = readerOptionName(name);
    if (option !== undefined) return option;
    const closest = closestMatch(name, READ_FILES_OPTIONS);
    const params = { where: this.#call.name, option: name, ...(closest === undefined ? {} : { closest }) };
    this.errors.push(new PipelineError("UNKNOWN_OPTION", params, this.#place(value)));
    return undefined;
  }

  /** `cloud_files(path, format, map(key, value, ..))`. */
  #cloudFiles(): Record<string, string> {
    const [, format, map, ...rest] = this.#call.args;
    for (const one of rest) this.#misplaced(one.value);
    const name = format === undefined ? undefined : this.#constant("format", format.value);
    const options = map === undefined ? {} : this.#mapOf(map.value);
    return { ...(name !== undefined && { "cloudFiles.format": name }), ...options };
  }

  #mapOf(value: Argument): Record<string, string> {
    if (value.kind !== "Call" || value.name.toLowerCase() !== "map" || value.args.length % 2 > 0) {
      this.#misplaced(value);
      return {};
    }
    const options: Record<string, string> = {};
    for (let i = 0; i < value.args.length; i += 2) {
      const [key, text] = [value.args[i], value.args[i + 1]];
      const name = key && this.#constant("options", key);
      const given = name === undefined || text === undefined ? undefined : this.#constant(name, text);
      if (name !== undefined && given !== undefined) options[name.toLowerCase() === "schema" ? "schema" : name] = given;
    }
    return options;
  }

  #schema(text: string): StructType | undefined {
    try {
      return parseSchema(text);
    } catch (error) {
      if (!isQueryError(error)) throw error;
      this.errors.push(
        ...fromQueryError({ problems: error.problems.map(withoutText) }, undefined, this.#place(this.#call).origin),
      );
      return undefined;
    }
  }

  #constant(option: string, value: Argument): string | undefined {
    const text = value.kind === "NamedTable" ? undefined : constantText(value);
    if (text !== undefined) return text;
    const params = {
      where: this.#call.name,
      option,
      value: "computed",
      expected: "a constant, such as a text in quotes",
    };
    this.errors.push(new PipelineError("INVALID_OPTION_VALUE", params, this.#place(value)));
    return undefined;
  }

  #misplaced(value: Argument): void {
    const plan =
      this.#call.name === "cloud_files"
        ? "Write cloud_files(path, format, map('option', 'value', ..))."
        : "Write it as name => value.";
    const feature = `This argument of ${this.#call.name}`;
    this.errors.push(new PipelineError("UNSUPPORTED_FEATURE", { feature, plan }, this.#place(value)));
  }

  #place(node: Pick<TableFunction, "span">): { readonly origin?: PipelineError["origin"] } {
    const origin = originOf(node.span) ?? this.#call.origin ?? originOf(this.#call.span);
    return origin === undefined ? {} : { origin };
  }
}

/** The one option that SQL has under a name of its own. */
function kafkaOption(name: string): string {
  return name.toLowerCase() === "bootstrapservers" ? "kafka.bootstrap.servers" : name;
}

/** The text of a constant: a literal, or texts put together; undefined for what is none. */
export function constantText(expression: Expression): string | undefined {
  if (expression.kind === "Literal") return literalText(expression);
  if (expression.kind !== "Call" || !["||", "concat"].includes(expression.name.toLowerCase())) return undefined;
  const parts = expression.args.map(constantText);
  return parts.includes(undefined) ? undefined : parts.join("");
}

function literalText({ value }: Literal): string | undefined {
  return ["string", "boolean", "number", "bigint"].includes(typeof value) ? String(value) : undefined;
}

function withoutText<Problem extends { readonly span?: unknown }>({
  span: _,
  ...problem
}: Problem): Omit<Problem, "span"> {
  return problem;
}
