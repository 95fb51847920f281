import { type AggregatePlan, columnOf, type Named, type Plan, type ScanPlan, type Typed } from "@sluice/query";
import { compare, filter, long, NEVER } from "./expression.ts";
import { type OutputMode, type StateBuilder, stateColumn, UNTIL, untilColumn } from "./operator.ts";

/** An aggregation of a stream, its late rows left out. */
export interface TimedAggregate {
  readonly plan: AggregatePlan;
  /** When a group is over, by its keys. */
  readonly over: Typed | undefined;
  readonly mode: OutputMode;
}

/** The state of an aggregation: how it is read, and the columns that a batch adds to it. */
export interface AggregateState {
  readonly read: ScanPlan;
  readonly added: readonly Named[];
}

/** A state of values by name, each row until its group is over. */
export function aggregateState(
  builder: StateBuilder,
  values: readonly Typed[],
  names: readonly string[],
  over: Typed = NEVER,
): AggregateState {
  const columns = builder.columns(values.map(({ dataType }, i) => ({ name: names[i] ?? "", dataType })));
  const read = builder.scan([...columns, untilColumn(builder)]);
  const expressions = [...values, over];
  const added = builder
    .fresh(read.output)
    .map((attribute, i): Named => ({ attribute, expression: expressions[i] ?? NEVER }));
  return { read, added };
}

/** Rows of groups that the batch closes. */
export function closing(rows: Plan, closed: bigint): Plan {
  return filter(rows, compare("<=", columnOf(stateColumn(rows, UNTIL)), long(closed)));
}
