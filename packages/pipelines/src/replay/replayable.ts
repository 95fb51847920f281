import { PipelineError, PipelineErrors } from "../diagnostics/pipeline-error.ts";
import type { DataflowGraph, Dataset } from "../graph/dataflow-graph.ts";
import { findTable } from "../planner/selection.ts";
import type { ReplayRequest } from "./replay-request.ts";
import { rescuedColumns } from "./rescued-columns.ts";

/** The table of a request. @throws PipelineErrors for one that is not there or cannot be replayed */
export function replayable(request: ReplayRequest, graph: DataflowGraph): Dataset {
  const tables = graph.datasets.filter(
    ({ kind, declaration }) => kind !== "TemporaryView" && declaration.sink === undefined,
  );
  const dataset = findTable(graph, tables, request.table);
  if (dataset instanceof PipelineError) throw new PipelineErrors([dataset]);
  const refused = refusal(request, dataset, graph);
  if (refused === undefined) return dataset;
  throw new PipelineErrors([
    new PipelineError(
      "REPLAY_NOT_POSSIBLE",
      { dataset: dataset.displayName, ...refused },
      { origin: dataset.declaration.origin },
    ),
  ]);
}

function refusal(
  { source }: ReplayRequest,
  dataset: Dataset,
  graph: DataflowGraph,
): { readonly why: string; readonly plan: string } | undefined {
  const { kind, declaration, changes } = dataset;
  if (changes !== undefined && changes.state === undefined) {
    return {
      why: "it follows snapshots, and each is checked as a whole by the rules of its day",
      plan: "Run the pipeline: the next snapshot has the rows.",
    };
  }
  if (kind === "MaterializedView") {
    return {
      why: "a materialized view is computed anew by each update, with the rules of that day",
      plan: "Run the pipeline.",
    };
  }
  if (source === "rescued") {
    if (changes !== undefined) {
      return {
        why: "flows of changes keep it, and what was rescued of a change is in no row of it",
        plan: `Make the keys anew from their sources: sluice run --full-refresh ${dataset.displayName} --where "<condition>".`,
      };
    }
    if (rescuedColumns(dataset, graph) !== undefined) return undefined;
    return {
      why: "it keeps no rescued data: no column of it is the rescued-data column of the files that it reads",
      plan: "Replay the table that reads the files, and let its rows flow on.",
    };
  }
  if (!declaration.expectations.some(({ policy }) => policy === "quarantine")) {
    return {
      why: "it has no quarantine rule now, so nothing says which of the rows kept are good",
      plan: "Leave the rule in place, loosened to what is right, and replay; then take it away.",
    };
  }
  return undefined;
}
