import {
  type AggregatePlan,
  type Attribute,
  columnOf,
  type Named,
  type Plan,
  replaceTyped,
  sameTyped,
  type Typed,
  usedColumns,
} from "@sluice/query";
import { project } from "./expression.ts";
import { living, type Operator } from "./operator.ts";
import { aggregateState, closing, ofSameGroups, type TimedAggregate } from "./timed-aggregate.ts";

/** The state is a table of the rows themselves: the keys of their groups, then the other columns that the aggregates need. */
export function overRows({ plan, over, mode }: TimedAggregate, { builder, progress }: Operator): Plan {
  const isKey = (one: Attribute) => plan.grouping.some((key) => key.kind === "Column" && key.id === one.id);
  const used = new Set(plan.columns.flatMap((one) => [...usedColumns(one.expression)]));
  const others = plan.input.output.filter((one) => used.has(one.id) && !isKey(one));
  const values = [...plan.grouping, ...others.map(columnOf)];
  const names = values.map((value, i) => (value.kind === "Column" ? value.name : `key_${i}`));
  const { read, added } = aggregateState(builder, values, names, over);
  const batch = project(plan.input, added);
  builder.keep({
    operator: builder.operator(),
    name: "rows",
    read,
    next: over === undefined ? batch : living(batch, progress.closed),
    ...(over === undefined ? {} : { closed: progress.closed }),
  });
  const state = over === undefined ? read : living(read, progress.late);
  const touched = mode === "update" ? ofSameGroups(state, batch, plan.grouping.length) : state;
  const parts =
    mode === "append" ? [closing(state, progress.closed), closing(batch, progress.closed)] : [touched, batch];
  return { ...plan, ...asInput(plan, values, builder.union(parts, builder.fresh(read.output))) };
}

/** Rows of the state as input of the groups: under the ids of the columns that they hold, keys that are computed as columns of their own. */
function asInput(
  plan: AggregatePlan,
  values: readonly Typed[],
  rows: Plan,
): Pick<AggregatePlan, "input" | "grouping" | "columns"> {
  const named = values.map((value, i): Named => {
    const from = rows.output[i];
    if (from === undefined) throw new Error("a state of rows lacks a column");
    const attribute = value.kind === "Column" ? { ...from, id: value.id, name: value.name } : from;
    return { attribute, expression: columnOf(from) };
  });
  const keys = plan.grouping.map((key, i) =>
    key.kind === "Column" ? key : columnOf(named[i]?.attribute as Attribute),
  );
  const replace = (part: Typed): Typed | undefined => keys[plan.grouping.findIndex((key) => sameTyped(key, part))];
  const columns = plan.columns.map((one) => ({ ...one, expression: replaceTyped(one.expression, replace) }));
  return { input: project(rows, named), grouping: keys, columns };
}
