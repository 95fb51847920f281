import type { AggregatePlan, Plan } from "@sluice/query";
import { type EventTimes, overAt } from "./event-time.ts";
import { type Operator, type OutputMode, punctual } from "./operator.ts";
import { overPartials, partsOf } from "./partials-state.ts";
import { overRows } from "./rows-state.ts";
import type { TimedAggregate } from "./timed-aggregate.ts";

/** The place among the keys of groups of the one that the watermark closes; undefined when groups stay open for ever. */
export function timeKey(plan: AggregatePlan, times: EventTimes): number | undefined {
  const place = plan.grouping.findIndex((key) => key.kind === "Column" && times.has(key.id));
  return place < 0 ? undefined : place;
}

/**
 * Groups over all batches. In append mode a group comes out once, when the watermark passes its end; in complete mode all groups come out each time; in update mode those that the batch has rows of, as they are then. The state holds, by batch and group, the aggregates of the batch; where these do not add up, its rows.
 */
export function statefulAggregate(plan: AggregatePlan, mode: OutputMode, operator: Operator): Plan {
  const place = mode === "complete" ? undefined : timeKey(plan, operator.times);
  const key = place === undefined ? undefined : plan.grouping[place];
  const input = key === undefined ? plan.input : punctual(plan.input, overAt(key), operator);
  const timed: TimedAggregate = {
    plan: { ...(mode === "append" ? closable(plan, place) : plan), input },
    over: key === undefined ? undefined : overAt(key),
    mode,
  };
  const parts = partsOf(plan, operator.batch);
  return parts === undefined ? overRows(timed, operator) : overPartials(timed, parts, operator);
}

/** Without the sets of groups, such as the grand total of a rollup, that lack the key by which the watermark closes: they never are. */
function closable(plan: AggregatePlan, place: number | undefined): AggregatePlan {
  if (plan.sets === undefined || place === undefined) return plan;
  return { ...plan, sets: plan.sets.filter((set) => set.includes(place)) };
}
