import type { FileStore } from "../engine/file-store.ts";
import type { DataflowGraph, Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { FlowCheckpoint, type FlowIdentity } from "../streaming/flow-checkpoint.ts";

/** A flow with its target and how far it got. */
export interface TrackedFlow {
  readonly flow: ResolvedFlow;
  readonly dataset: Dataset;
  readonly checkpoint: FlowCheckpoint;
}

/** Opens the checkpoints of all flows that write tables; by flow name, in the order of the graph. */
export async function trackFlows(
  graph: DataflowGraph,
  pipelineId: string,
  store: FileStore,
): Promise<ReadonlyMap<string, TrackedFlow>> {
  const datasets = new Map(graph.datasets.map((dataset) => [dataset.name, dataset]));
  const flows = graph.flows.flatMap((flow) => {
    const dataset = datasets.get(flow.target);
    return dataset === undefined || dataset.kind === "TemporaryView" ? [] : [{ flow, dataset }];
  });
  const tracked = await Promise.all(
    flows.map(async ({ flow, dataset }) => {
      const checkpoint = await FlowCheckpoint.open(store, flowIdentity(pipelineId, flow.target, flow.name));
      return [flow.name, { flow, dataset, checkpoint }] as const;
    }),
  );
  return new Map(tracked);
}

/** What names a flow's checkpoint. */
export function flowIdentity(pipelineId: string, target: string, flow: string): FlowIdentity {
  return { pipelineId, target, flow };
}

/** A flow's name as the event log has it: the full name of its table when it is the table's own flow. */
export function flowDisplayName(flow: ResolvedFlow, dataset: Dataset): string {
  const own = dataset.displayName.toLowerCase().split(".").at(-1);
  const name = flow.name.toLowerCase();
  return name === dataset.name || name === own ? dataset.displayName : flow.name;
}
