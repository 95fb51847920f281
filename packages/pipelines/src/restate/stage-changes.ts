import { analyzeCondition, BOOLEAN, columnOf, type Plan, type Typed } from "@sluice/query";
import { TRUNCATES } from "../cdc/change-columns.ts";
import type { RestateCondition } from "../cdc/restated-tables.ts";
import type { TableTarget } from "../engine/engine.ts";
import type { Dataset, FlowRead, ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";

/** A flow at the beginning of its sources, whose rows are appended to a table instead of changing its own. */
export interface StagingFlow {
  readonly flow: ResolvedFlow;
  readonly dataset: Dataset;
  readonly checkpoint: FlowCheckpoint;
}

/** Runs a flow to the end of what its sources have. @throws EngineError; SchemaChanged when a source has got new columns */
export type RunStaging = (staging: StagingFlow, world: FlowWorld) => Promise<void>;

/** The flows of a dataset, set to read their changes again; a condition on keys leaves out changes of others. */
export async function stagingFlows(
  dataset: Dataset,
  flows: readonly ResolvedFlow[],
  condition: RestateCondition,
  target: TableTarget,
  { store }: Pick<FlowWorld, "store">,
  settings: PipelineSettings,
): Promise<readonly StagingFlow[]> {
  const staged = stagingDataset(dataset, target);
  return await Promise.all(
    flows.map(async (flow) => {
      const identity = { pipelineId: settings.id, target: dataset.name, flow: flow.name };
      const checkpoint = await FlowCheckpoint.open(store, identity);
      return { flow: stagingFlow(flow, condition, settings), dataset: staged, checkpoint };
    }),
  );
}

function stagingDataset({ changes: _, ...dataset }: Dataset, { location, schema }: TableTarget): Dataset {
  const declaration = { ...dataset.declaration, partitionBy: [], clusterBy: [], tableProperties: {} };
  return { ...dataset, declaration, location, schema };
}

function stagingFlow(
  { changes: _, ...flow }: ResolvedFlow,
  condition: RestateCondition,
  settings: PipelineSettings,
): ResolvedFlow {
  const reads = new Map([...flow.reads].map(([scan, read]) => [scan, withoutCleaning(read)]));
  return { ...flow, reads, plan: condition.isOnKeys ? changesThat(flow.plan, condition, settings) : flow.plan };
}

/** Files stay where they are. */
function withoutCleaning(read: FlowRead): FlowRead {
  if (read.kind !== "Files") return read;
  const { clean: _, ...source } = read.source;
  return { ...read, source };
}

function changesThat(input: Plan, { expression }: RestateCondition, settings: PipelineSettings): Plan {
  const isChosen = analyzeCondition(expression, input.output, settings);
  const truncates = input.output.find(({ name }) => name === TRUNCATES);
  const condition = truncates === undefined ? isChosen : either(columnOf(truncates), isChosen);
  return { kind: "Filter", input, condition, output: input.output };
}

function either(left: Typed, right: Typed): Typed {
  return { kind: "Call", name: "or", args: [left, right], dataType: BOOLEAN, nullable: true };
}
