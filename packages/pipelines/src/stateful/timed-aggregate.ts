import { type AggregatePlan, type JoinPlan, LONG, type Plan, type Typed } from "@sluice/query";
import { allOf, call, columnOf, compare, filter, long } from "./expression.ts";
import { type OutputMode, stateColumn, UNTIL } from "./operator.ts";

/** An aggregation of a stream, its late rows left out. */
export interface TimedAggregate {
  readonly plan: AggregatePlan;
  /** When a group is over, by its keys. */
  readonly over: Typed | undefined;
  readonly mode: OutputMode;
}

/** The {@link UNTIL} of what is never over. */
export const NEVER: Typed = { kind: "Literal", value: null, dataType: LONG, nullable: true };

/** Rows of groups that the batch closes. */
export function closing(rows: Plan, closed: bigint): Plan {
  return filter(rows, compare("<=", columnOf(stateColumn(rows, UNTIL)), long(closed)));
}

/** Rows of the state whose groups are in the batch. */
export function touched(state: Plan, batch: Plan, keys: number): Plan {
  const same = state.output.slice(0, keys).map((left, i) => {
    const right = batch.output[i];
    return right === undefined ? undefined : call("<=>", [columnOf(left), columnOf(right)], { kind: "boolean" }, false);
  });
  const condition = allOf(same.filter((one) => one !== undefined));
  const join = { kind: "Join", left: state, right: batch, how: "semi", lateral: false, output: state.output } as const;
  return condition === undefined ? join : ({ ...join, condition } satisfies JoinPlan);
}
