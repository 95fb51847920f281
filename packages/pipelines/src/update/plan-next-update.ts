import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { type ExistingState, planUpdate } from "../planner/plan-update.ts";
import type { RefreshRequest } from "../planner/selection.ts";
import type { UpdatePlan } from "../planner/update-plan.ts";
import type { FlowWorld } from "../streaming/stream-flow.ts";
import { hasAppended } from "./append-once.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { type TrackedFlow, trackFlows } from "./flow-identity.ts";
import { assessRefresh } from "./refresh-view.ts";
import { unfinishedResets } from "./reset-tables.ts";
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
  return planUpdate(graph, { ...existing, refreshes: await refreshFacts(graph, tracked, facts) }, request);
}

/** What earlier updates left behind; nothing about materialized views, which are looked at when their turn comes. */
export async function existingState(
  tracked: ReadonlyMap<string, TrackedFlow>,
  world: FlowWorld,
): Promise<ExistingState> {
  const once = [...tracked.values()].filter(({ flow }) => flow.once);
  const [resets, done] = await Promise.all([
    unfinishedResets(world.store),
    Promise.all(once.map(async (one) => ((await hasAppended(one, world)) ? [one.flow.name] : []))),
  ]);
  return { unfinishedResets: resets, finishedOnce: new Set(done.flat()), refreshes: new Map() };
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
