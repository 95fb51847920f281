import {
  type AggregatePlan,
  BOOLEAN,
  columnOf,
  type JoinPlan,
  type Named,
  type Plan,
  type ScanPlan,
  type Typed,
} from "@sluice/query";
import { allOf, call, compare, filter, long, NEVER } from "./expression.ts";
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

/** The rows of a state whose groups a batch has rows of. The keys are the first columns of both. */
export function ofSameGroups(state: Plan, batch: Plan, keys: number): Plan {
  const same = state.output.slice(0, keys).map((column, i) => {
    const other = batch.output[i];
    if (other === undefined) throw new Error("a batch lacks a key of its state");
    return call("<=>", [columnOf(column), columnOf(other)], BOOLEAN, false);
  });
  const condition = allOf(same);
  const join: JoinPlan = { kind: "Join", left: state, right: batch, how: "semi", lateral: false, output: state.output };
  return condition === undefined ? join : { ...join, condition };
}
