import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { WriteOutcome } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import { makeProcessFolder } from "../engine/process-folder.ts";
import type { EventRecorder } from "../event-log/event-recorder.ts";
import type { DataflowGraph, Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { RestatePreview, RestateRequest } from "../planner/restate-request.ts";
import { type RestateTable, stagesOf, type UpdatePlan } from "../planner/update-plan.ts";
import { previewRestate } from "../restate/preview-restate.ts";
import { removeFolder, settleRestate, unfinishedRestate } from "../restate/restate-record.ts";
import { finishRestate, restateTable } from "../restate/restate-table.ts";
import type { RestateScope } from "../restate/restatement.ts";
import type { RunStaging } from "../restate/stage-changes.ts";
import { changeStateTarget } from "../streaming/change-target.ts";
import { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { StreamFlow } from "../streaming/stream-flow.ts";
import { appendOnce } from "./append-once.ts";
import { FlowEvents } from "./flow-events.ts";
import { throwViolation } from "./run-flow.ts";

/** Where restatements happen. */
export interface RestateWorld {
  readonly flows: FlowWorld;
  readonly settings: PipelineSettings;
  readonly graph: DataflowGraph;
}

/** Carries out the restatements of a plan, one after the other, and tells the event log of each as progress of a flow `<table>_restate`. @throws as `restateTable` does */
export async function runRestates(plan: UpdatePlan, world: RestateWorld, recorder: EventRecorder): Promise<void> {
  for (const stage of stagesOf(plan, "RestateTable")) await runRestate(stage, world, recorder);
}

/** Forgets restatements of tables that start over, or that are no longer there. */
export async function dropOvertaken(plan: UpdatePlan, graph: DataflowGraph, store: FileStore): Promise<void> {
  const record = await unfinishedRestate(store);
  if (record === undefined) return;
  const isReset = stagesOf(plan, "ResetTable").some(({ dataset }) => dataset === record.dataset);
  const isThere = graph.datasets.some(({ name, changes }) => name === record.dataset && changes?.state !== undefined);
  if (isReset || !isThere) await settleRestate(record, store);
}

/** What a restatement would do; undefined before the first update. Works in a temporary folder; writes nothing else. @throws as `previewRestate` does */
export async function previewOf(
  dataset: Dataset,
  request: RestateRequest,
  world: RestateWorld,
): Promise<RestatePreview | undefined> {
  const state = changeStateTarget(dataset, world.flows.store.root);
  if (state === undefined || (await world.flows.engine.tables.describe(state.location)) === undefined) return undefined;
  const folder = makeProcessFolder("restate");
  try {
    return await previewRestate(request, scopeOf(dataset, folder, world));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runRestate(stage: RestateTable, world: RestateWorld, recorder: EventRecorder): Promise<void> {
  const dataset = world.graph.datasets.find(({ name }) => name === stage.dataset);
  if (dataset === undefined) throw new Error(`"${stage.dataset}" is not in the graph`);
  const events = await restateEvents(dataset, world, recorder);
  events.status("RUNNING", `Flow '${events.name}' is RUNNING: ${stage.reason}.`);
  try {
    const { request } = stage;
    const outcome = request === undefined ? await finish(dataset, world) : await restate(request, dataset, world);
    if (outcome.kind === "Committed") events.written("COMPLETED", outcome);
    else events.status("COMPLETED");
  } catch (error) {
    events.failed(error, true);
    throw error;
  }
}

async function restate(request: RestateRequest, dataset: Dataset, world: RestateWorld): Promise<WriteOutcome> {
  const { store } = world.flows;
  const all = `restates/${encodeURIComponent(dataset.name)}`;
  await removeFolder(store, all);
  const folder = `${all}/${randomUUID()}`;
  return await restateTable(request, scopeOf(dataset, `${store.root}/${folder}`, world), folder);
}

async function finish(dataset: Dataset, world: RestateWorld): Promise<WriteOutcome> {
  const { store } = world.flows;
  const record = await unfinishedRestate(store);
  if (record === undefined) throw new Error("there is no restatement to finish");
  return await finishRestate(record, scopeOf(dataset, `${store.root}/${record.folder}`, world));
}

/** `folder` is where the changes read again are kept: a path or URL. */
function scopeOf(dataset: Dataset, folder: string, { flows: world, settings, graph }: RestateWorld): RestateScope {
  const { openStore } = world;
  if (openStore === undefined) throw new Error("restating a table needs a way to open stores");
  const flows = graph.flows.filter(({ target, changes }) => target === dataset.name && changes !== undefined);
  return { dataset, flows, settings, world, workStore: openStore(folder), runStaging };
}

const runStaging: RunStaging = async (staging, world) => {
  const { flow, dataset, checkpoint } = staging;
  if (flow.once) {
    throwViolation(flow.name, await appendOnce(staging, world));
    return;
  }
  const stream = new StreamFlow(flow, dataset, checkpoint, world);
  for (let report = await stream.step(); report !== undefined; report = await stream.step()) {
    throwViolation(flow.name, report.outcome);
    world.signal?.throwIfAborted();
  }
};

async function restateEvents(
  dataset: Dataset,
  { flows, graph, settings }: RestateWorld,
  recorder: EventRecorder,
): Promise<FlowEvents> {
  const [first] = graph.flows.filter(({ target }) => target === dataset.name);
  if (first === undefined) throw new Error(`nothing writes "${dataset.displayName}"`);
  const name = `${dataset.displayName}_restate`;
  const checkpoint = await FlowCheckpoint.open(flows.store, {
    pipelineId: settings.id,
    target: dataset.name,
    flow: name,
  });
  return new FlowEvents({ flow: { ...first, name }, dataset, checkpoint }, recorder, flows.updateId);
}
