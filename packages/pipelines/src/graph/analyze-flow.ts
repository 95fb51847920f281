import {
  type AnalysisOptions,
  type Attribute,
  analyze,
  type Leaf,
  type Plan,
  prune,
  type QueryProblem,
  type Relation,
  type ResolvedLeaf,
  struct,
  TIMESTAMP,
  walkPlan,
} from "@sluice/query";
import type { ChangeSpec } from "../cdc/change-columns.ts";
import { changedColumns } from "../cdc/change-plans.ts";
import { changeTypeErrors } from "../cdc/change-types.ts";
import { changeRows, resolveChanges } from "../cdc/resolve-changes.ts";
import { snapshotColumns, snapshotRows } from "../cdc/snapshot-plans.ts";
import { firstVersionType } from "../cdc/snapshot-version.ts";
import type { ChangeDeclaration } from "../declaration/declaration.ts";
import { fromQueryError, isQueryError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import { intoOutbox, type OutboxColumn, outboxColumns } from "../engine/outbox-columns.ts";
import { quarantineLocation, quarantineSchema } from "../expectation/system-table.ts";
import { CHANGE_FIELDS } from "../source/change-feed.ts";
import { pushFilters } from "../stateful/push-filters.ts";
import { type FlowRead, rowSchema } from "./dataflow-graph.ts";
import type { DeclaredDataset, DeclaredFlow } from "./declared-graph.ts";
import { dropTopOrder, isUnordered } from "./drop-order.ts";
import type { Gathered, ReadFlow } from "./gather-reads.ts";
import type { GraphWorld } from "./graph-world.ts";
import type { KnownDataset } from "./known-dataset.ts";
import { flowErrors, type OwnRead, readErrors } from "./read-rules.ts";
import type { ResolvedRead } from "./read-table.ts";
import { takesAnyColumns } from "./sink-rules.ts";
import { streamingErrors } from "./streaming-rules.ts";

/** A flow's query with names resolved and types known. */
export interface AnalyzedFlow {
  readonly flow: DeclaredFlow;
  readonly relation: Relation;
  readonly plan: Plan;
  /** What the table gets of the plan's rows. */
  readonly columns: readonly Omit<Attribute, "id">[];
  /** What the columns are before they wait in a table for a sink; absent: the same. */
  readonly outbox?: readonly OutboxColumn[];
  /** How the plan's rows change the table; absent: they are its rows. */
  readonly changes?: ChangeSpec;
  /** How the table follows the plan's rows, which are all that it is to hold. */
  readonly snapshots?: ChangeSpec;
  readonly streaming: boolean;
  readonly reads: ReadonlyMap<number, FlowRead>;
  /** Canonical names, views and what is behind them included. */
  readonly upstream: readonly string[];
}

/** What analyzing a flow may use. */
export interface FlowContext {
  readonly gathered: Gathered;
  readonly known: ReadonlyMap<string, KnownDataset>;
  readonly world: GraphWorld;
}

/** Analyzes one flow's query; all that it reads in the pipeline is known. A flow whose reads failed gives neither a result nor errors. */
export function analyzeFlow(
  flow: DeclaredFlow,
  dataset: DeclaredDataset,
  context: FlowContext,
): { readonly analyzed?: AnalyzedFlow; readonly errors: readonly PipelineError[] } {
  const read = context.gathered.flows.get(flow.name);
  const kind = context.gathered.kinds.get(flow.target);
  if (read === undefined || kind === undefined) return { errors: [] };
  const wrongReads = [...readErrors(ownReads(read, context), dataset), ...flowErrors(flow, dataset, kind, read.leaves)];
  if (wrongReads.length > 0) return { errors: wrongReads };
  const { settings, engine } = context.world;
  const leaves = leavesOf(read, context);
  const resolveLeaf = (leaf: Leaf): ResolvedLeaf | QueryProblem => describeLeaf(leaf, leaves, context);
  try {
    const { ansi, timeZone, catalog, schema } = settings;
    const options = { resolveLeaf, ansi, timeZone, catalog, schema };
    const understood = understand(flow, dataset, read.relation, options);
    if (!("plan" in understood)) return { errors: understood };
    const { plan: analyzed, ...applied } = understood;
    const told = kind === "TemporaryView" ? "later" : dataset.declaration.sink?.outputMode;
    const isKept = told !== undefined || !isUnordered(analyzed);
    const plan = isKept ? analyzed : dropTopOrder(analyzed);
    const { origin } = flow.declaration;
    const name = dataset.name.display;
    const isAlone = dataset.flows.length === 1 && applied.changes === undefined;
    const errors = [
      ...streamingErrors(pushFilters(plan), name, origin, isAlone, told),
      ...fromQueryError({ problems: engine.check(plan) }, name, origin),
    ];
    if (errors.length > 0) return { errors };
    const streaming = read.leaves.some((leaf) => leaf.streaming);
    const upstream = transitive(read.upstream, context.known);
    const pruned = prune(plan);
    return {
      analyzed: {
        flow,
        relation: read.relation,
        ...rowsOf(pruned, dataset),
        ...applied,
        streaming,
        reads: flowReads(pruned, leaves, context),
        upstream,
      },
      errors,
    };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return { errors: fromQueryError(error, dataset.name.display, flow.declaration.origin) };
  }
}

/** The rows of a query as its table holds them: sinks that take any columns get those of their only flow as they were. */
function rowsOf(
  plan: Plan,
  { declaration: { sink }, flows }: DeclaredDataset,
): Pick<AnalyzedFlow, "plan" | "columns" | "outbox"> {
  const outbox = sink !== undefined && takesAnyColumns(sink) && flows.length === 1 ? outboxColumns(plan) : undefined;
  if (outbox === undefined) return { plan, columns: plan.output };
  const waiting = intoOutbox(plan, outbox);
  return { plan: waiting, columns: waiting.output, outbox };
}

/** What a flow's query gives, and how that changes its table. */
interface Understood {
  readonly plan: Plan;
  readonly columns?: AnalyzedFlow["columns"];
  readonly changes?: ChangeSpec;
  readonly snapshots?: ChangeSpec;
}

function understand(
  { declaration: { name, origin, changes, snapshots } }: DeclaredFlow,
  dataset: DeclaredDataset,
  relation: Relation,
  options: AnalysisOptions,
): Understood | readonly PipelineError[] {
  const source = analyze(relation, options);
  if (snapshots !== undefined) {
    const spec = resolveChanges({ flow: name, origin, changes: { ...snapshots, sequenceBy: "" } }, source.output);
    if (!("scdType" in spec)) return spec;
    const plan = analyze(snapshotRows(spec.keys, relation), options);
    const version = snapshots.next === undefined ? TIMESTAMP : firstVersionType(snapshots.next);
    return { plan, snapshots: spec, columns: snapshotColumns(spec, plan.output, version) };
  }
  if (changes === undefined) return { plan: source };
  const declared = { flow: name, origin, changes: withComputed(changes, dataset) };
  const spec = resolveChanges(declared, source.output);
  const plan = analyze(changeRows(changes, relation), options);
  if (!("scdType" in spec)) return spec;
  const errors = changeTypeErrors(declared, spec, plan.output);
  return errors.length > 0 ? errors : { plan, changes: spec, columns: changedColumns(spec, plan.output) };
}

/** A list of columns to keep names none that the table computes; these are kept, too. */
function withComputed(
  changes: ChangeDeclaration,
  { declaration: { generated = [] } }: DeclaredDataset,
): ChangeDeclaration {
  if (changes.columns?.kind !== "List" || generated.length === 0) return changes;
  return {
    ...changes,
    columns: { kind: "List", columns: [...changes.columns.columns, ...generated.map((one) => one.name)] },
  };
}

function ownReads(read: ReadFlow, { gathered, known }: FlowContext): readonly OwnRead[] {
  return [...read.reads].flatMap(([leaf, one]) => {
    const target = one.kind === "Dataset" ? gathered.declared.datasets.get(one.dataset) : undefined;
    const dataset = one.kind === "Dataset" ? known.get(one.dataset) : undefined;
    if (one.kind !== "Dataset" || target === undefined || dataset === undefined) return [];
    const quarantine = one.part === "Quarantine";
    const appends = quarantine || one.changes !== undefined;
    return [{ leaf, target, kind: dataset.dataset.kind, streamingView: dataset.streaming, appends }];
  });
}

type Leaves = ReadonlyMap<Leaf, ResolvedRead>;

/** The leaves of a flow and of all views that it reads, for these stand inside its query. Its own come first. */
function leavesOf(read: ReadFlow, { gathered, known }: FlowContext): Leaves {
  const leaves = new Map(read.reads);
  for (const name of transitive(read.upstream, known)) {
    if (known.get(name)?.view === undefined) continue;
    for (const [leaf, one] of gathered.flows.get(name)?.reads ?? []) if (!leaves.has(leaf)) leaves.set(leaf, one);
  }
  return leaves;
}

/** Names of datasets and, behind views, of those that the views read. */
function transitive(names: readonly string[], known: ReadonlyMap<string, KnownDataset>): readonly string[] {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const dataset = known.get(name);
    if (dataset?.view !== undefined) open.push(...dataset.dataset.reads);
  }
  return [...found];
}

function describeLeaf(leaf: Leaf, leaves: Leaves, { known, world }: FlowContext): ResolvedLeaf | QueryProblem {
  const read = leaves.get(leaf);
  if (read?.kind === "Outside") return { kind: "Table", schema: read.schema, hidden: read.hidden };
  const source = read === undefined ? undefined : known.get(read.dataset);
  if (read === undefined || source === undefined) throw new Error(`unresolved leaf ${JSON.stringify(leaf)}`);
  const { dataset, view } = source;
  if (view !== undefined) {
    const { nullIsViolation } = world.settings;
    return { kind: "View", relation: view.relation, dataset: dataset.displayName, rules: view.rules, nullIsViolation };
  }
  const own = read.part === "Quarantine" ? quarantineSchema(rowSchema(dataset)) : dataset.schema;
  const schema = read.changes === undefined ? own : struct([...own.fields, ...CHANGE_FIELDS]);
  return { kind: "Table", schema, hidden: { kind: "struct", fields: [] } };
}

function flowReads(plan: Plan, leaves: Leaves, { known }: FlowContext): ReadonlyMap<number, FlowRead> {
  const reads = new Map<number, FlowRead>();
  for (const node of walkPlan(plan)) {
    if (node.kind !== "Scan") continue;
    const read = leaves.get(node.leaf);
    if (read === undefined) throw new Error(`scan of an unresolved leaf ${JSON.stringify(node.leaf)}`);
    reads.set(node.scan, read.kind === "Outside" ? read.read : datasetRead(node.leaf, read, known));
  }
  return reads;
}

function datasetRead(
  leaf: Leaf,
  read: Extract<ResolvedRead, { kind: "Dataset" }>,
  known: ReadonlyMap<string, KnownDataset>,
): FlowRead {
  const location = known.get(read.dataset)?.dataset.location;
  if (location === undefined) throw new Error(`scan of "${read.dataset}", which has no table`);
  const at = read.part === "Quarantine" ? quarantineLocation(location) : location;
  const changes = read.changes === undefined ? {} : { changes: read.changes };
  return { kind: "Dataset", dataset: read.dataset, location: at, streaming: leaf.streaming, leaf, ...changes };
}
