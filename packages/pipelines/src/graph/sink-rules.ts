import type { Plan, StructType } from "@sluice/query";
import type { DatasetDeclaration, FlowDeclaration, SinkDeclaration } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { mapPath } from "../source/file-source-path.ts";
import { type OptionMistake, optionError } from "../source/option-mistake.ts";
import { outputMode } from "../stateful/output-mode.ts";
import { parseDatasetName } from "./dataset-name.ts";
import type { DeclaredDataset } from "./declared-graph.ts";
import { type FileFormat, fileWriting, type WrittenFiles } from "./file-sink-options.ts";
import type { PipelineSettings } from "./pipeline-settings.ts";

/** The options of each format of sinks that are about the place and the table; those of files are `fileWriting`'s. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  delta: ["path", "tableName", "mergeSchema"],
  json: ["path"],
  parquet: ["path"],
  csv: ["path"],
  foreachBatch: [],
};

/** What the files of a sink are written with; undefined for other sinks. */
export function sinkFiles({
  format,
  options,
}: SinkDeclaration): (WrittenFiles & { readonly format: FileFormat }) | undefined {
  if (format !== "json" && format !== "csv" && format !== "parquet") return undefined;
  return { format, ...fileWriting(format, options, OPTIONS[format] ?? []) };
}

/** Where a sink of tables or files writes: an absolute folder, or for Delta tables the URL of one. Undefined when it does not say, or writes nowhere. */
export function sinkLocation(sink: SinkDeclaration, settings: PipelineSettings): string | undefined {
  const { path, tableName } = namedOptions(sink);
  if (tableName !== undefined) return `${settings.storage}/${parseDatasetName(tableName, settings).folder}`;
  if (path === undefined) return undefined;
  const mapped = mapPath(path, settings);
  return mapped.kind === "Local" || mapped.kind === "Remote" ? mapped.path : undefined;
}

/** Where the table of a dataset lies: below the storage, or where a sink of Delta tables says. For other sinks, where their batches wait. */
export function datasetLocation({ name, declaration }: DeclaredDataset, settings: PipelineSettings): string {
  const { sink } = declaration;
  const outside = sink?.format === "delta" ? sinkLocation(sink, settings) : undefined;
  return outside ?? `${settings.storage}/${name.folder}`;
}

/** Whether what a dataset gets waits in a table of its own until a sink has it: batches of any sink that is no Delta table. */
export function hasOutbox({ sink }: Pick<DatasetDeclaration, "sink">): boolean {
  return sink !== undefined && sink.format !== "delta";
}

/** Whether an option of a sink is set to true. */
function sinkFlag(sink: SinkDeclaration, option: string): boolean {
  return namedOptions(sink)[option]?.trim().toLowerCase() === "true";
}

/** Whether columns on their way into a sink may have names that a Delta table cannot have. */
export function takesAnyNames({ format, anyNames = false }: SinkDeclaration): boolean {
  return format !== "delta" || anyNames;
}

/** Whether columns on their way into a sink may have any types, and names that are there twice: functions and memory, which do not write them down. */
export function takesAnyColumns({ format, anyNames = false }: SinkDeclaration): boolean {
  return format === "foreachBatch" || anyNames;
}

/** Everything that is wrong with sinks as declared. `datasets` are where the pipeline's own tables lie. */
export function sinkErrors(
  sinks: readonly SinkDeclaration[],
  settings: PipelineSettings,
  datasets: ReadonlySet<string>,
): readonly PipelineError[] {
  return sinks.flatMap((sink) => {
    const known = OPTIONS[sink.format];
    return known === undefined
      ? [unknownFormat(sink)]
      : [...optionErrors(sink, known), ...placeErrors(sink, settings, datasets)];
  });
}

/** Why the rows of a flow cannot be appended to a sink: its groups never close, so that each batch has all of them anew. */
export function sinkModeErrors(sink: SinkDeclaration, flow: FlowDeclaration, plan: Plan): readonly PipelineError[] {
  if (sink.outputMode !== undefined || sink.format === "foreachBatch" || outputMode(plan) === "append") return [];
  const feature = `An aggregation without watermark in flow "${flow.name}", which appends to the sink "${sink.name}",`;
  const next =
    "Say withWatermark and group by a window, or aggregate into a table, or take the batches with dlt.foreachBatchSink.";
  return [new PipelineError("UNSUPPORTED_FEATURE", { feature, plan: next }, { origin: flow.origin })];
}

/** Columns that a sink cannot take: `stored` are those that the table behind it has. */
export function sinkColumnErrors(
  sink: SinkDeclaration,
  flow: string,
  schema: StructType,
  stored: StructType | undefined,
): readonly PipelineError[] {
  if (stored !== undefined && !sinkFlag(sink, "mergeSchema")) {
    const missing = schema.fields.filter(({ name }) => !stored.fields.some((one) => isSame(one.name, name)));
    return missing.map(({ name: column }) => {
      return new PipelineError("SINK_COLUMN_NOT_IN_TABLE", { sink: sink.name, column }, { origin: sink.origin });
    });
  }
  if (sink.format !== "csv") return [];
  const nested = schema.fields.filter(({ dataType: { kind } }) =>
    ["struct", "array", "map", "binary", "variant"].includes(kind),
  );
  return nested.map(({ name }) =>
    unsupported(
      sink,
      `Column "${name}" of flow "${flow}" in CSV files`,
      "Write it as text, as with to_json, or use a sink of json files.",
    ),
  );
}

type NamedOptions = Readonly<Record<string, string | undefined>>;

/** Options under the names of {@link OPTIONS}, case ignored. */
function namedOptions({ format, options }: SinkDeclaration): NamedOptions {
  const known = OPTIONS[format] ?? [];
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [known.find((one) => isSame(one, key)) ?? key, value]),
  );
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function unknownFormat(sink: SinkDeclaration): PipelineError {
  const formats = ["delta", "kafka", "json", "csv", "parquet", "webhook", "slack", "email"];
  const closest = closestMatch(sink.format, formats);
  const hint = closest === undefined ? "" : ` Did you mean "${closest}"?`;
  return unsupported(
    sink,
    `A sink of format "${sink.format}"`,
    `Use ${formats.join(", ")}, or take the batches with dlt.foreachBatchSink.${hint}`,
  );
}

function optionErrors(sink: SinkDeclaration, known: readonly string[]): readonly PipelineError[] {
  const wrong = Object.keys(sink.options).filter((key) => !known.some((one) => isSame(one, key)));
  const unknown = wrong.map((option): OptionMistake => ({ kind: "Unknown", option, known }));
  const mistakes = sinkFiles(sink)?.mistakes ?? unknown;
  return mistakes.map((mistake) => optionError(mistake, `Sink "${sink.name}"`, sink.origin));
}

function placeErrors(
  sink: SinkDeclaration,
  settings: PipelineSettings,
  datasets: ReadonlySet<string>,
): readonly PipelineError[] {
  const { path, tableName } = namedOptions(sink);
  if (sink.format === "foreachBatch") return [];
  const where = `Sink "${sink.name}"`;
  if (path !== undefined && tableName !== undefined) {
    return [unsupported(sink, `${where} with both path and tableName`, "Leave one of them out.")];
  }
  if (path === undefined && tableName === undefined) return [placeMissing(sink, where)];
  const wrong = path === undefined ? undefined : pathError(sink, path, where, settings);
  if (wrong !== undefined) return [wrong];
  const location = sinkLocation(sink, settings);
  if (location === undefined || !datasets.has(location)) return [];
  return [unsupported(sink, `${where} onto a table of the pipeline`, "Make the table itself the target of the flow.")];
}

function placeMissing({ format, origin }: SinkDeclaration, where: string): PipelineError {
  const example =
    format === "delta" ? '{ path: "out/orders" } or { tableName: "sales.orders" }' : '{ path: "out/orders" }';
  return new PipelineError("MISSING_OPTION", { where, option: "path", example }, { origin });
}

function pathError(
  sink: SinkDeclaration,
  path: string,
  where: string,
  settings: PipelineSettings,
): PipelineError | undefined {
  const mapped = mapPath(path, settings);
  if (mapped.kind === "NotMounted") {
    return new PipelineError("PATH_NOT_MOUNTED", { path, prefix: mapped.prefix }, { origin: sink.origin });
  }
  if (mapped.kind === "Local" || (mapped.kind === "Remote" && sink.format === "delta")) return undefined;
  return unsupported(sink, `${where} at "${path}"`, "Write files to a folder of this machine, or use a Delta table.");
}

function unsupported(sink: SinkDeclaration, feature: string, plan: string): PipelineError {
  return new PipelineError("UNSUPPORTED_FEATURE", { feature, plan }, { origin: sink.origin });
}
