import { type ColumnLike, callerOrigin, type DataFrameLike, type Expression } from "@sluice/query";
import type {
  ChangeDeclaration,
  ColumnChoice,
  NextSnapshot,
  QueryLike,
  ScdType,
  SnapshotVersion,
} from "../declaration/declaration.ts";
import { declareFlow } from "../declaration/registry.ts";
import { type Dataset, type Flow, liveRead } from "./declare.ts";
import {
  type CheckedOptions,
  checkOptions,
  flagOption,
  misuse,
  namesOption,
  notExpected,
  recordOption,
  textOption,
} from "./options.ts";

/** How a stream of changes keeps a table in step with its source, as Databricks' `create_auto_cdc_flow`. Texts that are conditions or sequences are SQL. */
export interface AutoCdcOptions {
  /** A streaming table without a query of its own, by name or handle. */
  readonly target: string | Dataset;
  /** The dataset of the pipeline whose rows are the changes; it is read as a stream. */
  readonly source: string | Dataset;
  /** The columns that tell one row of the table from another. */
  readonly keys: string | ColumnLike | readonly (string | ColumnLike)[];
  /** Orders the changes of a key, whatever order they come in: a column, an expression, or a struct to break ties. */
  readonly sequenceBy: string | ColumnLike;
  /** When a change deletes its key. */
  readonly applyAsDeletes?: string | ColumnLike;
  /** When a change empties the table of all rows before it; SCD type 1 only. */
  readonly applyAsTruncates?: string | ColumnLike;
  /** The columns that the table keeps; all by default. */
  readonly columnList?: readonly (string | ColumnLike)[];
  /** The columns that the table does not keep. */
  readonly exceptColumnList?: readonly (string | ColumnLike)[];
  /**
   * 1 keeps the latest row of each key; 2 every version of it, with the columns `__START_AT` and `__END_AT`; "bitemporal" what was known of its versions at any time,
   * with `__SYSTEM_START_AT` and `__SYSTEM_END_AT` as well.
   */
  readonly storedAsScdType?: 1 | 2 | "1" | "2" | "bitemporal";
  /** Orders changes by when they became known; with "bitemporal", and only there. */
  readonly systemSequenceBy?: string | ColumnLike;
  /** SCD type 2 and bitemporal: the columns whose change makes a new version; all by default. */
  readonly trackHistoryColumnList?: readonly (string | ColumnLike)[];
  readonly trackHistoryExceptColumnList?: readonly (string | ColumnLike)[];
  /** A NULL in a change leaves the value as it was, in fields of structs too. */
  readonly ignoreNullUpdates?: boolean;
  readonly ignoreNullUpdatesColumnList?: readonly (string | ColumnLike)[];
  readonly ignoreNullUpdatesExceptColumnList?: readonly (string | ColumnLike)[];
  /** An array column with the names of the columns that a change sets. */
  readonly columnsToUpdate?: string | ColumnLike;
  /** The identity of the flow's checkpoint; the target's name unless given. */
  readonly name?: string;
  /** Runs one time, over all rows of the source, until a full refresh. */
  readonly once?: boolean;
  readonly comment?: string;
  readonly sparkConf?: Readonly<Record<string, string>>;
}

const OPTIONS = [
  ...["target", "source", "keys", "sequenceBy", "applyAsDeletes", "applyAsTruncates", "columnList", "exceptColumnList"],
  ...["storedAsScdType", "trackHistoryColumnList", "trackHistoryExceptColumnList", "ignoreNullUpdates"],
  ...["ignoreNullUpdatesColumnList", "ignoreNullUpdatesExceptColumnList", "columnsToUpdate", "systemSequenceBy"],
  ...["name", "once", "comment", "sparkConf"],
];

/**
 * A flow whose rows are changes of the rows of a streaming table: the table has what applying them in the order of `sequenceBy` gives, whatever order and batches
 * they come in, and however often. Changes whose key or sequence is NULL end the update, or go to quarantine when the target has a rule that does so.
 *
 * @throws PipelineError for options that are missing, unknown, of other types, or exclude each other.
 */
export function createAutoCdcFlow(options: AutoCdcOptions): Flow {
  return declareChanges("dlt.createAutoCdcFlow", options);
}

/** The older name of `createAutoCdcFlow`. */
export function applyChanges(options: AutoCdcOptions): Flow {
  return declareChanges("dlt.applyChanges", options);
}

/** How a table follows snapshots of its source, as Databricks' `create_auto_cdc_from_snapshot_flow`. */
export interface SnapshotFlowOptions {
  readonly target: AutoCdcOptions["target"];
  /**
   * A dataset of the pipeline, each of whose contents is a snapshot with the time of the update as its version; or a function that is called with the version of the
   * last snapshot (undefined at first) until it gives none: `(latest) => [dataFrame, version]` or `{ frame, version }`. Versions rise.
   */
  readonly source: string | Dataset | SnapshotFunction;
  readonly keys: AutoCdcOptions["keys"];
  readonly storedAsScdType?: 1 | 2 | "1" | "2";
  readonly trackHistoryColumnList?: AutoCdcOptions["trackHistoryColumnList"];
  readonly trackHistoryExceptColumnList?: AutoCdcOptions["trackHistoryExceptColumnList"];
  /** The identity of the flow; the target's name unless given. */
  readonly name?: string;
  readonly comment?: string;
  readonly sparkConf?: Readonly<Record<string, string>>;
}

/** Gives the snapshot that follows the one of `latest`; undefined or null when there is none yet. */
export type SnapshotFunction = (
  latest: SnapshotVersion | undefined,
) =>
  | readonly [DataFrameLike, SnapshotVersion]
  | { readonly frame: DataFrameLike; readonly version: SnapshotVersion }
  | null
  | undefined;

const SNAPSHOT_OPTIONS = [
  ...["target", "source", "keys", "storedAsScdType", "trackHistoryColumnList", "trackHistoryExceptColumnList"],
  ...["snapshotAndVersion", "name", "comment", "sparkConf"],
];

/**
 * A flow that brings a streaming table to what the snapshots of a source say: rows come, change and go by their keys, which are unique in each snapshot. What has not
 * changed is not touched.
 *
 * @throws PipelineError for options that are missing, unknown, or of other types.
 */
export function createAutoCdcFromSnapshotFlow(options: SnapshotFlowOptions): Flow {
  return declareSnapshots("dlt.createAutoCdcFromSnapshotFlow", options);
}

/** The older name of `createAutoCdcFromSnapshotFlow`; `snapshotAndVersion` is the older name of `source`. */
export function applyChangesFromSnapshot(options: SnapshotFlowOptions): Flow {
  return declareSnapshots("dlt.applyChangesFromSnapshot", options);
}

function declareSnapshots(call: string, options: SnapshotFlowOptions): Flow {
  if (typeof options !== "object" || options === null) throw notExpected(call, "options", "an object", options);
  const { snapshotAndVersion, ...others } = checkOptions(call, options, SNAPSHOT_OPTIONS);
  const checked = snapshotAndVersion === undefined ? others : { source: snapshotAndVersion, ...others };
  const target = datasetOption(call, checked, "target");
  const name = textOption(call, checked, "name") ?? target;
  const comment = textOption(call, checked, "comment");
  const { source } = checked;
  const next = typeof source === "function" ? nextOf(call, target, source as SnapshotFunction) : undefined;
  const scdType = snapshotScdType(call, checked);
  declareFlow({
    name,
    target,
    once: false,
    sparkConf: recordOption(call, checked, "sparkConf"),
    query: next === undefined ? readOnce(datasetOption(call, checked, "source")) : () => firstOf(call, target, next),
    snapshots: {
      keys: namesOf(call, checked, "keys"),
      scdType,
      ...optional("trackHistory", choiceOf(call, checked, "trackHistoryColumnList", "trackHistoryExceptColumnList")),
      ...optional("next", next),
    },
    origin: callerOrigin() ?? { file: "<unknown>", line: 1, column: 1 },
    ...optional("comment", comment),
  });
  return { name, target };
}

function readOnce(source: string): () => DataFrameLike {
  return () => liveRead(source, false);
}

function nextOf(call: string, target: string, source: SnapshotFunction): NextSnapshot {
  return (latest) => {
    const given: unknown = source(latest);
    if (given === undefined || given === null) return undefined;
    const { frame, version } = partsOf(given);
    if (isFrame(frame) && isVersion(version)) return { frame, version };
    throw misuse("QUERY_FUNCTION_FAILED", { dataset: target, problem: `the function given to ${call} ${gave(given)}` });
  };
}

function partsOf(given: unknown): { readonly frame?: unknown; readonly version?: unknown } {
  if (Array.isArray(given)) return { frame: given[0], version: given[1] };
  return typeof given === "object" && given !== null ? given : {};
}

function isFrame(value: unknown): value is QueryLike {
  return typeof value === "object" && value !== null && "relation" in value;
}

function gave(given: unknown): string {
  const right = "it gives [dataFrame, version], or null when there is no further snapshot";
  if (given instanceof Promise) return `gave a promise: ${right}, without waiting`;
  const { frame, version } = partsOf(given);
  if (!isFrame(frame)) return `gave no DataFrame: ${right}`;
  const kind = version === undefined || version === null ? "no version" : `a version of type ${typeof version}`;
  return `gave ${kind}: ${right}; versions are numbers, texts, dates or bytes`;
}

function isVersion(value: unknown): value is SnapshotVersion {
  return ["string", "number", "bigint"].includes(typeof value) || value instanceof Date || value instanceof Uint8Array;
}

/** The first snapshot says which columns there are. */
function firstOf(call: string, target: string, next: NextSnapshot): QueryLike {
  const first = next(undefined);
  if (first !== undefined) return first.frame;
  throw misuse("QUERY_FUNCTION_FAILED", {
    dataset: target,
    problem: `the function given to ${call} has no first snapshot: called with undefined, it gives the earliest one there is`,
  });
}

function declareChanges(call: string, options: AutoCdcOptions): Flow {
  if (typeof options !== "object" || options === null) throw notExpected(call, "options", "an object", options);
  const checked = checkOptions(call, options, OPTIONS);
  const target = datasetOption(call, checked, "target");
  const source = datasetOption(call, checked, "source");
  const name = textOption(call, checked, "name") ?? target;
  const once = flagOption(call, checked, "once");
  const comment = textOption(call, checked, "comment");
  declareFlow({
    name,
    target,
    once,
    sparkConf: recordOption(call, checked, "sparkConf"),
    query: () => liveRead(source, !once),
    changes: changesOf(call, checked),
    origin: callerOrigin() ?? { file: "<unknown>", line: 1, column: 1 },
    ...(comment === undefined ? {} : { comment }),
  });
  return { name, target };
}

function changesOf(call: string, options: CheckedOptions): ChangeDeclaration {
  const scdType = scdTypeOf(call, options);
  const columns = choiceOf(call, options, "columnList", "exceptColumnList");
  const trackHistory = choiceOf(call, options, "trackHistoryColumnList", "trackHistoryExceptColumnList");
  const ignoresNull = ignoredNulls(call, options);
  return {
    keys: namesOf(call, options, "keys"),
    sequenceBy: conditionOf(call, options, "sequenceBy") ?? missing(call, "sequenceBy", 'sequenceBy: "updated_at"'),
    scdType,
    ...optional("systemSequenceBy", systemSequenceOf(call, options, scdType)),
    ...optional("appliesAsDelete", conditionOf(call, options, "applyAsDeletes")),
    ...optional("appliesAsTruncate", conditionOf(call, options, "applyAsTruncates")),
    ...optional("columns", columns),
    ...optional("trackHistory", trackHistory),
    ...optional("ignoresNull", ignoresNull),
    ...optional("columnsToUpdate", conditionOf(call, options, "columnsToUpdate")),
  };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, Value>>;
}

function missing(call: string, option: string, example: string): never {
  throw misuse("MISSING_OPTION", { where: call, option, example });
}

function scdTypeOf(call: string, options: CheckedOptions): ScdType {
  const value = options["storedAsScdType"] ?? 1;
  if (value === 1 || value === "1") return 1;
  if (value === 2 || value === "2") return 2;
  if (typeof value === "string" && value.toLowerCase() === "bitemporal") return "bitemporal";
  throw notExpected(call, "storedAsScdType", '1, 2 or "bitemporal"', value);
}

/** Snapshots are known when they are taken: their tables have one time. */
function snapshotScdType(call: string, options: CheckedOptions): 1 | 2 {
  const scdType = scdTypeOf(call, options);
  if (scdType !== "bitemporal") return scdType;
  const plan =
    "Use storedAsScdType 2, or give the rows of the snapshots as changes, with both sequences, to dlt.createAutoCdcFlow.";
  throw misuse("UNSUPPORTED_FEATURE", { feature: `A bitemporal table in ${call}`, plan });
}

function systemSequenceOf(call: string, options: CheckedOptions, scdType: ScdType): string | Expression | undefined {
  const sequence = conditionOf(call, options, "systemSequenceBy");
  if (sequence !== undefined || scdType !== "bitemporal") return sequence;
  return missing(call, "systemSequenceBy", 'systemSequenceBy: "received_at"');
}

/** At most one of the two lists; an empty list counts as not given, as in Spark. */
function choiceOf(call: string, options: CheckedOptions, list: string, except: string): ColumnChoice | undefined {
  const chosen = namesOf(call, options, list);
  const left = namesOf(call, options, except);
  if (chosen.length > 0 && left.length > 0)
    throw misuse("OPTIONS_EXCLUDE_EACH_OTHER", { where: call, options: [list, except] });
  if (chosen.length > 0) return { kind: "List", columns: chosen };
  return left.length > 0 ? { kind: "Except", columns: left } : undefined;
}

function ignoredNulls(call: string, options: CheckedOptions): ColumnChoice | undefined {
  const [list, except] = ["ignoreNullUpdatesColumnList", "ignoreNullUpdatesExceptColumnList"];
  const choice = choiceOf(call, options, list ?? "", except ?? "");
  return choice ?? (flagOption(call, options, "ignoreNullUpdates") ? { kind: "Except", columns: [] } : undefined);
}

/** Names of columns: texts, or Columns that are names. */
function namesOf(call: string, options: CheckedOptions, option: string): readonly string[] {
  const value = options[option];
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return namesOption(call, { [option]: list.map((one) => columnName(one) ?? one) }, option);
}

function columnName(value: unknown): string | undefined {
  const expression = expressionOf(value);
  return expression?.kind === "ColumnReference" ? expression.name.join(".") : undefined;
}

function conditionOf(call: string, options: CheckedOptions, option: string): string | Expression | undefined {
  const value = options[option];
  if (value === undefined || typeof value === "string") return value;
  return expressionOf(value) ?? failed(call, option, value);
}

function failed(call: string, option: string, value: unknown): never {
  throw notExpected(call, option, "a SQL text or a Column", value);
}

function expressionOf(value: unknown): Expression | undefined {
  return typeof value === "object" && value !== null && "expression" in value
    ? (value as ColumnLike).expression
    : undefined;
}

function datasetOption(call: string, options: CheckedOptions, option: string): string {
  const value = options[option];
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "name" in value) return String(value.name);
  if (value === undefined) return missing(call, option, `${option}: "customers"`);
  throw notExpected(call, option, "the name or handle of a dataset", value);
}
