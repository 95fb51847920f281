import type { Engine, InputSlice, PipelineSettings } from "@sluice/pipelines";
import { closestMatch, eventLogLocation, expectationsLocation, qualifyName } from "@sluice/pipelines";
import { type Leaf, type NamedTable, type QueryProblem, type ResolvedLeaf, struct } from "@sluice/query";

/** A leaf of a query over the pipeline's tables: its columns, and the rows that it stands for. */
export interface FoundLeaf {
  readonly resolved: ResolvedLeaf;
  readonly slice: InputSlice;
}

/** What names in a query can mean: an engine that reads tables, where they are, and, asked for only when a name is unknown, which there are. */
export interface QueryScope {
  readonly engine: Engine;
  readonly settings: PipelineSettings;
  readonly tables: () => Promise<readonly string[]>;
}

const SUFFIX = "_expectations";

/**
 * Finds a leaf among the pipeline's tables (`t`, `schema.t`, `catalog.schema.t`, `LIVE.t`), rows that broke rules (`<table>_expectations`), the event log
 * (`event_log`, `event_log(TABLE(t))`) and Delta tables by path (``delta.`path` ``). The problem otherwise.
 */
export async function findLeaf(leaf: Leaf, scope: QueryScope): Promise<FoundLeaf | QueryProblem> {
  const candidates = locations(leaf, scope.settings);
  for (const location of candidates) {
    const version = leaf.kind === "NamedTable" ? leaf.version : undefined;
    const table = await scope.engine.tables.describe(location, version);
    if (table === undefined) continue;
    return {
      resolved: { kind: "Table", schema: table.schema, hidden: struct([]) },
      slice: { kind: "TableVersion", location, version: table.version },
    };
  }
  return candidates.length === 0 ? unsupported(leaf) : notFound(leaf as NamedTable, await scope.tables());
}

/** Where the table of a leaf may be, best first; none when the leaf is no table. */
function locations(leaf: Leaf, settings: PipelineSettings): readonly string[] {
  if (leaf.kind === "TableFunction")
    return leaf.name.toLowerCase() === "event_log" ? [eventLogLocation(settings.storage)] : [];
  if (leaf.kind === "DataSource") return leaf.format === "delta" ? leaf.paths : [];
  const [first = "", second] = leaf.name;
  if (leaf.name.length === 2 && first.toLowerCase() === "delta" && second !== undefined) return [second];
  return [...tableLocations(leaf.name, settings), ...systemLocations(leaf.name, settings)];
}

function tableLocations(name: readonly string[], settings: PipelineSettings): readonly string[] {
  return [`${settings.storage}/${qualifyName(name, settings).folder}`];
}

function systemLocations(name: readonly string[], settings: PipelineSettings): readonly string[] {
  const last = name.at(-1)?.toLowerCase() ?? "";
  if (last === "event_log" || last === "__event_log") return [eventLogLocation(settings.storage)];
  if (!last.endsWith(SUFFIX)) return [];
  const dataset = qualifyName([...name.slice(0, -1), last.slice(0, -SUFFIX.length)], settings).canonical;
  return [expectationsLocation(settings.storage, dataset)];
}

function unsupported(leaf: Leaf): QueryProblem {
  const what = leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.kind === "DataSource" ? leaf.format : leaf.name;
  return {
    condition: leaf.kind === "TableFunction" ? "UNRESOLVABLE_TABLE_VALUED_FUNCTION" : "UNSUPPORTED_FEATURE",
    message: `\`${what}\` cannot be read by \`sluice query\`. Queries read the pipeline's tables, event_log, <table>_expectations and delta.\`path\`.`,
    parameters: { name: what },
    ...place(leaf),
  };
}

function notFound(leaf: NamedTable, tables: readonly string[]): QueryProblem {
  const name = leaf.name.join(".");
  const near = closestMatch(leaf.name.at(-1) ?? "", tables);
  return {
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    message: `The table \`${name}\` cannot be found.${near === undefined ? " Has the pipeline run? `sluice show` lists its tables." : ` Did you mean \`${near}\`?`}`,
    parameters: { relationName: name },
    ...place(leaf),
  };
}

function place(leaf: Leaf): Pick<QueryProblem, "span" | "origin"> {
  return { ...(leaf.span && { span: leaf.span }), ...(leaf.origin && { origin: leaf.origin }) };
}
