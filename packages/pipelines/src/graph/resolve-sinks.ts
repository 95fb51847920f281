import type { SinkDeclaration } from "../declaration/declaration.ts";
import { isPipelineError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import type { ConnectorSink, ConnectorSinkResolution } from "../source/connector.ts";
import type { DeclaredGraph } from "./declared-graph.ts";
import { withOrigin } from "./flow-query.ts";
import type { GraphWorld } from "./graph-world.ts";
import { datasetLocation, sinkErrors } from "./sink-rules.ts";

/** The sinks that connectors write, and everything that is wrong with sinks as declared. */
export interface ResolvedSinks {
  readonly connected: ReadonlyMap<SinkDeclaration, ConnectorSink>;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Understands sinks: those of formats that a connector writes by it, the others by the rules of their format. */
export async function resolveSinks(
  sinks: readonly SinkDeclaration[],
  declared: DeclaredGraph,
  world: GraphWorld,
): Promise<ResolvedSinks> {
  const own = [...declared.datasets.values()].filter((one) => one.declaration.sink === undefined);
  const places = new Set(own.map((one) => datasetLocation(one, world.settings)));
  const connected = new Map<SinkDeclaration, ConnectorSink>();
  const errors: PipelineError[] = [];
  const warnings: PipelineError[] = [];
  for (const sink of sinks) {
    const found = await resolveConnected(sink, world);
    if (found?.sink !== undefined) connected.set(sink, found.sink);
    warnings.push(...(found?.warnings ?? []).map((warning) => withOrigin(warning, sink.origin)));
    const wrong = found?.errors.map((error) => withOrigin(error, sink.origin));
    errors.push(...(wrong ?? sinkErrors([sink], world.settings, places)));
  }
  return { connected, errors, warnings };
}

/** Undefined when no connector writes the format. */
async function resolveConnected(
  sink: SinkDeclaration,
  { connectors }: GraphWorld,
): Promise<ConnectorSinkResolution | undefined> {
  try {
    return (await connectors?.get(sink.format)?.())?.resolveSink?.(sink);
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    return { errors: [error], warnings: [] };
  }
}
