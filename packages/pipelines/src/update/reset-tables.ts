import type { Engine } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import { expectationsLocation } from "../expectation/system-table.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import { changeStateTarget } from "../streaming/change-target.ts";
import { emptyTable } from "../streaming/empty-table.ts";
import { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import { quarantineTarget, tableTarget } from "../streaming/table-write.ts";
import { flowIdentity } from "./flow-identity.ts";

/** Stored before anything is cleared and removed when all is: a run that finds it does the same again. */
const INTENT = "checkpoints/reset.json";

/** By canonical dataset: the generation that each of its flows begins. */
type Resets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Canonical names of the tables whose reset was begun and not finished. */
export async function unfinishedResets(store: FileStore): Promise<ReadonlySet<string>> {
  return new Set(Object.keys(await readIntent(store)));
}

/**
 * Empties tables and begins their flows anew. From the moment that this is on record it will be done, by a later update if need be, so that no flow goes on
 * from its old place into an emptied table.
 */
export async function resetTables(
  datasets: readonly Dataset[],
  pipelineId: string,
  store: FileStore,
  engine: Engine,
): Promise<void> {
  if (datasets.length === 0) return;
  const begun = await readIntent(store);
  const resets: Record<string, Readonly<Record<string, number>>> = {};
  for (const dataset of datasets) {
    resets[dataset.name] = begun[dataset.name] ?? (await nextGenerations(dataset, pipelineId, store));
  }
  await store.put(INTENT, new TextEncoder().encode(JSON.stringify(resets)));
  await Promise.all(
    datasets.map((dataset) => resetTable(dataset, resets[dataset.name] ?? {}, pipelineId, store, engine)),
  );
  await store.delete(INTENT);
}

async function resetTable(
  dataset: Dataset,
  generations: Readonly<Record<string, number>>,
  pipelineId: string,
  store: FileStore,
  engine: Engine,
): Promise<void> {
  const { location } = dataset;
  if (location === undefined) return;
  const flows = Object.entries(generations);
  const checkpoints = await Promise.all(
    flows.map(([flow]) => FlowCheckpoint.open(store, flowIdentity(pipelineId, dataset.name, flow))),
  );
  const appIds = checkpoints.map((checkpoint) => checkpoint.appId);
  await emptyTables(dataset, appIds, pipelineId, store, engine);
  for (const [flow, generation] of flows) {
    await FlowCheckpoint.restart(store, flowIdentity(pipelineId, dataset.name, flow), generation);
  }
}

/** What a sink of Delta tables has written stays. */
async function emptyTables(
  dataset: Dataset,
  appIds: readonly string[],
  pipelineId: string,
  store: FileStore,
  engine: Engine,
): Promise<void> {
  if (dataset.declaration.sink?.format === "delta") return;
  const target = tableTarget(dataset);
  const state = changeStateTarget(dataset, store.root);
  const resetId = `${pipelineId}/${dataset.name}/reset`;
  await Promise.all([
    emptyTable(target, appIds, resetId, engine),
    engine.tables.clear(expectationsLocation(store.root, dataset.name), appIds),
    emptyTable(quarantineTarget(target, dataset), appIds, resetId, engine),
    ...(state === undefined ? [] : [emptyTable(state, appIds, resetId, engine)]),
  ]);
}

/** Of the dataset's flows and of those that once wrote it: one that comes back must start over as well. */
async function nextGenerations(
  dataset: Dataset,
  pipelineId: string,
  store: FileStore,
): Promise<Readonly<Record<string, number>>> {
  const folder = `checkpoints/${encodeURIComponent(dataset.name)}/`;
  const former = (await store.list(folder.slice(0, -1)))
    .filter((file) => file.path.startsWith(folder))
    .map((file) => decodeURIComponent(file.path.slice(folder.length).split("/")[0] ?? ""));
  const flows = [...new Set([...dataset.flows, ...former])];
  const entries = flows.map(async (flow) => {
    const checkpoint = await FlowCheckpoint.open(store, flowIdentity(pipelineId, dataset.name, flow));
    return [flow, checkpoint.generation + 1] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readIntent(store: FileStore): Promise<Resets> {
  const content = await store.read(INTENT);
  return content === undefined ? {} : (JSON.parse(new TextDecoder().decode(content)) as Resets);
}
