import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { DataflowGraph, Dataset } from "../graph/dataflow-graph.ts";
import type { RestateRequest } from "./restate-request.ts";

/** Which tables an update is about. Names as people type them: `table`, `schema.table` or `catalog.schema.table`, case ignored. */
export interface RefreshRequest {
  /** Only these (and those to be fully refreshed); absent: all. */
  readonly refresh?: readonly string[];
  /** Emptied and filled again from their sources. */
  readonly fullRefresh?: readonly string[];
  readonly fullRefreshAll?: boolean;
  /** The tables of `fullRefresh` are not emptied: some of their keys are made anew. */
  readonly restate?: RestateRequest;
}

/** Canonical names of the tables that run, and of those among them that start over. */
export interface Selection {
  readonly refreshed: ReadonlySet<string>;
  readonly fullyRefreshed: ReadonlySet<string>;
  /** Those of which some keys are made anew before they run. */
  readonly restated: ReadonlySet<string>;
  /** All that is wrong with the request. */
  readonly errors: readonly PipelineError[];
}

/** Finds the tables that a request names. */
export function selectTables(graph: DataflowGraph, request: RefreshRequest): Selection {
  const tables = graph.datasets.filter((dataset) => dataset.kind !== "TemporaryView");
  const all = new Set(tables.map((table) => table.name));
  const refresh = (request.refresh ?? []).flatMap((name) => findTables(graph, tables, name));
  const fullRefresh = (request.fullRefresh ?? []).flatMap((name) => findTables(graph, tables, name));
  const errors = [...refresh, ...fullRefresh].filter((found) => found instanceof PipelineError);
  const named = (found: readonly (Dataset | PipelineError)[]) =>
    found.flatMap((one) => (one instanceof PipelineError ? [] : [one.name]));
  const isPartial =
    request.refresh !== undefined || (request.fullRefresh !== undefined && request.fullRefresh.length > 0);
  const anew = request.fullRefreshAll ? all : new Set(named(fullRefresh));
  const none: ReadonlySet<string> = new Set();
  return {
    refreshed: request.fullRefreshAll || !isPartial ? all : new Set([...named(refresh), ...named(fullRefresh)]),
    fullyRefreshed: request.restate === undefined ? anew : none,
    restated: request.restate === undefined ? none : anew,
    errors,
  };
}

/** The table that a name means, or all that is written into the sink of that name. */
function findTables(
  graph: DataflowGraph,
  tables: readonly Dataset[],
  name: string,
): readonly (Dataset | PipelineError)[] {
  const wanted = name.trim().toLowerCase();
  const sinks = tables.filter((table) => table.declaration.sink?.name.toLowerCase() === wanted);
  return sinks.length > 0 ? sinks : [findTable(graph, tables, name)];
}

/** The table that a name means, or why it means none. `tables` are the datasets to choose from. */
export function findTable(graph: DataflowGraph, tables: readonly Dataset[], name: string): Dataset | PipelineError {
  const wanted = name
    .trim()
    .toLowerCase()
    .replaceAll("`", "")
    .replace(/^live\./, "");
  const matches = tables.filter((table) => spellings(table).includes(wanted));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  if (matches.length > 1) {
    const params = { dataset: name, matches: matches.map((table) => table.displayName) };
    return new PipelineError("SELECTED_TABLE_AMBIGUOUS", params);
  }
  if (graph.datasets.some((dataset) => dataset.kind === "TemporaryView" && spellings(dataset).includes(wanted))) {
    return new PipelineError("SELECTED_TABLE_IS_A_VIEW", { dataset: name });
  }
  const closest = closestMatch(wanted, tables.flatMap(shortestFirst));
  return new PipelineError("SELECTED_TABLE_NOT_FOUND", {
    dataset: name,
    ...(closest === undefined ? {} : { closest }),
  });
}

function shortestFirst(table: Dataset): readonly string[] {
  return [...spellings(table)].reverse();
}

/** `catalog.schema.table`, `schema.table`, `table`, lower case. */
function spellings(table: Dataset): readonly string[] {
  const parts = table.displayName.toLowerCase().split(".");
  return [...new Set([...parts.map((_, i) => parts.slice(i).join(".")), table.name])].sort(
    (a, b) => b.length - a.length,
  );
}
