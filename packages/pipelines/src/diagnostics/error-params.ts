import type { Origin, QueryProblem } from "@sluice/query";

/** What each error is about: its code, and the facts that its message is made of. Codes are API: they are never renamed without a major version. */
export interface ErrorParams {
  /** `first` is the place of the other declaration of the name. */
  DATASET_DECLARED_TWICE: { readonly dataset: string; readonly first?: Origin };
  FLOW_DECLARED_TWICE: { readonly flow: string; readonly first?: Origin };
  /** The datasets of the circle in order of data, the first one again at the end. */
  DATASET_CYCLE: { readonly path: readonly string[] };
  DATASET_NOT_FOUND: { readonly dataset: string; readonly reader?: string; readonly closest?: string };
  /** `why` goes on from "cannot be replayed:"; `plan` is a sentence. */
  RESTATE_NOT_POSSIBLE: { readonly dataset: string; readonly why: string; readonly plan: string };
  RESTATE_WITHOUT_TABLE: Readonly<Record<never, never>>;
  REPLAY_NOT_POSSIBLE: { readonly dataset: string; readonly why: string; readonly plan: string };
  DATASET_WITHOUT_FLOW: { readonly dataset: string };
  FLOW_TARGET_NOT_DEFINED: { readonly flow: string; readonly target: string; readonly closest?: string };
  FLOW_TARGET_IS_A_VIEW: { readonly flow: string; readonly target: string };
  MATERIALIZED_VIEW_WITH_MULTIPLE_FLOWS: { readonly dataset: string; readonly flows: readonly string[] };
  "INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE": { readonly dataset: string; readonly flow: string };
  "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW": {
    readonly dataset: string;
    readonly flow: string;
  };
  "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_ONCE_FLOW": { readonly dataset: string; readonly flow: string };
  "INVALID_FLOW_QUERY_TYPE.AUTO_LOADER_IN_ONCE_FLOW": { readonly dataset: string; readonly flow: string };
  STREAMING_READ_OF_BATCH_VIEW: { readonly reader: string; readonly dataset: string };
  STREAMING_READ_OF_MATERIALIZED_VIEW: { readonly reader: string; readonly dataset: string };
  BATCH_READ_OF_STREAMING_VIEW: { readonly reader: string; readonly dataset: string };
  EXPECTATION_DECLARED_TWICE: { readonly dataset: string; readonly expectation: string };
  EXPECTATION_NOT_BOOLEAN: { readonly dataset: string; readonly expectation: string; readonly type: string };
  /** A sub-query, an aggregate or a window in a rule. */
  EXPECTATION_NOT_ROW_BY_ROW: { readonly dataset: string; readonly expectation: string; readonly construct: string };
  TOO_MANY_CLUSTERING_COLUMNS: { readonly dataset: string; readonly columns: readonly string[] };
  CANNOT_SET_TOGETHER: { readonly dataset: string; readonly options: readonly string[] };
  PARTITION_COLUMN_NOT_FOUND: { readonly dataset: string; readonly column: string; readonly closest?: string };
  CLUSTERING_COLUMN_NOT_FOUND: { readonly dataset: string; readonly column: string; readonly closest?: string };
  DELTA_INVALID_PARTITION_COLUMN_TYPE: { readonly dataset: string; readonly column: string; readonly type: string };
  DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED: {
    readonly dataset: string;
    readonly column: string;
    readonly type: string;
  };
  ALL_COLUMNS_ARE_PARTITION_COLUMNS: { readonly dataset: string };
  DATASET_SCHEMA_MISMATCH: {
    readonly dataset: string;
    readonly column: string;
    readonly declared: string;
    readonly found: string;
  };
  DATASET_SCHEMA_COLUMN_MISSING: { readonly dataset: string; readonly column: string; readonly closest?: string };
  DATASET_SCHEMA_COLUMN_EXTRA: { readonly dataset: string; readonly column: string };
  DUPLICATE_COLUMN: { readonly dataset: string; readonly column: string };
  /** `name` has more parts than catalog, schema and table, or an empty one. */
  INVALID_DATASET_NAME: { readonly name: string };
  DATASET_NAME_MISSING: { readonly call: string };
  /** `found` says what the value was: `an array`, `undefined`. */
  QUERY_FUNCTION_NOT_A_DATAFRAME: { readonly dataset: string; readonly found: string };
  QUERY_FUNCTION_FAILED: { readonly dataset: string; readonly problem: string };
  /** `spark.sql`'s sibling of Spark's `DECORATOR_ARGUMENT_NOT_CALLABLE`. */
  QUERY_FUNCTION_MISSING: { readonly call: string; readonly dataset: string };
  NOT_EXPECTED_TYPE: {
    readonly call: string;
    readonly option: string;
    readonly expected: string;
    readonly found: string;
  };
  UNKNOWN_OPTION: { readonly where: string; readonly option: string; readonly closest?: string };
  /** A schema, or the option that names columns, beside `singleVariantColumn`. */
  INVALID_SINGLE_VARIANT_COLUMN: { readonly column: string; readonly corrupt: string; readonly given: string };
  INVALID_OPTION_VALUE: {
    readonly where: string;
    readonly option: string;
    readonly value: string;
    readonly expected: string;
  };
  MISSING_OPTION: { readonly where: string; readonly option: string; readonly example?: string };
  OPTIONS_EXCLUDE_EACH_OTHER: { readonly where: string; readonly options: readonly string[] };
  /** `what` is the package's part in a sentence: `The format kafka`. */
  PACKAGE_NOT_INSTALLED: { readonly what: string; readonly name: string };
  UNKNOWN_SOURCE_FORMAT: { readonly format: string; readonly closest?: string };
  STORAGE_NOT_REACHED: { readonly path: string; readonly problem: string };
  PATH_NOT_FOUND: { readonly path: string; readonly given?: string };
  NO_FILES_TO_INFER_SCHEMA_FROM: { readonly path: string };
  SCHEMA_NOT_INFERRED: { readonly problem: string };
  CONFIGURATION_KEY_NOT_SET: { readonly key: string; readonly closest?: string };
  /** `${key}` in a SQL file. */
  PARAMETER_NOT_SET: { readonly key: string; readonly closest?: string };
  /** A setting that a SQL file cannot have for itself. */
  SETTING_OF_WHOLE_PIPELINE: { readonly key: string; readonly value: string };
  DATASET_WITHOUT_QUERY: { readonly kind: string };
  COLUMN_WITHOUT_TYPE: { readonly column: string };
  /** A column that the table numbers. `reason` is a clause: `it is string, not BIGINT`. */
  INVALID_IDENTITY_COLUMN: { readonly dataset: string; readonly column: string; readonly reason: string };
  /** A generated column. `reason` is a clause: `it has a sub-query`. */
  UNSUPPORTED_EXPRESSION_GENERATED_COLUMN: {
    readonly dataset: string;
    readonly column: string;
    readonly reason: string;
  };
  /** Its table has rows by another expression; `found` is absent when it is not generated any more. */
  GENERATED_COLUMN_CHANGED: {
    readonly dataset: string;
    readonly column: string;
    readonly stored: string;
    readonly found?: string;
  };
  OR_REPLACE_IS_OR_REFRESH: Readonly<Record<string, never>>;
  VIEW_NOT_PUBLISHED: { readonly view: string };
  NOTEBOOK_CELL_SKIPPED: { readonly language: string };
  /** `plan` says what to do instead or when it comes. */
  UNSUPPORTED_FEATURE: { readonly feature: string; readonly plan: string };
  FILE_NOT_LOADED: { readonly file: string; readonly problem: string };
  FILE_DECLARED_NOTHING: { readonly file: string };
  NO_SOURCE_FILES: { readonly project: string; readonly patterns: readonly string[] };
  DATASET_KIND_CHANGED: { readonly dataset: string; readonly stored: string; readonly now: string };
  STORAGE_OF_ANOTHER_PIPELINE: { readonly storage: string; readonly owner: string; readonly id: string };
  RESERVED_DATASET_NAME: { readonly name: string };
  INVALID_COLUMN_NAME: { readonly dataset: string; readonly column: string; readonly isField: boolean };
  NO_DATASETS: { readonly project: string };
  PROJECT_NOT_FOUND: { readonly project: string };
  SETTINGS_NOT_READ: { readonly file: string; readonly problem: string };
  /** `of` is the settings group, empty at the top. */
  UNKNOWN_SETTING: { readonly setting: string; readonly of: string; readonly closest?: string };
  INVALID_SETTING: { readonly setting: string; readonly problem: string };
  /** `prefix` is what a mount would have to name. */
  PATH_NOT_MOUNTED: { readonly path: string; readonly prefix: string };
  STREAM_NEEDS_SCHEMA: { readonly format: string };
  SINK_NEEDS_STREAM: { readonly sink: string; readonly flow: string };
  SINK_COLUMN_NOT_IN_TABLE: { readonly sink: string; readonly column: string };
  SINK_COLUMNS_NOT_SUITABLE: { readonly sink: string; readonly flow: string; readonly reason: string };
  /** `why` and `next` are sentences; `why` begins in lower case. */
  OPTIONS_WITHOUT_EFFECT: { readonly options: readonly string[]; readonly why: string; readonly next: string };
  LIVE_PREFIX_IGNORED: { readonly name: string };
  /** `fromProperties`: asked for by `delta.clusterBy` in the table properties, not by the option. */
  CLUSTERING_NOT_APPLIED: {
    readonly dataset: string;
    readonly columns: readonly string[];
    readonly fromProperties: boolean;
  };
  /** `columns` may be NULL and the rule does not ask whether they are. */
  EXPECTATION_MAY_BE_NULL: {
    readonly dataset: string;
    readonly expectation: string;
    readonly columns: readonly string[];
  };
  /** `type` is what the rule casts the text of `column` to, whether that is written or not. */
  EXPECTATION_CASTS_TEXT: {
    readonly dataset: string;
    readonly expectation: string;
    readonly column: string;
    readonly type: string;
  };
  QUARANTINE_ON_VIEW: { readonly dataset: string; readonly expectation: string };
  /** `stored` and `found` are types. */
  INCOMPATIBLE_STORED_COLUMN: {
    readonly dataset: string;
    readonly column: string;
    readonly stored: string;
    readonly found: string;
  };
  COLUMN_TYPE_NOT_STORABLE: { readonly dataset: string; readonly column: string; readonly type: string };
  FLOWS_DISAGREE: { readonly dataset: string; readonly column: string; readonly types: readonly string[] };
  /** Those of change data capture have the names of open-source Spark where it has them. */
  AUTOCDC_EMPTY_KEYS: { readonly flow: string };
  AUTOCDC_MULTIPART_COLUMN_IDENTIFIER: { readonly flow: string; readonly option: string; readonly column: string };
  AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA: {
    readonly flow: string;
    readonly option: string;
    readonly column: string;
    readonly closest?: string;
  };
  AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT: { readonly flow: string; readonly column: string };
  AUTOCDC_KEY_NOT_KEPT: { readonly flow: string; readonly column: string };
  AUTOCDC_SEQUENCE_NOT_ORDERABLE: { readonly flow: string; readonly type: string };
  /** `option` is why the column is compared. */
  AUTOCDC_COLUMN_NOT_COMPARABLE: {
    readonly flow: string;
    readonly option: "keys" | "track history" | "bitemporal";
    readonly column: string;
    readonly type: string;
  };
  AUTOCDC_COLUMNS_TO_UPDATE_NOT_NAMES: { readonly flow: string; readonly type: string };
  /** `differs` names what is not as in the target's first flow. */
  AUTOCDC_FLOWS_DISAGREE: {
    readonly flow: string;
    readonly dataset: string;
    readonly differs: string;
    readonly has: string;
    readonly firstHas: string;
  };
  AUTOCDC_TARGET_HAS_APPEND_FLOWS: { readonly dataset: string; readonly flows: readonly string[] };
  INVALID_MULTIPLE_ARGUMENT_CONDITIONS: {
    readonly flow: string;
    readonly options: readonly string[];
    readonly why: string;
  };
  UPSTREAM_FAILED: { readonly dataset: string; readonly upstream: readonly string[] };
  SELECTED_TABLE_NOT_FOUND: { readonly dataset: string; readonly closest?: string };
  SELECTED_TABLE_AMBIGUOUS: { readonly dataset: string; readonly matches: readonly string[] };
  SELECTED_TABLE_IS_A_VIEW: { readonly dataset: string };
  TABLE_NOT_RESETTABLE: { readonly dataset: string };
  /** A mistake inside a query, with Spark's error class. */
  QUERY_PROBLEM: { readonly dataset?: string; readonly problem: QueryProblem };
}

export type ErrorCode = keyof ErrorParams;
