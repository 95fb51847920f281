import type { SinkDeclaration, SinkWriter } from "@sluice/pipelines";
import { nameParts, type StreamSpec } from "@sluice/query";
import { locatePath, locateTable } from "../locate-table.ts";
import { datasetKind } from "../pipeline-table.ts";
import type { SessionState } from "../session-state.ts";
import { ConsoleSink } from "./console-sink.ts";
import { refusal } from "./stream-refusal.ts";

/** Where a query writes, and what its progress calls that when the place does not say. */
export interface StreamSink {
  readonly declaration: Omit<SinkDeclaration, "name" | "origin">;
  readonly writer?: SinkWriter;
  readonly description?: string;
}

/** The formats whose queries may keep their checkpoint in a temporary folder. */
const TRANSIENT: readonly string[] = ["console", "memory", "noop", "foreachbatch"];
const FILES: readonly string[] = ["parquet", "json", "csv"];
const OF_THE_QUERY: readonly string[] = ["checkpointlocation", "path", "queryname"];

/** The format of what a query writes, in lower case. */
export function formatOf({ handler, format = "delta" }: StreamSpec): string {
  return handler === undefined ? format.toLowerCase() : "foreachbatch";
}

/** Whether a query may do without a checkpoint that outlives it. */
export function isTransient(spec: StreamSpec): boolean {
  return TRANSIENT.includes(formatOf(spec));
}

/** Finds out where a query writes. `checkpoint` is its folder. @throws QueryError for a place, format or output mode that cannot be */
export async function streamSink(spec: StreamSpec, checkpoint: string, state: SessionState): Promise<StreamSink> {
  const { mode: outputMode, partitionBy, handler, target } = spec;
  const format = formatOf(spec);
  const shared = { outputMode, partitionBy };
  if (target.kind === "Table" && format !== "delta") throw tableFormat(format);
  const handed = { format: "foreachBatch", options: {}, outputMode };
  switch (format) {
    case "foreachbatch":
      return { declaration: { ...handed, ...(handler === undefined ? {} : { handler }) } };
    case "noop":
      return { declaration: handed, writer: { write: async () => {} }, description: "NoopSink" };
    case "console":
      return { declaration: handed, writer: new ConsoleSink(spec, state), description: "ConsoleSink" };
    case "memory":
      return {
        declaration: { format: "delta", options: { path: memoryTable(checkpoint) }, anyNames: true, ...shared },
        description: "MemorySink",
      };
    case "delta":
      return {
        declaration: { format, options: { ...optionsOf(spec), path: await tablePath(spec, state) }, ...shared },
      };
  }
  if (FILES.includes(format)) {
    return { declaration: { format, options: { ...optionsOf(spec), path: filesPath(spec, format) }, ...shared } };
  }
  if (state.connectors?.has(format)) return { declaration: { format, options: optionsOf(spec), ...shared } };
  throw unknownFormat(format);
}

/** Where the rows of a memory sink are. */
export function memoryTable(checkpoint: string): string {
  return `${checkpoint}/memory`;
}

function optionsOf({ options }: StreamSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !OF_THE_QUERY.includes(key)));
}

async function tablePath({ mode, target }: StreamSpec, state: SessionState): Promise<string> {
  if (mode === "update") {
    const message =
      "Data source delta does not support Update output mode: use append or complete, or merge the rows with foreachBatch.";
    throw refusal("DELTA_UNSUPPORTED_OUTPUT_MODE", message, { dataSource: "delta", mode: "Update" });
  }
  if (target.kind === "Path") return locatePath(placeOf(target.path), state);
  const { location, display } = await locateTable(nameParts(target.name), state);
  const existing = await (await state.engine()).tables.describe(location);
  const kind = existing && datasetKind(existing.properties);
  if (kind === undefined || kind === "streaming table") return location;
  const message = `\`${display}\` is a ${kind} of a pipeline: its rows are not written by other queries.`;
  throw refusal("WRONG_COMMAND_FOR_OBJECT_TYPE", message, { objectName: display, foundType: kind });
}

function filesPath({ mode, target }: StreamSpec, format: string): string {
  if (mode !== "append") {
    const message = `Invalid streaming output mode: ${mode}. This output mode is not supported in Data Source ${format}. Use append, or take the batches with foreachBatch.`;
    throw refusal("STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE", message, { outputMode: mode, className: format });
  }
  return placeOf(target.kind === "Path" ? target.path : undefined);
}

function placeOf(path: string | undefined): string {
  if (path !== undefined) return path;
  throw refusal(
    "_LEGACY_ERROR_TEMP_2047",
    '\'path\' is not specified. Say where the rows go: .start("path") or .toTable("name").',
  );
}

function tableFormat(format: string): Error {
  const message = `The feature is not supported: tables of ${format}. Tables are Delta tables; write ${format} with start(path).`;
  return refusal("UNSUPPORTED_FEATURE", message, { feature: format });
}

function unknownFormat(format: string): Error {
  const message = `Rows of a stream cannot be written as "${format}": use delta, parquet, json, csv, console, memory, noop, or foreachBatch(..).`;
  return refusal("DATA_SOURCE_NOT_FOUND", message, { provider: format });
}
