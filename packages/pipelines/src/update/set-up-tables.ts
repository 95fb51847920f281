import type { TableDescription, Tables } from "../engine/engine.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import { keysProperty } from "../graph/stored-keys.ts";
import { privacyProperty } from "../graph/stored-kind.ts";
import { BatchQuery } from "../streaming/batch-query.ts";
import { checkStates } from "../streaming/flow-state.ts";
import { quarantineTarget, tableTarget } from "../streaming/table-write.ts";
import { checkChanges } from "./check-changes.ts";
import type { TrackedFlow } from "./flow-identity.ts";
import { type WideningWorld, widenTable } from "./widen-table.ts";

/** What setting up tables needs; `storage` is where states are, and `flows` those that write the tables. */
export interface SetUpWorld extends WideningWorld {
  readonly storage: string;
  readonly flows: readonly TrackedFlow[];
}

/**
 * Creates the tables that are missing, and brings those of `refreshed` streaming tables up to date; a materialized view gets its columns with its rows. Columns of wider types are rewritten. The
 * answer is what went wrong, by canonical dataset.
 */
export async function setUpTables(
  datasets: readonly Dataset[],
  refreshed: ReadonlySet<string>,
  world: SetUpWorld,
): Promise<ReadonlyMap<string, unknown>> {
  const errors = new Map<string, unknown>();
  await Promise.all(
    datasets.map(async (dataset) => {
      try {
        await setUpTable(dataset, refreshed.has(dataset.name), world);
      } catch (error) {
        errors.set(dataset.name, error);
      }
    }),
  );
  return errors;
}

async function setUpTable(dataset: Dataset, isRefreshed: boolean, world: SetUpWorld): Promise<void> {
  const target = tableTarget(dataset);
  const { tables } = world.engine;
  const stored = await tables.describe(target.location);
  const isStreaming = dataset.kind === "StreamingTable" && dataset.declaration.sink === undefined;
  const quarantine = quarantineTarget(target, dataset);
  const refused = isStreaming ? await tables.describe(quarantine.location) : undefined;
  if (isStreaming && isRefreshed) {
    await checkChanges(dataset, stored, tables, world.storage);
    if (stored !== undefined) await checkQueries(dataset, world);
    await widenTable(target, stored, world);
    await widenTable(quarantine, refused, world);
    const labels = { ...privacy(dataset, stored), ...keys(dataset, stored) };
    await tables.ensure({ ...target, properties: { ...target.properties, ...labels } });
  } else if (stored === undefined) await tables.ensure(target);
  else if (dataset.declaration.sink === undefined) {
    await label(target.name, stored, { ...privacy(dataset, stored), ...keys(dataset, stored) }, tables);
  }
  if (refused !== undefined) await label(quarantine.name, refused, privacy(dataset, refused), tables);
}

function privacy({ declaration }: Dataset, stored: TableDescription | undefined): Labels {
  return privacyProperty(declaration.private, stored?.properties);
}

function keys({ declaration }: Dataset, stored: TableDescription | undefined): Labels {
  return keysProperty(declaration.keys, stored?.properties);
}

/** A table is not altered for queries that cannot go on with what they remember. @throws EngineError STATE_SCHEMA_CHANGED */
async function checkQueries({ name }: Dataset, { engine, storage, flows }: SetUpWorld): Promise<void> {
  for (const { flow, dataset, checkpoint } of flows) {
    if (flow.target !== name || !flow.streaming || flow.once) continue;
    const stateFolder = `${storage}/${checkpoint.stateFolder}`;
    const { states } = new BatchQuery({ flow, dataset, storage, stateFolder, nullIsViolation: false });
    await checkStates(engine.tables, states, flow.name);
  }
}

type Labels = TableDescription["properties"];

/** Tells readers of a table what is declared otherwise than it is stored: whether it is in the catalogue, and its keys. Its rows are not touched. */
async function label(name: string, stored: TableDescription, labels: Labels, tables: Tables): Promise<void> {
  const { location, schema, partitionBy, properties } = stored;
  if (Object.entries(labels).every(([key, value]) => properties[key] === value)) return;
  await tables.ensure({ location, name, schema, partitionBy, clusterBy: [], properties: labels });
}
