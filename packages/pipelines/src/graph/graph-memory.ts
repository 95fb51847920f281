import type { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { DataflowGraph } from "./dataflow-graph.ts";
import type { Gathered } from "./gather-reads.ts";
import type { GraphWorld } from "./graph-world.ts";
import type { ResolvedSinks } from "./resolve-sinks.ts";
import { sameDefinition } from "./same-definition.ts";

/** What datasets are understood from. */
export interface GraphFacts {
  readonly gathered: Gathered;
  readonly sinks: ResolvedSinks["connected"];
  readonly world: GraphWorld;
}

/** Datasets understood, sources before readers, and what was found on the way. */
export interface UnderstoodDatasets {
  readonly graph: Pick<DataflowGraph, "datasets" | "flows">;
  readonly errors: readonly PipelineError[];
  readonly downstream: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/**
 * The last graph without errors that one process has resolved for a pipeline. Sources are read and queries called each time; when they say what they said before, and
 * the world is as it was, the same datasets and flows come out of it, the very same objects, and need not be analyzed again.
 */
export class GraphMemory {
  #last: { readonly facts: GraphFacts; readonly understood: UnderstoodDatasets } | undefined;

  /** What these facts gave the last time, or what `understand` makes of them. */
  recall(facts: GraphFacts, understand: () => UnderstoodDatasets): UnderstoodDatasets {
    if (this.#last !== undefined && sameFacts(this.#last.facts, facts)) return this.#last.understood;
    const understood = understand();
    const isClean = understood.errors.length === 0 && understood.downstream.length === 0;
    this.#last = isClean ? { facts, understood } : undefined;
    return understood;
  }
}

/** Sources and sinks of connectors have a life of their own: with them nothing is the same. */
function sameFacts(left: GraphFacts, right: GraphFacts): boolean {
  if (left.sinks.size > 0 || right.sinks.size > 0) return false;
  if (left.world.settings !== right.world.settings || left.world.engine !== right.world.engine) return false;
  return sameDefinition(comparable(left.gathered), comparable(right.gathered));
}

function comparable({ declared, flows, kinds, stored, partitions }: Gathered): Readonly<Record<string, unknown>> {
  const reads = [...flows].map(([name, { flow, relation, reads: found }]) => ({ name, flow, relation, found }));
  return { datasets: declared.datasets, reads, kinds, stored, partitions };
}
