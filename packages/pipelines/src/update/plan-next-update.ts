import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { type ExistingState, planUpdate } from "../planner/plan-update.ts";
import type { RefreshRequest } from "../planner/selection.ts";
import type { RestateTable, Stage, UpdatePlan } from "../planner/update-plan.ts";
import { unfinishedRestate } from "../restate/restate-record.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { hasAppended } from "./append-once.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { type TrackedFlow, trackFlows } from "./flow-identity.ts";
import { assessRefresh } from "./refresh-view.ts";
import { unfinishedResets } from "./reset-tables.ts";
import { previewOf, type RestateWorld } from "./run-restates.ts";
import type { UpdateWorld } from "./update-input.ts";

/**
 * What the next update would do, and why: the plan that it would follow, with what can be known beforehand about materialized views. Writes nothing.
 *
 * @throws PipelineErrors when the request names tables that cannot be refreshed as asked.
 */
export async function planNextUpdate(
  graph: DataflowGraph,
  settings: PipelineSettings,
  request: RefreshRequest,
  world: Pick<UpdateWorld, "engine" | "store" | "clock" | "openStore">,
): Promise<UpdatePlan> {
  const tracked = await trackFlows(graph, settings.id, world.store);
  const facts = flowWorld(settings, world, world.clock ?? SYSTEM_CLOCK, "none");
  const existing = await existingState(tracked, facts);
  const plan = planUpdate(graph, { ...existing, refreshes: await refreshFacts(graph, tracked, facts) }, request);
  return await withPreviews(plan, { graph, flows: facts, settings });
}

/** The plan with what its restatements would do. */
async function withPreviews(plan: UpdatePlan, world: RestateWorld): Promise<UpdatePlan> {
  const stages: Stage[] = [];
  for (const stage of plan.stages) stages.push(stage.kind === "RestateTable" ? await previewed(stage, world) : stage);
  return { stages };
}

async function previewed(stage: RestateTable, world: RestateWorld): Promise<RestateTable> {
  const dataset = world.graph.datasets.find(({ name }) => name === stage.dataset);
  if (dataset === undefined || stage.request === undefined) return stage;
  const preview = await previewOf(dataset, stage.request, world);
  return preview === undefined ? stage : { ...stage, preview };
}

/** What earlier updates left behind; nothing about materialized views, which are looked at when their turn comes. */
export async function existingState(
  tracked: ReadonlyMap<string, TrackedFlow>,
  world: FlowWorld,
): Promise<ExistingState> {
  const once = [...tracked.values()].filter(({ flow }) => flow.once);
  const hasChanges = [...tracked.values()].some(({ flow }) => flow.changes !== undefined);
  const [resets, restate, done] = await Promise.all([
    unfinishedResets(world.store),
    hasChanges ? unfinishedRestate(world.store) : undefined,
    Promise.all(once.map(async (one) => ((await hasAppended(one, world)) ? [one.flow.name] : []))),
  ]);
  return {
    unfinishedResets: resets,
    ...(restate === undefined ? {} : { unfinishedRestate: restate.dataset }),
    finishedOnce: new Set(done.flat()),
    refreshes: new Map(),
  };
}

/** The world as a flow of the pipeline sees it. */
export function flowWorld(
  settings: PipelineSettings,
  world: Pick<UpdateWorld, "engine" | "store" | "signal" | "openStore">,
  clock: Clock,
  updateId: string,
): FlowWorld {
  const { timeZone, ansi, nullIsViolation, watermarkPolicy } = settings;
  const { engine, store, signal, openStore } = world;
  return {
    engine,
    store,
    session: () => ({ now: BigInt(clock.now()) * 1000n, timeZone, ansi }),
    nullIsViolation,
    watermarkPolicy,
    updateId,
    ...(signal === undefined ? {} : { signal }),
    ...(openStore === undefined ? {} : { openStore }),
  };
}

async function refreshFacts(
  graph: DataflowGraph,
  tracked: ReadonlyMap<string, TrackedFlow>,
  world: FlowWorld,
): Promise<ExistingState["refreshes"]> {
  const views = new Set(graph.datasets.filter(({ kind }) => kind === "MaterializedView").map(({ name }) => name));
  const entries = [...tracked.values()]
    .filter(({ dataset }) => views.has(dataset.name))
    .map(async (one) => {
      const { facts, committedFacts } = await assessRefresh(one, world, false);
      const committed = committedFacts === undefined ? {} : { committed: committedFacts };
      return [one.flow.name, { current: facts, ...committed }] as const;
    });
  return new Map(await Promise.all(entries));
}
