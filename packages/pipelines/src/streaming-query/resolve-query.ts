import type { Origin, Relation, StructType } from "@sluice/query";
import type { DatasetDeclaration, FlowDeclaration, SinkDeclaration } from "../declaration/declaration.ts";
import type { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { GraphWorld } from "../graph/graph-world.ts";
import { resolveGraph } from "../graph/resolve-graph.ts";

/** A query over streams. */
export interface StreamedQuery {
  readonly relation: Relation;
  /** The call that began it. */
  readonly origin: Origin;
}

/** A query understood: a flow without a pipeline. Or all that is wrong with it. */
export type QueryResolution =
  | { readonly kind: "Resolved"; readonly flow: ResolvedFlow; readonly dataset: Dataset }
  | { readonly kind: "Wrong"; readonly errors: readonly PipelineError[] };

/** The same for every query: where a checkpoint keeps things does not depend on what its query is called. */
const SINK = "sink";
const FLOW = "stream.query";

/** Understands a query that writes a sink. Writes nothing. @throws EngineError when the world cannot be read */
export async function resolveQuery(
  query: StreamedQuery,
  sink: Omit<SinkDeclaration, "name" | "origin">,
  world: GraphWorld,
): Promise<QueryResolution> {
  const sinks = [{ ...sink, name: SINK, origin: query.origin }];
  const { graph, errors, downstream } = await resolveGraph(
    { datasets: [], flows: [flowOf(query, SINK)], sinks, hooks: [] },
    world,
  );
  const [flow] = graph?.flows ?? [];
  const [dataset] = graph?.datasets ?? [];
  if (flow !== undefined && dataset !== undefined) return { kind: "Resolved", flow, dataset };
  return { kind: "Wrong", errors: [...errors, ...downstream] };
}

/** The columns of a query over streams, or all that is wrong with it. Writes nothing. @throws EngineError when the world cannot be read */
export async function queryColumns(
  query: StreamedQuery,
  world: GraphWorld,
): Promise<StructType | readonly PipelineError[]> {
  const { graph, errors, downstream } = await resolveGraph(
    { datasets: [viewOf(query)], flows: [flowOf(query, FLOW)], sinks: [], hooks: [] },
    world,
  );
  return graph?.datasets[0]?.schema ?? [...errors, ...downstream];
}

function viewOf({ origin }: StreamedQuery): DatasetDeclaration {
  return {
    kind: "TemporaryView",
    name: FLOW,
    partitionBy: [],
    clusterBy: [],
    tableProperties: {},
    sparkConf: {},
    private: true,
    expectations: [],
    origin,
  };
}

function flowOf({ relation, origin }: StreamedQuery, target: string): FlowDeclaration {
  return { name: FLOW, target, once: false, sparkConf: {}, query: () => ({ relation }), origin };
}
