import { PipelineError, PipelineErrors } from "../diagnostics/pipeline-error.ts";
import type { DataflowGraph, Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { decideRefresh, type RefreshFacts, refreshReason } from "./refresh-decision.ts";
import { isProtected, restateErrors } from "./restate-errors.ts";
import type { RestateRequest } from "./restate-request.ts";
import { type RefreshRequest, type Selection, selectTables } from "./selection.ts";
import { nonDeterminism } from "./time-dependence.ts";
import type { ResetTable, RestateTable, RunFlow, SetUpTable, SkipFlow, Stage, UpdatePlan } from "./update-plan.ts";

/** What earlier updates left behind. */
export interface ExistingState {
  /** Canonical names of tables whose reset was begun and may not be finished. */
  readonly unfinishedResets: ReadonlySet<string>;
  /** Canonical name of the table of a restatement that was begun and not finished. */
  readonly unfinishedRestate?: string;
  /** Names of once flows that have run since the last full refresh. */
  readonly finishedOnce: ReadonlySet<string>;
  /** By flow of a materialized view: what its contents were made from (absent before the first refresh) and what is there now. May leave flows out. */
  readonly refreshes: ReadonlyMap<string, { readonly committed?: RefreshFacts; readonly current: RefreshFacts }>;
}

/**
 * Decides what an update does. Pure.
 *
 * @throws PipelineErrors when the request names tables that cannot be refreshed as asked.
 */
export function planUpdate(graph: DataflowGraph, existing: ExistingState, request: RefreshRequest): UpdatePlan {
  const selection = selectTables(graph, request);
  const tables = graph.datasets.filter((dataset) => dataset.kind !== "TemporaryView");
  const errors = [
    ...selection.errors,
    ...(request.fullRefreshAll ? [] : protectedErrors(tables, selection)),
    ...restateErrors(tables, selection, request),
  ];
  if (errors.length > 0) throw new PipelineErrors(errors);
  const resets = tables.flatMap((table) => resetOf(table, selection, existing));
  const setUps = tables.map((table): SetUpTable => ({ kind: "SetUpTable", dataset: table.name }));
  const context = { graph, selection, existing, reset: new Set(resets.map((reset) => reset.dataset)) };
  const restates = tables.flatMap(({ name }) => restatesOf(name, request, context));
  return { stages: [...resets, ...setUps, ...restates, ...graph.flows.flatMap((flow) => flowStages(flow, context))] };
}

interface Context {
  readonly graph: DataflowGraph;
  readonly selection: Selection;
  readonly existing: ExistingState;
  readonly reset: ReadonlySet<string>;
}

function protectedErrors(tables: readonly Dataset[], selection: Selection): readonly PipelineError[] {
  return tables
    .filter(
      (table) => selection.fullyRefreshed.has(table.name) && table.kind === "StreamingTable" && isProtected(table),
    )
    .map((table) => {
      const { origin } = table.declaration;
      return new PipelineError("TABLE_NOT_RESETTABLE", { dataset: table.displayName }, { origin });
    });
}

function resetOf(table: Dataset, selection: Selection, existing: ExistingState): readonly ResetTable[] {
  if (table.kind !== "StreamingTable") return [];
  const { name: dataset, flows } = table;
  if (existing.unfinishedResets.has(dataset)) {
    return [{ kind: "ResetTable", dataset, flows, reason: "an earlier update was stopped while resetting it" }];
  }
  if (!selection.fullyRefreshed.has(dataset) || isProtected(table)) return [];
  return [{ kind: "ResetTable", dataset, flows, reason: "a full refresh was asked for" }];
}

/** A table that starts over has nothing to restate. */
function restatesOf(
  dataset: string,
  { restate }: RefreshRequest,
  { selection, existing, reset }: Context,
): readonly RestateTable[] {
  if (reset.has(dataset)) return [];
  const finish = {
    kind: "RestateTable",
    dataset,
    reason: "an earlier update was stopped while restating keys of it",
  } as const;
  const begin = (request: RestateRequest) =>
    ({ kind: "RestateTable", dataset, request, reason: `keys of rows where ${request.where}` }) as const;
  return [
    ...(existing.unfinishedRestate === dataset ? [finish] : []),
    ...(restate !== undefined && selection.restated.has(dataset) ? [begin(restate)] : []),
  ];
}

function flowStages(flow: ResolvedFlow, context: Context): readonly Stage[] {
  const dataset = context.graph.datasets.find((one) => one.name === flow.target);
  if (dataset === undefined || dataset.kind === "TemporaryView") return [];
  return [skipOf(flow, context) ?? runOf(flow, dataset, context)];
}

function skipOf(flow: ResolvedFlow, { selection, existing, reset }: Context): SkipFlow | undefined {
  const skip = { kind: "SkipFlow", flow: flow.name, dataset: flow.target } as const;
  if (!selection.refreshed.has(flow.target))
    return { ...skip, status: "EXCLUDED", reason: "it is not in the selection" };
  if (!flow.once || reset.has(flow.target) || !existing.finishedOnce.has(flow.name)) return undefined;
  return { ...skip, status: "COMPLETED", reason: "it runs once, and did; a full refresh runs it again" };
}

function runOf(flow: ResolvedFlow, dataset: Dataset, context: Context): RunFlow {
  const after = upstreamFlows(flow, context);
  const isFullRefresh = context.selection.fullyRefreshed.has(dataset.name);
  const stage = { kind: "RunFlow", flow: flow.name, dataset: dataset.name, isFullRefresh, after } as const;
  if (dataset.kind === "MaterializedView") return materialize(flow, stage, context);
  const isReset = context.reset.has(dataset.name);
  if (flow.once) {
    return { ...stage, technique: "Once", reason: isReset ? "its table starts over" : "it has not run yet" };
  }
  if (flow.snapshots !== undefined) {
    return {
      ...stage,
      technique: "Snapshot",
      reason: "what has changed since the snapshot before, if there is a new one",
    };
  }
  return {
    ...stage,
    technique: "Stream",
    reason: isReset ? "from the start: its table was reset" : streamReason(isFullRefresh),
  };
}

function streamReason(isFullRefresh: boolean): string {
  return isFullRefresh
    ? "rows that are new; pipelines.reset.allowed=false keeps the others"
    : "rows that are new since the last update";
}

function materialize(flow: ResolvedFlow, stage: Omit<RunFlow, "technique" | "reason">, context: Context): RunFlow {
  const known = context.existing.refreshes.get(flow.name);
  const demand = { isFullRefresh: stage.isFullRefresh, nonDeterminism: nonDeterminism(flow.plan) };
  if (stage.after.length > 0 || known === undefined) {
    const reason = stage.isFullRefresh ? "a full refresh was asked for" : "if its sources have changed by then";
    return { ...stage, technique: "Materialize", reason };
  }
  const decision = decideRefresh(known.committed, known.current, demand);
  return { ...stage, technique: "Materialize", decision, reason: refreshReason(decision) };
}

function upstreamFlows(flow: ResolvedFlow, { graph, selection }: Context): readonly string[] {
  const upstream = new Set(flow.upstream.filter((name) => selection.refreshed.has(name)));
  return graph.flows.filter((one) => upstream.has(one.target) && one.name !== flow.name).map((one) => one.name);
}
