import { type AggregatePlan, type Plan, type SessionizePlan, walkPlan } from "@sluice/query";
import { timeKey } from "./aggregate-state.ts";
import { eventTimes, readsStream } from "./event-time.ts";
import type { OutputMode } from "./operator.ts";

/**
 * How the rows of a streaming query reach a table of a pipeline: `complete` when it has groups that no watermark ever closes, which then are all written anew
 * each time; else `append` (DLT: a streaming aggregation without a watermark is a COMPLETE flow).
 */
export function outputMode(plan: Plan): OutputMode {
  return streamingAggregates(plan).some((one) => timeKey(one, eventTimes(one.input)) === undefined)
    ? "complete"
    : "append";
}

/** The aggregations of streams in a plan, outermost first. */
export function streamingAggregates(plan: Plan): readonly AggregatePlan[] {
  return [...walkPlan(plan)].filter((one): one is AggregatePlan => one.kind === "Aggregate" && readsStream(one.input));
}

/** The sessions that groups are made of; undefined for other groups. */
export function sessionsOf(plan: AggregatePlan): SessionizePlan | undefined {
  return plan.input.kind === "Sessionize" ? plan.input : undefined;
}
