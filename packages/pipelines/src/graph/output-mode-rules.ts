import { type DeduplicatePlan, type Plan, planChildren, type QueryProblem } from "@sluice/query";
import { timeKey } from "../stateful/aggregate-state.ts";
import { eventTimes, readsStream } from "../stateful/event-time.ts";
import type { OutputMode } from "../stateful/operator.ts";
import { outputMode, sessionsOf, streamingAggregates } from "../stateful/output-mode.ts";

/** A part of a query that its output mode rules out. */
export interface ModeMistake {
  readonly node: Plan;
  readonly problem: QueryProblem;
}

const UNSUPPORTED = "_LEGACY_ERROR_TEMP_3102";
const CLOSE = "Set a watermark and group by window(..) or by the event time";

/** What keeps a query from being written in a mode that it was told; with Spark's conditions (UnsupportedOperationChecker). */
export function toldModeMistake(plan: Plan, mode: OutputMode): ModeMistake | undefined {
  const aggregates = streamingAggregates(plan);
  return groupsMistake(plan, mode, aggregates) ?? (mode === "update" ? updateMistake(plan, aggregates) : undefined);
}

type Aggregates = ReturnType<typeof streamingAggregates>;

function groupsMistake(plan: Plan, mode: OutputMode, aggregates: Aggregates): ModeMistake | undefined {
  const [outer, ...inner] = aggregates;
  if (outer === undefined)
    return mode === "complete"
      ? wrongMode(plan, mode, "no streaming aggregations", 'Use outputMode("append").')
      : undefined;
  const open = aggregates.find((one) => timeKey(one, eventTimes(one.input)) === undefined);
  if (mode === "append" && open !== undefined) {
    const next = `${CLOSE}, or use outputMode("complete") or outputMode("update").`;
    return wrongMode(open, mode, "streaming aggregations without watermark", next);
  }
  if (mode === "append" || inner.length === 0) return undefined;
  const message = `Several streaming aggregations are not supported in ${named(mode)} output mode, only in Append output mode. ${CLOSE} in each, and use outputMode("append").`;
  return { node: outer, problem: problem(message) };
}

/** Groups that no watermark closes are written anew with each batch: that is possible for one aggregation only. */
export function foundModeMistake(plan: Plan, isAlone: boolean): ModeMistake | undefined {
  const [outer, ...inner] = streamingAggregates(plan);
  if (outer === undefined || outputMode(plan) !== "complete") return undefined;
  if (!isAlone) {
    const message = `Groups that no watermark closes are all written anew each time, which would take the rows of the table's other flows away. ${CLOSE}, or give the aggregation a table of its own.`;
    return { node: outer, problem: problem(message, "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION") };
  }
  if (inner.length === 0) return undefined;
  const message =
    "Several streaming aggregations need a watermark, by whose column each of them groups: groups that are never closed cannot be aggregated again. Group by window(..) or by the event time, or read the source with read instead of readStream to make a materialized view.";
  return { node: outer, problem: problem(message) };
}

function updateMistake(plan: Plan, aggregates: Aggregates): ModeMistake | undefined {
  const sessions = aggregates.find((one) => sessionsOf(one) !== undefined);
  if (sessions !== undefined)
    return wrongMode(sessions, "update", "session window streaming aggregations", 'Use outputMode("append").');
  const sets = aggregates.find((one) => one.sets !== undefined);
  if (sets === undefined) return unchangingMistake(plan);
  const message =
    'The feature is not supported: rollup, cube and grouping sets in Update output mode. Use outputMode("complete"), or group by the columns alone.';
  return { node: sets, problem: problem(message, "UNSUPPORTED_FEATURE") };
}

/** What cannot be asked of groups that change, and rows that are none: joins of streams, limits. */
function unchangingMistake(plan: Plan): ModeMistake | undefined {
  if (!readsStream(plan)) return undefined;
  if (plan.kind === "Join" && readsStream(plan.left) && readsStream(plan.right)) {
    const message =
      'Join between two streaming DataFrames/Datasets is not supported in Update output mode, only in Append output mode. Use outputMode("append").';
    return { node: plan, problem: problem(message) };
  }
  if (plan.kind === "Deduplicate" && streamingAggregates(plan.input).length > 0 && isTimed(plan)) {
    const message =
      'Rows of groups that change cannot be told apart by event time in Update output mode: those of groups that are older than the watermark would count as late. Leave the event time out of dropDuplicates, or use outputMode("append").';
    return { node: plan, problem: problem(message) };
  }
  if (plan.kind === "Limit") {
    const message =
      "Limits are not supported on streaming DataFrames/Datasets in Update output mode. Limit the rows where they are read.";
    return { node: plan, problem: problem(message) };
  }
  return planChildren(plan)
    .map(unchangingMistake)
    .find((one) => one !== undefined);
}

function isTimed({ keys, input }: DeduplicatePlan): boolean {
  const times = eventTimes(input);
  return keys.some((key) => times.has(key));
}

function wrongMode(node: Plan, mode: OutputMode, operation: string, next: string): ModeMistake {
  const message = `Invalid streaming output mode: ${mode}. This output mode is not supported for ${operation} on streaming DataFrames/DataSets. ${next}`;
  const parameters = { outputMode: mode, operation };
  return { node, problem: problem(message, "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", parameters) };
}

function named(mode: OutputMode): string {
  return `${mode[0]?.toUpperCase() ?? ""}${mode.slice(1)}`;
}

function problem(
  message: string,
  condition: string = UNSUPPORTED,
  parameters: QueryProblem["parameters"] = {},
): QueryProblem {
  return { condition, sqlState: condition === UNSUPPORTED ? "0A000" : "42KDE", message, parameters };
}
