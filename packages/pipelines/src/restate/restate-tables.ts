import { type StructField, type StructType, struct } from "@sluice/query";
import type { ChangeSpec } from "../cdc/change-columns.ts";
import type { RestatedTables } from "../cdc/restated-tables.ts";
import type { TableTarget } from "../engine/engine.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";

/** The tables that a restatement works with, below a folder of its own. */
export interface WorkTables {
  /** Changes read again from the sources. */
  readonly staged: TableTarget;
  /** The keys that are restated. */
  readonly keys: TableTarget;
}

/** The columns of the tables that restating a dataset reads. @throws Error for a dataset that flows of changes do not keep */
export function restatedTables(dataset: Dataset, flows: readonly ResolvedFlow[], spec: ChangeSpec): RestatedTables {
  const remembered = dataset.changes?.state;
  if (remembered === undefined) throw new Error(`"${dataset.displayName}" has no flows of changes`);
  const staged = stagedColumns(flows);
  const keys = struct(spec.keys.flatMap((key) => remembered.fields.filter(({ name }) => name === key)));
  return { staged, keys, stored: dataset.schema, remembered };
}

/** The tables of a restatement in `folder`, a path or URL. */
export function workTables(folder: string, { displayName }: Dataset, tables: RestatedTables): WorkTables {
  const plain = { partitionBy: [], clusterBy: [], properties: {} };
  return {
    staged: {
      ...{ location: `${folder}/staged`, name: `changes of ${displayName} read again`, schema: tables.staged },
      ...plain,
    },
    keys: {
      ...{ location: `${folder}/keys`, name: `keys of ${displayName} that are restated`, schema: tables.keys },
      ...plain,
    },
  };
}

/** All columns of the rows of the flows, each of which may lack some. */
function stagedColumns(flows: readonly ResolvedFlow[]): StructType {
  const columns = new Map<string, StructField>();
  for (const { name, dataType } of flows.flatMap((flow) => flow.plan.output))
    if (!columns.has(name.toLowerCase()))
      columns.set(name.toLowerCase(), { name, dataType, nullable: true, metadata: {} });
  return struct([...columns.values()]);
}
