import { openStore } from "@sluice/delta";
import {
  CHANGE_FIELDS,
  CLOUD_FILES_STATE,
  type Connector,
  changeBounds,
  changeRange,
  changesTable,
  closestMatch,
  eventLogLocation,
  expectationsLocation,
  FILE_METADATA,
  fileRead,
  type InputSlice,
  isPrivateTable,
  listFiles,
  type PipelineError,
  resolveFileSource,
} from "@sluice/pipelines";
import {
  type DataSource,
  type Leaf,
  type NamedTable,
  QueryError,
  type QueryProblem,
  type Relation,
  type ResolvedLeaf,
  struct,
  type TableFunction,
} from "@sluice/query";
import { filesState, tableArgument } from "./files-state.ts";
import { listPublishedTables } from "./list-tables.ts";
import { type LocatedTable, locatePath, locateTable } from "./locate-table.ts";
import type { PipelineTies } from "./pipeline-ties.ts";
import { PLACES, ROW_PLACE } from "./row-place.ts";
import type { SessionState } from "./session-state.ts";
import { versionWanted } from "./time-travel.ts";

/** A leaf of a query: its columns, and the rows that it stands for, or the body of the view that it is. */
export interface FoundLeaf {
  readonly resolved: ResolvedLeaf;
  readonly slice?: InputSlice;
  /** The body of a view, whose leaves are to be found too. */
  readonly body?: Relation;
  /** Whether the rows are the event log. */
  readonly isEventLog?: boolean;
}

const EXPECTATIONS = "_expectations";

/**
 * Finds out what a leaf of a query is: a temporary view, a table by name or path at any version, files, and in a pipeline its views, `event_log` and the rows
 * that broke rules (`<table>_expectations`). The problem otherwise. `inView`: streams are read as what they hold now.
 */
export async function findLeaf(leaf: Leaf, state: SessionState, inView: boolean): Promise<FoundLeaf | QueryProblem> {
  if (leaf.streaming && !inView) return streaming(leaf);
  try {
    switch (leaf.kind) {
      case "NamedTable":
        return await findNamed(leaf, state);
      case "DataSource":
        return await findSource(leaf, state);
      case "TableFunction":
        return await findFunction(leaf, state);
    }
  } catch (error) {
    const problem = error instanceof QueryError ? error.problems[0] : undefined;
    if (problem === undefined) throw error;
    return problem.span || problem.origin ? problem : { ...problem, ...placeOf(leaf) };
  }
}

async function findNamed(leaf: NamedTable, state: SessionState): Promise<FoundLeaf | QueryProblem> {
  const view = leaf.name.length === 1 ? state.views.get((leaf.name[0] ?? "").toLowerCase()) : undefined;
  if (view !== undefined) {
    const { name: dataset, relation } = view;
    return { resolved: { kind: "View", relation, dataset, rules: [], nullIsViolation: false }, body: relation };
  }
  const table = await locateTable(leaf.name, state);
  return (
    ((await isHidden(table, state)) ? undefined : await readTable(table.location, leaf, state)) ??
    (await findInPipeline(table, leaf, state)) ??
    unmade(leaf, table, state) ??
    notFound(leaf, await tableNames(state))
  );
}

/** Why a name that somebody has given, or is about to give, leads nowhere here. */
function unmade(leaf: NamedTable, { location }: LocatedTable, state: SessionState): QueryProblem | undefined {
  const call = state.unfinished.callOf(location);
  const name = leaf.name.join(".");
  if (call !== undefined) {
    return problem(
      leaf,
      "CALL_NOT_AWAITED",
      `The table \`${name}\` is not there yet: ${call} was not awaited. Write: await ${call}`,
    );
  }
  if (leaf.name.length > 1 || !state.batchViews.has(name.toLowerCase())) return undefined;
  const hint = `A view of this name was made in foreachBatch, whose batches have a session of their own: ask that one, with batch.sparkSession.sql("..").`;
  return problem(leaf, "TABLE_OR_VIEW_NOT_FOUND", `The table or view \`${name}\` cannot be found. ${hint}`);
}

async function readTable(
  location: string,
  leaf: NamedTable | DataSource,
  state: SessionState,
): Promise<FoundLeaf | undefined> {
  const { tables } = await state.engine();
  const latest = await tables.describe(location);
  if (latest === undefined) return undefined;
  const changes = changeBounds(leaf);
  if (changes !== undefined) {
    return {
      resolved: { kind: "Table", schema: struct([...latest.schema.fields, ...CHANGE_FIELDS]), hidden: struct([]) },
      slice: { kind: "TableChanges", location, ...(await changeRange(changes, latest, tables)) },
    };
  }
  const version = await versionWanted(location, leaf, state);
  const table = await tables.describe(location, version);
  if (table === undefined) return undefined;
  return {
    resolved: { kind: "Table", schema: table.schema, hidden: PLACES in leaf.options ? ROW_PLACE : struct([]) },
    slice: { kind: "TableVersion", location, version: table.version },
  };
}

/** Whether a name is that of a table that only its own pipeline reads. A path leads to it all the same. */
async function isHidden({ canonical, location }: LocatedTable, state: SessionState): Promise<boolean> {
  if (canonical === undefined || state.pipeline !== undefined) return false;
  return isPrivateTable((await (await state.engine()).tables.describe(location))?.properties ?? {});
}

async function findInPipeline(
  table: LocatedTable,
  leaf: NamedTable,
  state: SessionState,
): Promise<FoundLeaf | undefined> {
  const { pipeline } = state;
  if (pipeline === undefined || table.canonical === undefined) return undefined;
  const name = table.table.toLowerCase();
  if (name === "event_log" || name === "__event_log") return await readEvents(leaf, state);
  if (name.endsWith(EXPECTATIONS)) {
    const dataset = table.canonical.slice(0, -EXPECTATIONS.length);
    const found = await readTable(expectationsLocation(pipeline.storage, dataset), leaf, state);
    if (found !== undefined) return found;
  }
  const view = (await pipeline.views()).get(table.canonical);
  return view && { resolved: view.resolved, body: view.relation };
}

async function readEvents(leaf: NamedTable, state: SessionState): Promise<FoundLeaf | undefined> {
  const storage = state.pipeline?.storage;
  const found = storage === undefined ? undefined : await readTable(eventLogLocation(storage), leaf, state);
  return found && { ...found, isEventLog: true };
}

async function tableNames(state: SessionState): Promise<readonly string[]> {
  const tables = (await listPublishedTables(state)).map(({ table }) => table);
  const declared = state.pipeline ? [...(await state.pipeline.views()).keys()] : [];
  return [
    ...tables,
    ...[...state.views.values()].map((view) => view.name),
    ...declared.map((name) => name.split(".").at(-1) ?? ""),
  ];
}

async function findSource(leaf: DataSource, state: SessionState): Promise<FoundLeaf | QueryProblem> {
  if (leaf.format.toLowerCase() === "delta") {
    const path = leaf.paths[0] ?? leaf.options["path"] ?? "";
    return (await readTable(locatePath(path, state), leaf, state)) ?? noTableAt(path, leaf);
  }
  const connector = state.connectors?.get(leaf.format.toLowerCase());
  if (connector !== undefined) return await findConnected(await connector(), leaf);
  const { projectDir, mounts } = state.place;
  const schemaLocation = `${state.place.warehouse}/_schemas`;
  const world = { engine: await state.engine(), projectDir, mounts, openStore, schemaLocation };
  const { source, errors } = await resolveFileSource(leaf, { ...world, inferAgain: true, streamingInference: true });
  if (source === undefined) throw wrongRead(errors, leaf);
  return {
    resolved: { kind: "Table", schema: source.schema, hidden: FILE_METADATA },
    slice: { kind: "Files", files: await listFiles(source), read: fileRead(source) },
  };
}

/** What a connector's source holds now. */
async function findConnected(connector: Connector, leaf: DataSource): Promise<FoundLeaf> {
  const { source, errors } = connector.resolve(leaf);
  if (source === undefined) throw wrongRead(errors, leaf);
  return {
    resolved: { kind: "Table", schema: source.schema, hidden: struct([]) },
    slice: await source.rows(await source.observe({}), {}),
  };
}

function wrongRead(errors: readonly PipelineError[], leaf: DataSource): QueryError {
  return new QueryError(
    errors.map(({ condition, message, next, params }) => ({
      condition,
      message: next === undefined ? message : `${message} ${next}`,
      parameters: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])),
      ...placeOf(leaf),
    })),
  );
}

async function findFunction(leaf: TableFunction, state: SessionState): Promise<FoundLeaf | QueryProblem> {
  const changed = changesTable(leaf);
  if (changed?.kind === "NamedTable") return await findNamed(changed, state);
  if (changed?.kind === "DataSource") return await findSource(changed, state);
  const name = leaf.name.toLowerCase();
  const about = OF_A_PIPELINE[name];
  if (about === undefined) return unknownFunction(leaf);
  const { pipeline } = state;
  if (pipeline === undefined)
    return problem(
      leaf,
      "UNSUPPORTED_FEATURE",
      `\`${name}\` is ${about} of a pipeline: ask in a session of one (\`sluice sql --project DIR\`, or openPipeline(dir).session()).`,
    );
  return name === "event_log" ? findEventLog(leaf, pipeline, state) : findFilesState(leaf, state);
}

const OF_A_PIPELINE: Readonly<Record<string, string>> = {
  event_log: "the log",
  cloud_files_state: "what the tables have read from files",
};

async function findFilesState(leaf: TableFunction, state: SessionState): Promise<FoundLeaf | QueryProblem> {
  const name = tableArgument(leaf);
  if (name === undefined) {
    const message = "`cloud_files_state` takes a table of the pipeline: cloud_files_state(TABLE(bronze_orders)).";
    return problem(leaf, "INVALID_PARAMETER_VALUE", message);
  }
  const rows = await filesState(name, state);
  const table: NamedTable = { kind: "NamedTable", name, streaming: false, options: {}, ...placeOf(leaf) };
  if (rows === undefined) return notFound(table, await tableNames(state));
  return {
    resolved: { kind: "Table", schema: CLOUD_FILES_STATE, hidden: struct([]) },
    slice: { kind: "Rows", columns: CLOUD_FILES_STATE.fields.map((one) => one.name), rows },
  };
}

async function findEventLog(
  leaf: TableFunction,
  pipeline: PipelineTies,
  state: SessionState,
): Promise<FoundLeaf | QueryProblem> {
  const value = leaf.args[0]?.value;
  const id = value?.kind === "Literal" ? String(value.value) : undefined;
  if (id !== undefined && id !== pipeline.id && id !== pipeline.name) {
    return problem(
      leaf,
      "INVALID_PARAMETER_VALUE",
      `There is no pipeline "${id}" here: this one is "${pipeline.id}". Open a session in the folder of the other one.`,
    );
  }
  const log: NamedTable = { kind: "NamedTable", name: ["event_log"], streaming: false, options: {} };
  return (
    (await readEvents(log, state)) ??
    problem(leaf, "TABLE_OR_VIEW_NOT_FOUND", "There is no event log yet: run the pipeline first.")
  );
}

const LATER: Readonly<Record<string, string>> = {
  cloud_files: "It is a stream: use read_files, or the format and path in back-ticks (json.`data/orders`).",
};

function unknownFunction(leaf: TableFunction): QueryProblem {
  const later = LATER[leaf.name.toLowerCase()];
  if (later !== undefined)
    return problem(leaf, "UNSUPPORTED_FEATURE", `The feature is not supported: \`${leaf.name}\` in a query. ${later}`);
  return problem(
    leaf,
    "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
    `The table-valued function \`${leaf.name}\` cannot be resolved. Queries have range, explode and its kind, read_files, table_changes, event_log and cloud_files_state.`,
  );
}

function streaming(leaf: Leaf): QueryProblem {
  return problem(
    leaf,
    "UNSUPPORTED_FEATURE",
    "The feature is not supported: a streaming read here. Read it without STREAM, or write the stream with writeStream.",
  );
}

function noTableAt(path: string, leaf: Leaf): QueryProblem {
  return { ...problem(leaf, "PATH_NOT_FOUND", `There is no Delta table at "${path}".`), parameters: { path } };
}

function notFound(leaf: NamedTable, names: readonly string[]): QueryProblem {
  const name = leaf.name.map((part) => `\`${part}\``).join(".");
  const near = closestMatch(leaf.name.at(-1) ?? "", names);
  const hint =
    near === undefined
      ? "SHOW TABLES lists what there is; a pipeline's tables are there once it has run."
      : `Did you mean \`${near}\`?`;
  const message = `The table or view ${name} cannot be found. ${hint}`;
  return { ...problem(leaf, "TABLE_OR_VIEW_NOT_FOUND", message), parameters: { relationName: name } };
}

function problem(leaf: Leaf, condition: string, message: string): QueryProblem {
  const name = leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.kind === "DataSource" ? leaf.format : leaf.name;
  return { condition, message, parameters: { name }, ...placeOf(leaf) };
}

function placeOf(leaf: Leaf): Pick<QueryProblem, "span" | "origin"> {
  return { ...(leaf.span && { span: leaf.span }), ...(leaf.origin && { origin: leaf.origin }) };
}
