import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { RefreshRequest, Selection } from "./selection.ts";

/** Whether a table says that it is never emptied. */
export function isProtected(table: Dataset): boolean {
  return table.declaration.tableProperties["pipelines.reset.allowed"]?.toLowerCase() === "false";
}

/** Why tables cannot be restated as asked. */
export function restateErrors(
  tables: readonly Dataset[],
  { restated }: Selection,
  { fullRefresh = [], fullRefreshAll, restate }: RefreshRequest,
): readonly PipelineError[] {
  if (restate === undefined) return [];
  if (fullRefreshAll === true || fullRefresh.length === 0) return [new PipelineError("RESTATE_WITHOUT_TABLE", {})];
  return tables.filter(({ name }) => restated.has(name)).flatMap((table) => refusal(table, restate.lost === "forget"));
}

function refusal(table: Dataset, forgets: boolean): readonly PipelineError[] {
  const { displayName: dataset, changes, declaration } = table;
  const { origin } = declaration;
  if (forgets && isProtected(table)) return [new PipelineError("TABLE_NOT_RESETTABLE", { dataset }, { origin })];
  if (changes?.state !== undefined) return [];
  return [new PipelineError("RESTATE_NOT_POSSIBLE", { dataset, ...why(table) }, { origin })];
}

function why({ kind, changes }: Dataset): { readonly why: string; readonly plan: string } {
  if (kind === "MaterializedView")
    return { why: "a materialized view is always computed from all that its sources have", plan: "Run the pipeline." };
  if (changes !== undefined)
    return {
      why: "it follows snapshots, which are not kept",
      plan: "Leave --where away for a full refresh, or bring the rows right in the next snapshot.",
    };
  return {
    why: "rows are appended to it, and nothing says which of them belong together",
    plan: "Leave --where away for a full refresh; only tables of AUTO CDC flows have keys.",
  };
}
