import {
  type AggregatePlan,
  type Attribute,
  columnOf,
  type Named,
  type Plan,
  replaceTyped,
  sameTyped,
  type Typed,
  type TypedCall,
} from "@sluice/query";
import { NEVER } from "./expression.ts";
import { living, type Operator, stateColumn, UNTIL } from "./operator.ts";
import { type Decomposition, decompose, isAggregate } from "./partial-aggregate.ts";
import { aggregateState, closing, ofSameGroups, type TimedAggregate } from "./timed-aggregate.ts";

/** An aggregate of a query, and how it is put together from those of batches. */
export interface Part extends Decomposition {
  readonly aggregate: TypedCall;
}

/** The aggregates of a query, of whose batches `batch` is the latest; undefined when one of them does not add up. */
export function partsOf(plan: AggregatePlan, batch: number): readonly Part[] | undefined {
  if (plan.sets !== undefined) return undefined;
  const parts: Part[] = [];
  for (const aggregate of aggregatesOf(plan)) {
    const decomposition = decompose(aggregate, batch);
    if (decomposition === undefined) return undefined;
    parts.push({ aggregate, ...decomposition });
  }
  return parts;
}

function aggregatesOf(plan: AggregatePlan): readonly TypedCall[] {
  const found: TypedCall[] = [];
  const collect = (part: Typed): Typed | undefined => {
    if (plan.grouping.some((key) => sameTyped(key, part))) return part;
    if (!isAggregate(part)) return undefined;
    if (!found.some((one) => sameTyped(one, part))) found.push(part);
    return part;
  };
  for (const { expression } of plan.columns) replaceTyped(expression, collect);
  return found;
}

/** The state is a table of groups and partial aggregates. */
export function overPartials({ plan, over, mode }: TimedAggregate, parts: readonly Part[], operator: Operator): Plan {
  const { builder, progress } = operator;
  const partials = parts.flatMap((part) => part.partials);
  const names = [
    ...plan.grouping.map((key, i) => nameOf(plan, key) ?? `key_${i}`),
    ...partials.map(({ name }) => name),
  ];
  const values = [...plan.grouping, ...partials];
  const { read, added } = aggregateState(builder, values, names, over);
  const batch: AggregatePlan = { ...plan, columns: added, output: added.map(({ attribute }) => attribute) };
  const merge = (rows: Plan): AggregatePlan => merged(rows, plan, parts);
  const state = over === undefined ? read : living(read, progress.late);
  const all = (left: Plan, right: Plan) => builder.union([left, right], builder.fresh(read.output));
  const next = over === undefined ? batch : living(batch, progress.closed);
  builder.add({
    operator: builder.operator(),
    name: "aggregate",
    read,
    next,
    compact: compacted(
      over === undefined ? read : living(read, progress.closed),
      plan,
      parts,
      builder.fresh(read.output),
    ),
    replaces: false,
    ...(over === undefined ? {} : { expired: progress.closed }),
  });
  if (mode === "append") return merge(all(closing(state, progress.closed), closing(batch, progress.closed)));
  const touched = mode === "update" ? ofSameGroups(state, batch, plan.grouping.length) : state;
  return merge(all(touched, batch));
}

function nameOf(plan: AggregatePlan, key: Typed): string | undefined {
  const column = plan.columns.find(({ expression }) => sameTyped(expression, key))?.attribute.name;
  return column ?? (key.kind === "Column" ? key.name : undefined);
}

/** The rows of several batches brought to one for each group, and the columns of the query over these. */
function merged(rows: Plan, plan: AggregatePlan, parts: readonly Part[]): AggregatePlan {
  const keys = rows.output.slice(0, plan.grouping.length).map(columnOf);
  const columns = columnsOf(rows, plan, parts);
  const replace = (part: Typed): Typed | undefined => {
    const place = plan.grouping.findIndex((key) => sameTyped(key, part));
    if (place >= 0) return keys[place];
    const found = isAggregate(part) ? columns.find((one) => sameTyped(one.part.aggregate, part)) : undefined;
    return found?.part.value(found.columns);
  };
  const named = plan.columns.map((one) => ({ ...one, expression: replaceTyped(one.expression, replace) }));
  const { sets: _, ...rest } = plan;
  return { ...rest, input: rows, grouping: keys, columns: named };
}

function columnsOf(rows: Plan, plan: AggregatePlan, parts: readonly Part[]) {
  let place = plan.grouping.length;
  return parts.map((part) => {
    const columns = rows.output.slice(place, place + part.partials.length).map(columnOf);
    place += part.partials.length;
    return { part, columns };
  });
}

/** The rows of several batches brought to one for each group, as rows of the state. */
function compacted(
  rows: Plan,
  plan: AggregatePlan,
  parts: readonly Part[],
  output: readonly Attribute[],
): AggregatePlan {
  const grouping = [...rows.output.slice(0, plan.grouping.length), stateColumn(rows, UNTIL)].map(columnOf);
  const values = columnsOf(rows, plan, parts).flatMap(({ part, columns }) => part.merge(columns));
  const expressions = [...grouping.slice(0, -1), ...values, ...grouping.slice(-1)];
  const columns = output.map((attribute, i): Named => ({ attribute, expression: expressions[i] ?? NEVER }));
  return { kind: "Aggregate", input: rows, grouping, columns, output };
}
