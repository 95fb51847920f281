import {
  backQuote,
  callerOrigin,
  type DataFrame,
  type DataFrameLike,
  nameParts,
  type Origin,
  reader,
} from "@sluice/query";
import type { DatasetDeclaration, Deprecation, QueryLike } from "../declaration/declaration.ts";
import { declareDataset, declareFlow } from "../declaration/registry.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import {
  type CheckedOptions,
  checkOptions,
  describe,
  expectationsOf,
  flagOption,
  misuse,
  namesOption,
  notExpected,
  OPTION_NAMES,
  type QueryFunction,
  recordOption,
  schemaOption,
  textOption,
} from "./options.ts";

/** A declared dataset: other files can import it, and read it without its name. */
export interface Dataset {
  readonly name: string;
  /** All of its rows. */
  read(): DataFrame;
  /** Its new rows only. */
  readStream(): DataFrame;
}

/** A flow as declared. */
export interface Flow {
  readonly name: string;
  readonly target: string;
}

type Kind = DatasetDeclaration["kind"];

const UNKNOWN_PLACE: Origin = { file: "<unknown>", line: 1, column: 1 };

/** Declares a dataset with its query; both spellings: options and function, function alone. */
export function declareWithQuery(
  call: string,
  kind: Kind,
  first: unknown,
  second: unknown,
  deprecated?: Deprecation,
): Dataset {
  const [options, query] = typeof first === "function" ? [{}, first] : [first, second];
  const checked = optionsOf(call, options, kind === "TemporaryView" ? "view" : "table");
  const name = datasetName(call, checked, query);
  const origin = callerOrigin() ?? UNKNOWN_PLACE;
  const dataset = datasetOf(call, kind, name, checked, origin);
  const run = queryOf(call, name, query, origin);
  declareDataset(deprecated === undefined ? dataset : { ...dataset, deprecated });
  declareFlow({
    name,
    target: name,
    once: false,
    sparkConf: dataset.sparkConf,
    query: run,
    origin,
    ...comment(call, checked),
  });
  return handle(name);
}

/** Declares a streaming table that flows write into. */
export function declareTarget(call: string, options: unknown, deprecated?: Deprecation): Dataset {
  const given = typeof options === "string" ? { name: options } : options;
  const checked = optionsOf(call, given, "table");
  const name = datasetName(call, checked, undefined);
  const dataset = datasetOf(call, "StreamingTable", name, checked, callerOrigin() ?? UNKNOWN_PLACE);
  declareDataset(deprecated === undefined ? dataset : { ...dataset, deprecated });
  return handle(name);
}

/** Declares a flow that appends to a streaming table. */
export function declareFlowInto(call: string, options: unknown, query: unknown): Flow {
  const checked = optionsOf(call, options, "flow");
  const target = targetName(call, checked);
  const name = textOption(call, checked, "name") ?? functionName(query);
  if (name === undefined) throw misuse("DATASET_NAME_MISSING", { call });
  const origin = callerOrigin() ?? UNKNOWN_PLACE;
  const sparkConf = recordOption(call, checked, "sparkConf");
  const once = flagOption(call, checked, "once");
  declareFlow({
    name,
    target,
    once,
    sparkConf,
    query: queryOf(call, name, query, origin),
    origin,
    ...comment(call, checked),
  });
  return { name, target };
}

/** The handle of a dataset: nothing but its name and its reads. */
function handle(name: string): Dataset {
  return { name, read: () => liveRead(name, false), readStream: () => liveRead(name, true) };
}

/** A read of a dataset of the pipeline by its name. */
export function liveRead(name: string, streaming: boolean): DataFrame {
  const parts = nameParts(name);
  const live = parts[0]?.toLowerCase() === "live" ? parts : ["LIVE", ...parts];
  return reader(streaming).table(live.map(backQuote).join("."));
}

function optionsOf(call: string, options: unknown, kind: keyof typeof OPTION_NAMES): CheckedOptions {
  if (typeof options !== "object" || options === null) throw notExpected(call, "options", "an object", options);
  return checkOptions(call, options, OPTION_NAMES[kind]);
}

function datasetName(call: string, options: CheckedOptions, query: unknown): string {
  const name = textOption(call, options, "name") ?? functionName(query);
  if (name === undefined || name === "") throw misuse("DATASET_NAME_MISSING", { call });
  return name;
}

function functionName(query: unknown): string | undefined {
  return typeof query === "function" && query.name !== "" ? query.name : undefined;
}

function targetName(call: string, options: CheckedOptions): string {
  const target = options["target"];
  if (typeof target === "object" && target !== null && "name" in target) return String(target.name);
  if (typeof target === "string") return target;
  if (target === undefined)
    throw misuse("MISSING_OPTION", { where: call, option: "target", example: 'target: "orders"' });
  throw notExpected(call, "target", "the name or handle of a streaming table", target);
}

function datasetOf(
  call: string,
  kind: Kind,
  name: string,
  options: CheckedOptions,
  origin: Origin,
): DatasetDeclaration {
  return {
    kind,
    name,
    ...comment(call, options),
    ...schemaOption(call, options),
    partitionBy: namesOption(call, options, "partitionCols"),
    clusterBy: namesOption(call, options, "clusterBy"),
    tableProperties: recordOption(call, options, "tableProperties"),
    sparkConf: recordOption(call, options, "sparkConf"),
    private: flagOption(call, options, "private") || flagOption(call, options, "temporary"),
    expectations: expectationsOf(call, options, origin),
    origin,
  };
}

function comment(call: string, options: CheckedOptions): { comment?: string } {
  const text = textOption(call, options, "comment");
  return text === undefined ? {} : { comment: text };
}

function queryOf(call: string, dataset: string, query: unknown, origin: Origin): () => QueryLike {
  if (typeof query !== "function") throw misuse("QUERY_FUNCTION_MISSING", { call, dataset });
  return () => checkedFrame(dataset, (query as QueryFunction)(), origin);
}

function checkedFrame(dataset: string, result: unknown, origin: Origin): DataFrameLike {
  if (typeof result === "object" && result !== null && "relation" in result) return result as DataFrameLike;
  throw new PipelineError("QUERY_FUNCTION_NOT_A_DATAFRAME", { dataset, found: describe(result) }, { origin });
}
