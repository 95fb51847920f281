import { type AggregatePlan, LONG, type Plan, type Typed } from "@sluice/query";
import { columnOf, compare, filter, long } from "./expression.ts";
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
