import type { Origin } from "@sluice/query";
import type { ErrorCode, ErrorParams } from "./error-params.ts";

/** The sentence of a code, and what to do next. */
interface Wording<Code extends ErrorCode> {
  readonly sentence: (params: ErrorParams[Code]) => string;
  readonly next?: (params: ErrorParams[Code]) => string | undefined;
  readonly severity?: "warning";
}

/** How each error reads. A code without a sentence, or a sentence for no code, does not compile. */
export const MESSAGES: { readonly [Code in ErrorCode]: Wording<Code> } = {
  DATASET_DECLARED_TWICE: {
    sentence: (p) => `Dataset "${p.dataset}" is declared twice${alsoAt(p.first)}.`,
    next: () => "Rename one of them, or write into one table from several queries with dlt.appendFlow.",
  },
  FLOW_DECLARED_TWICE: {
    sentence: (p) => `Flow "${p.flow}" is declared twice${alsoAt(p.first)}.`,
    next: () => "Give one of them another name; a flow's name is the identity of its checkpoint.",
  },
  DATASET_CYCLE: {
    sentence: (p) => `Datasets depend on each other in a circle: ${p.path.join(" -> ")}.`,
    next: () => "Take one of these reads away.",
  },
  DATASET_NOT_FOUND: {
    sentence: (p) => `There is no dataset or table "${p.dataset}"${p.reader ? `, which "${p.reader}" reads` : ""}.`,
    next: (p) => didYouMean(p.closest) ?? "Declare it in one of the pipeline's files, or correct the name.",
  },
  RESTATE_NOT_POSSIBLE: {
    sentence: (p) => `Keys of "${p.dataset}" cannot be restated: ${p.why}.`,
    next: (p) => p.plan,
  },
  RESTATE_WITHOUT_TABLE: {
    sentence: () => "A condition on rows chooses what is restated of tables, and no table is named.",
    next: () => 'Name the tables: --full-refresh customers --where "id = 7".',
  },
  REPLAY_NOT_POSSIBLE: {
    sentence: (p) => `"${p.dataset}" cannot be replayed: ${p.why}.`,
    next: (p) => p.plan,
  },
  DATASET_WITHOUT_FLOW: {
    sentence: (p) => `Nothing writes into the streaming table "${p.dataset}".`,
    next: (p) =>
      `Add a flow: dlt.appendFlow({ target: "${p.dataset}" }, () => ...), in SQL CREATE FLOW name AS INSERT INTO ${p.dataset} BY NAME SELECT ..`,
  },
  FLOW_TARGET_NOT_DEFINED: {
    sentence: (p) => `Flow "${p.flow}" writes into "${p.target}", which is not declared.`,
    next: (p) =>
      didYouMean(p.closest) ??
      `Declare it: dlt.createStreamingTable({ name: "${p.target}" }), in SQL CREATE STREAMING TABLE ${p.target}.`,
  },
  FLOW_TARGET_IS_A_VIEW: {
    sentence: (p) => `Flow "${p.flow}" writes into "${p.target}", which is a view and stores nothing.`,
    next: () => "Make the target a streaming table.",
  },
  MATERIALIZED_VIEW_WITH_MULTIPLE_FLOWS: {
    sentence: (p) => `Several flows write into the materialized view "${p.dataset}": ${p.flows.join(", ")}.`,
    next: () => "A materialized view has one query: union them in it, or make the target a streaming table.",
  },
  "INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE": {
    sentence: (p) => `Flow "${p.flow}" feeds the streaming table "${p.dataset}" from a batch query.`,
    next: () =>
      "Read at least one source as a stream (readStream, in SQL: FROM STREAM name), make it a materialized view, or mark the flow `once: true` (INSERT INTO ONCE).",
  },
  "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW": {
    sentence: (p) => `The materialized view "${p.dataset}" is defined by a streaming query.`,
    next: () =>
      "Read its sources with read instead of readStream (in SQL: without STREAM), or make it a streaming table.",
  },
  "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_ONCE_FLOW": {
    sentence: (p) => `Flow "${p.flow}" into "${p.dataset}" runs once, but reads a stream.`,
    next: () =>
      "Read its sources with read instead of readStream (in SQL: without STREAM), or leave out `once: true` (ONCE).",
  },
  "INVALID_FLOW_QUERY_TYPE.AUTO_LOADER_IN_ONCE_FLOW": {
    sentence: (p) => `Flow "${p.flow}" into "${p.dataset}" runs once, but reads with cloudFiles.`,
    next: () => 'Read the files by their own format, as spark.read.format("json").load(path).',
  },
  STREAMING_READ_OF_BATCH_VIEW: {
    sentence: (p) =>
      `"${p.reader}" reads the view "${p.dataset}" as a stream, but the view is defined by a batch query.`,
    next: () => "Read it with read (in SQL: without STREAM), or define the view over a stream.",
  },
  STREAMING_READ_OF_MATERIALIZED_VIEW: {
    sentence: (p) =>
      `"${p.reader}" reads the materialized view "${p.dataset}" as a stream, but its rows are replaced at each refresh.`,
    next: () => "Read it with read (in SQL: without STREAM), or make it a streaming table.",
  },
  BATCH_READ_OF_STREAMING_VIEW: {
    sentence: (p) =>
      `"${p.reader}" reads the view "${p.dataset}" as a batch, but the view is defined by a streaming query.`,
    next: () => "Read it with readStream (in SQL: FROM STREAM name), or define the view over a batch read.",
  },
  EXPECTATION_DECLARED_TWICE: {
    sentence: (p) => `Dataset "${p.dataset}" has two expectations named "${p.expectation}".`,
    next: () => "Give one of them another name; it is the key of its counts.",
  },
  EXPECTATION_NOT_BOOLEAN: {
    sentence: (p) => `Expectation "${p.expectation}" of "${p.dataset}" is of type ${p.type}, not a condition.`,
    next: () => "Write a comparison that is true for good rows.",
  },
  EXPECTATION_NOT_ROW_BY_ROW: {
    sentence: (p) =>
      `Expectation "${p.expectation}" of "${p.dataset}" contains ${p.construct}; a rule sees one row at a time.`,
    next: () => "Compute it in a dataset of its own and put the expectation there.",
  },
  TOO_MANY_CLUSTERING_COLUMNS: {
    sentence: (p) => `Dataset "${p.dataset}" has ${p.columns.length} clustering columns: ${p.columns.join(", ")}.`,
    next: () => "Keep the four that queries filter by most.",
  },
  CANNOT_SET_TOGETHER: {
    sentence: (p) => `Dataset "${p.dataset}" sets ${p.options.join(" and ")} together; they exclude each other.`,
    next: () => "Keep one of them.",
  },
  PARTITION_COLUMN_NOT_FOUND: {
    sentence: (p) => `Dataset "${p.dataset}" is partitioned by "${p.column}", which is not one of its columns.`,
    next: (p) => didYouMean(p.closest),
  },
  CLUSTERING_COLUMN_NOT_FOUND: {
    sentence: (p) => `Dataset "${p.dataset}" is clustered by "${p.column}", which is not one of its columns.`,
    next: (p) => didYouMean(p.closest),
  },
  DELTA_INVALID_PARTITION_COLUMN_TYPE: {
    sentence: (p) => `Dataset "${p.dataset}" cannot be partitioned by "${p.column}": its type is ${p.type}.`,
    next: () => "Partition by a column whose values have a form in a path, such as a text, a number or a date.",
  },
  DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED: {
    sentence: (p) => `Dataset "${p.dataset}" cannot be clustered by "${p.column}": its type is ${p.type}.`,
    next: () => "Cluster by columns of number, string, date or timestamp types.",
  },
  ALL_COLUMNS_ARE_PARTITION_COLUMNS: {
    sentence: (p) => `Dataset "${p.dataset}" is partitioned by all of its columns.`,
    next: () => "Leave at least one column out of partitionCols.",
  },
  DATASET_SCHEMA_MISMATCH: {
    sentence: (p) =>
      `Column "${p.column}" of "${p.dataset}" is declared as ${p.declared}, but its query gives ${p.found}.`,
    next: () => "Compute a value of that type in the query, or declare the type that it has.",
  },
  DATASET_SCHEMA_COLUMN_MISSING: {
    sentence: (p) => `Column "${p.column}" is declared for "${p.dataset}", but its query does not give it.`,
    next: (p) => didYouMean(p.closest),
  },
  DATASET_SCHEMA_COLUMN_EXTRA: {
    sentence: (p) => `The query of "${p.dataset}" gives column "${p.column}", which its declared schema does not have.`,
    next: () => "Add it to the schema, or leave it out of the query.",
  },
  DUPLICATE_COLUMN: {
    sentence: (p) => `Dataset "${p.dataset}" would have two columns named "${p.column}".`,
    next: () => "Rename or drop one of them; names compare ignoring case.",
  },
  INVALID_DATASET_NAME: {
    sentence: (p) => `"${p.name}" is not a name for a dataset.`,
    next: () => "Write table, schema.table or catalog.schema.table.",
  },
  DATASET_NAME_MISSING: {
    sentence: (p) => `${p.call} was called without a name and its query function has none.`,
    next: () => 'Add `name: "..."` to the options, or pass a named function: dlt.table(function orders() { ... }).',
  },
  QUERY_FUNCTION_NOT_A_DATAFRAME: {
    sentence: (p) => `The query function of "${p.dataset}" gave ${p.found} instead of a DataFrame.`,
    next: () => "Return what spark.read, spark.readStream, dlt.read or dlt.readStream lead to. It cannot be async.",
  },
  QUERY_FUNCTION_FAILED: { sentence: (p) => `The query function of "${p.dataset}" failed: ${p.problem}` },
  QUERY_FUNCTION_MISSING: {
    sentence: (p) => `${p.call} was called for "${p.dataset}" without a query function.`,
    next: () => 'Pass it last: () => spark.read.table("...").',
  },
  NOT_EXPECTED_TYPE: {
    sentence: (p) => `Option \`${p.option}\` of ${p.call} is ${p.found}, not ${p.expected}.`,
  },
  UNKNOWN_OPTION: {
    sentence: (p) => `${p.where} has no option \`${p.option}\`.`,
    next: (p) => didYouMean(p.closest),
  },
  INVALID_SINGLE_VARIANT_COLUMN: {
    sentence: (p) => `With singleVariantColumn the columns are known, and ${p.given} says something else.`,
    next: (p) => `Leave it out, or declare ${p.column} VARIANT, and ${p.corrupt} STRING for records that are no JSON.`,
  },
  INVALID_OPTION_VALUE: {
    sentence: (p) => `Option \`${p.option}\` of ${lowerFirst(p.where)} is "${p.value}", not ${p.expected}.`,
  },
  MISSING_OPTION: {
    sentence: (p) => `${p.where} needs the option \`${p.option}\`.`,
    next: (p) => (p.example === undefined ? undefined : `Add it, as ${p.example}.`),
  },
  OPTIONS_EXCLUDE_EACH_OTHER: {
    sentence: (p) =>
      `${p.where} is given ${p.options.map((one) => `\`${one}\``).join(" and ")}, which exclude each other.`,
    next: () => "Keep one of them.",
  },
  PACKAGE_NOT_INSTALLED: {
    sentence: (p) => `${p.what} needs the package "${p.name}", which is not installed.`,
    next: (p) => `Run \`npm install ${p.name}\` in the project.`,
  },
  UNKNOWN_SOURCE_FORMAT: {
    sentence: (p) => `There is no source format "${p.format}".`,
    next: (p) => didYouMean(p.closest) ?? "Use cloudFiles, json, csv, parquet, text or delta.",
  },
  STORAGE_NOT_REACHED: {
    sentence: (p) => `The files at "${p.path}" cannot be listed. ${p.problem}`,
    next: () => "Do that, or say under `mounts:` in sluice.yml where a copy of the files is.",
  },
  PATH_NOT_FOUND: {
    sentence: (p) =>
      `There is nothing at "${p.path}"${p.given && p.given !== p.path ? ` (written as "${p.given}")` : ""}.`,
    next: () => "Correct the path, or say where it really is under `mounts:` in sluice.yml.",
  },
  NO_FILES_TO_INFER_SCHEMA_FROM: {
    sentence: (p) => `The columns of "${p.path}" cannot be inferred: there are no files yet.`,
    next: () => 'Put a file there, or give the columns with .schema("id BIGINT, ...").',
  },
  SCHEMA_NOT_INFERRED: {
    sentence: (p) => `The columns of the files cannot be inferred: ${p.problem.replace(/\.$/, "")}.`,
    next: () => "Mend the file or take it away, set ignoreCorruptFiles to true, or give the columns with a schema.",
  },
  CONFIGURATION_KEY_NOT_SET: {
    sentence: (p) => `The configuration key "${p.key}" is not set.`,
    next: (p) =>
      didYouMean(p.closest) ?? `Set it under \`configuration:\`, or give a default: spark.conf.get("${p.key}", "...").`,
  },
  PARAMETER_NOT_SET: {
    sentence: (p) => `The parameter \${${p.key}} has no value.`,
    next: (p) =>
      didYouMean(p.closest) ??
      `Give it one under \`configuration:\` in sluice.yml, or with SET ${p.key} = value; before.`,
  },
  SETTING_OF_WHOLE_PIPELINE: {
    sentence: (p) => `${p.key} holds for the whole pipeline and cannot be set to "${p.value}" in one file.`,
    next: () => "Set it under `configuration:` in sluice.yml.",
  },
  DATASET_WITHOUT_QUERY: {
    sentence: (p) => `A ${p.kind === "MaterializedView" ? "materialized view" : "view"} needs a query.`,
    next: () => "Add AS SELECT .. to the statement.",
  },
  COLUMN_WITHOUT_TYPE: {
    sentence: (p) => `Column "${p.column}" has no type, but others of the list have one, or it is generated.`,
    next: () => "Give all of them types, or none; generated columns need one.",
  },
  INVALID_IDENTITY_COLUMN: {
    sentence: (p) => `"${p.dataset}" cannot number its column "${p.column}": ${p.reason}.`,
    next: () =>
      "Declare it as `id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1)` and leave it out of the queries, or BY DEFAULT if they give it.",
  },
  UNSUPPORTED_EXPRESSION_GENERATED_COLUMN: {
    sentence: (p) => `"${p.dataset}" cannot compute its generated column "${p.column}": ${p.reason}.`,
    next: () => "Compute it in the query instead, and leave out GENERATED ALWAYS AS.",
  },
  GENERATED_COLUMN_CHANGED: {
    sentence: (p) =>
      `The table of "${p.dataset}" has rows whose column "${p.column}" is (${p.stored}); now it is ${p.found === undefined ? "not generated" : `(${p.found})`}.`,
    next: () => "Run a full refresh of the table, or give the column another name.",
  },
  OR_REPLACE_IS_OR_REFRESH: {
    sentence: () => "CREATE OR REPLACE is read as CREATE OR REFRESH; Databricks refuses it in pipelines.",
    next: () => "Write CREATE OR REFRESH.",
    severity: "warning",
  },
  VIEW_NOT_PUBLISHED: {
    sentence: (p) =>
      `The view "${p.view}" is a view of the pipeline: it is published nowhere, for there is no catalog to publish it in.`,
    next: () => "Write CREATE TEMPORARY VIEW, or a materialized view if others are to read it.",
    severity: "warning",
  },
  NOTEBOOK_CELL_SKIPPED: {
    sentence: (p) => `This notebook cell is %${p.language} and was passed over: only SQL is read from a SQL notebook.`,
    next: () => "If it declares datasets, write them in SQL or in a TypeScript file.",
    severity: "warning",
  },
  UNSUPPORTED_FEATURE: { sentence: (p) => `${p.feature} is not supported.`, next: (p) => p.plan },
  FILE_NOT_LOADED: { sentence: (p) => `"${p.file}" could not be loaded: ${p.problem}` },
  FILE_DECLARED_NOTHING: {
    sentence: (p) => `"${p.file}" declared no dataset or flow.`,
    next: () => "If it only holds functions for other files, move it out of the pipeline's source folders.",
    severity: "warning",
  },
  NO_SOURCE_FILES: {
    sentence: (p) => `"${p.project}" has no pipeline files: nothing matches ${p.patterns.join(", ")}.`,
    next: () => "Put .sql or .ts files into transformations/, or name the folders under `libraries:` in sluice.yml.",
  },
  NO_DATASETS: {
    sentence: (p) => `The files of "${p.project}" declare no tables.`,
    next: () => 'Declare one: dlt.table({ name: "..." }, () => ...), in SQL CREATE MATERIALIZED VIEW name AS SELECT ..',
  },
  PROJECT_NOT_FOUND: {
    sentence: (p) => `There is no folder "${p.project}".`,
    next: () => "Correct the path, or make a project with `sluice init`.",
  },
  SETTINGS_NOT_READ: { sentence: (p) => `"${p.file}" cannot be read: ${p.problem}` },
  UNKNOWN_SETTING: {
    sentence: (p) => `There is no setting \`${p.setting}\`${p.of === "" ? "" : ` in \`${p.of}\``}.`,
    next: (p) => didYouMean(p.closest) ?? "Take it away, or correct its name.",
  },
  INVALID_SETTING: { sentence: (p) => `Setting \`${p.setting}\`: ${p.problem}` },
  PATH_NOT_MOUNTED: {
    sentence: (p) => `"${p.path}" is not a path of this machine.`,
    next: (p) => `Say where its files are under \`mounts:\` in sluice.yml, as "${p.prefix}": "data/raw".`,
  },
  STREAM_NEEDS_SCHEMA: {
    sentence: (p) => `A stream of ${p.format} files needs its columns declared.`,
    next: () =>
      'Give them with .schema("id BIGINT, ..."), read with cloudFiles, or set spark.sql.streaming.schemaInference to true.',
  },
  SINK_NEEDS_STREAM: {
    sentence: (p) =>
      `Flow "${p.flow}" does not read a stream as it goes on, and only such flows write into the sink "${p.sink}".`,
    next: () => "Read with readStream and leave `once` out, or write a table and read that one elsewhere.",
  },
  SINK_COLUMN_NOT_IN_TABLE: {
    sentence: (p) => `The table behind the sink "${p.sink}" has no column "${p.column}".`,
    next: () => 'Leave the column out, or let the table grow: add mergeSchema: "true" to the options of the sink.',
  },
  SINK_COLUMNS_NOT_SUITABLE: {
    sentence: (p) => `Flow "${p.flow}" cannot write into the sink "${p.sink}": ${p.reason}`,
  },
  OPTIONS_WITHOUT_EFFECT: {
    sentence: (p) => `${p.options.map((one) => `\`${one}\``).join(", ")}: ${p.why}`,
    next: (p) => p.next,
    severity: "warning",
  },
  LIVE_PREFIX_IGNORED: {
    sentence: (p) => `The prefix LIVE of "${p.name}" is ignored: names are looked up in the pipeline first.`,
    next: () => "Leave it out.",
    severity: "warning",
  },
  CLUSTERING_NOT_APPLIED: {
    sentence: (p) =>
      `Dataset "${p.dataset}" is to be clustered by ${p.columns.join(", ")}: the columns are checked, but its files are not laid out by them yet.`,
    next: (p) =>
      p.fromProperties
        ? `Nothing; clusterBy: [${p.columns.map((column) => `"${column}"`).join(", ")}] says the same as the table properties.`
        : undefined,
    severity: "warning",
  },
  EXPECTATION_MAY_BE_NULL: {
    sentence: (p) =>
      `Expectation "${p.expectation}" of "${p.dataset}" passes rows whose ${p.columns.join(", ")} ${p.columns.length > 1 ? "are" : "is"} NULL.`,
    next: (p) => `If they should not pass, add "${p.columns.map((column) => `${column} IS NOT NULL`).join(" AND ")}".`,
    severity: "warning",
  },
  EXPECTATION_CASTS_TEXT: {
    sentence: (p) =>
      `Expectation "${p.expectation}" of "${p.dataset}" takes the text of ${p.column} for ${p.type} and passes rows where it is none: such text becomes NULL.`,
    next: (p) =>
      `If they should not pass, add "CAST(${p.column} AS ${p.type}) IS NOT NULL". With spark.sql.ansi.enabled: "true" they are an error.`,
    severity: "warning",
  },
  QUARANTINE_ON_VIEW: {
    sentence: (p) =>
      `Expectation "${p.expectation}" of the view "${p.dataset}" quarantines rows, but a view stores nothing.`,
    next: () => "Put it on a table, or drop the rows.",
  },
  INCOMPATIBLE_STORED_COLUMN: {
    sentence: (p) =>
      `Column "${p.column}" of "${p.dataset}" is stored as ${p.stored}, but its query now gives ${p.found}.`,
    next: (p) => `Cast it to ${p.stored} in the query, or start over with --full-refresh ${p.dataset}.`,
  },
  STORAGE_OF_ANOTHER_PIPELINE: {
    sentence: (p) => `The storage "${p.storage}" belongs to the pipeline "${p.owner}", and this one is "${p.id}".`,
    next: (p) =>
      `Give this pipeline a storage of its own. If it is the same pipeline under a new name, set \`id: ${p.owner}\` in sluice.yml.`,
  },
  RESERVED_DATASET_NAME: {
    sentence: (p) => `"${p.name}" is the name of the event log and cannot be that of a dataset.`,
    next: () => "Choose another name.",
  },
  INVALID_COLUMN_NAME: {
    sentence: (p) =>
      `${p.isField ? "Field" : "Column"} "${p.column}" of "${p.dataset}" has a blank or one of ,;{}()= in its name, which Delta refuses.`,
    next: (p) =>
      p.isField
        ? "Rename it in the query: build the struct anew with struct(..) and aliases."
        : `Rename it in the query: .withColumnRenamed("${p.column}", "${p.column.replaceAll(/[ ,;{}()\n\t=]+/g, "_")}"), in SQL with AS.`,
  },
  DATASET_KIND_CHANGED: {
    sentence: (p) => `"${p.dataset}" is stored as a ${p.stored}, but is now defined as a ${p.now}.`,
    next: (p) =>
      `Give the ${p.now} another name, or replace the stored rows with --full-refresh ${p.dataset}. They stay until then.`,
  },
  COLUMN_TYPE_NOT_STORABLE: {
    sentence: (p) => `Column "${p.column}" of "${p.dataset}" is of type ${p.type}, which a table cannot store.`,
    next: () => "Cast it to another type in the query.",
  },
  FLOWS_DISAGREE: {
    sentence: (p) => `The flows into "${p.dataset}" give column "${p.column}" as ${p.types.join(" and ")}.`,
    next: () => "Cast it to one type in each of them.",
  },
  AUTOCDC_EMPTY_KEYS: {
    sentence: (p) => `Flow "${p.flow}" has no keys: nothing tells which row a change is about.`,
    next: () => 'Name the columns that identify a row: keys: ["id"], in SQL KEYS (id).',
  },
  AUTOCDC_MULTIPART_COLUMN_IDENTIFIER: {
    sentence: (p) =>
      `Flow "${p.flow}" names the field "${p.column}" in \`${p.option}\`, where only whole columns can stand.`,
    next: () => "Make it a column of its own in a view, and read the changes from the view.",
  },
  AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA: {
    sentence: (p) => `Flow "${p.flow}" names "${p.column}" in \`${p.option}\`, which is no column of its source.`,
    next: (p) => didYouMean(p.closest) ?? "Name columns of the source; those of the target follow from them.",
  },
  AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT: {
    sentence: (p) =>
      `The source of flow "${p.flow}" has a column "${p.column}", a name that changes need for themselves.`,
    next: () => "Rename it in a view, and read the changes from the view.",
  },
  AUTOCDC_KEY_NOT_KEPT: {
    sentence: (p) => `Flow "${p.flow}" leaves its key "${p.column}" out of the columns that the table keeps.`,
    next: () => "Keep the keys: without them no later change finds its row.",
  },
  AUTOCDC_SEQUENCE_NOT_ORDERABLE: {
    sentence: (p) => `Flow "${p.flow}" orders changes by a value of type ${p.type}, which has no order.`,
    next: () => "Order them by a number, text, date, time, or a struct of these.",
  },
  AUTOCDC_COLUMN_NOT_COMPARABLE: {
    sentence: (p) =>
      `Flow "${p.flow}" compares "${p.column}" (${p.option}) of type ${p.type}, whose values cannot be compared.`,
    next: (p) =>
      ({
        keys: `Choose other keys, or make a text of it in a view before the flow: to_json(${p.column}).`,
        "track history": `Leave it out of the tracked columns (trackHistoryExceptColumnList, in SQL TRACK HISTORY ON * EXCEPT (${p.column})), or make a text of it in a view before the flow.`,
        bitemporal: `Leave it out of the table (exceptColumnList, in SQL COLUMNS * EXCEPT (${p.column})), or make a text of it in a view before the flow.`,
      })[p.option],
  },
  AUTOCDC_COLUMNS_TO_UPDATE_NOT_NAMES: {
    sentence: (p) => `Flow "${p.flow}" takes the columns to update from a value of type ${p.type}.`,
    next: () => "Give an array of column names, array<string>; NULL sets all columns.",
  },
  AUTOCDC_FLOWS_DISAGREE: {
    sentence: (p) =>
      `Flow "${p.flow}" into "${p.dataset}" has other ${p.differs} than the table's first flow: ${p.has || "none"}, not ${p.firstHas || "none"}.`,
    next: () =>
      "Flows of changes into one table must agree in keys, SCD type, columns and the type of the sequence: bring them to one form in views before the flows.",
  },
  AUTOCDC_TARGET_HAS_APPEND_FLOWS: {
    sentence: (p) => `"${p.dataset}" is fed by flows of changes, and rows are appended to it by ${p.flows.join(", ")}.`,
    next: () => "Append to a table of its own, or make those rows changes, too.",
  },
  INVALID_MULTIPLE_ARGUMENT_CONDITIONS: {
    sentence: (p) => `Flow "${p.flow}" sets ${p.options.join(" with ")}: ${p.why}.`,
    next: (p) => `Leave ${p.options[0]} out.`,
  },
  UPSTREAM_FAILED: {
    sentence: (p) =>
      `"${p.dataset}" cannot be checked because of trouble in ${p.upstream.map((u) => `"${u}"`).join(", ")}.`,
  },
  SELECTED_TABLE_NOT_FOUND: {
    sentence: (p) => `The pipeline has no table "${p.dataset}" to refresh.`,
    next: (p) => didYouMean(p.closest) ?? "`sluice show` lists its tables.",
  },
  SELECTED_TABLE_AMBIGUOUS: {
    sentence: (p) => `"${p.dataset}" may be ${p.matches.map((match) => `"${match}"`).join(" or ")}.`,
    next: () => "Name it with its schema.",
  },
  SELECTED_TABLE_IS_A_VIEW: {
    sentence: (p) => `"${p.dataset}" is a view: it is computed whenever it is read and cannot be refreshed.`,
    next: () => "Name the tables that read it.",
  },
  TABLE_NOT_RESETTABLE: {
    sentence: (p) => `"${p.dataset}" has the property pipelines.reset.allowed=false and cannot be fully refreshed.`,
    next: () => "Leave it out of the full refresh, or take the property away.",
  },
  QUERY_PROBLEM: {
    sentence: (p) => `${p.dataset === undefined ? "" : `In "${p.dataset}": `}${p.problem.message}`,
  },
};

function lowerFirst(text: string): string {
  return text.replace(/^The /, "the ");
}

function alsoAt(origin: Origin | undefined): string {
  return origin === undefined ? "" : `, also at ${origin.file}:${origin.line}:${origin.column}`;
}

function didYouMean(closest: string | undefined): string | undefined {
  return closest === undefined ? undefined : `Did you mean "${closest}"?`;
}
