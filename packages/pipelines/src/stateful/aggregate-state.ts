import {
  type AggregatePlan,
  type Attribute,
  type JoinPlan,
  LONG,
  type Named,
  type Plan,
  replaceTyped,
  sameTyped,
  type Typed,
  type TypedCall,
  usedColumns,
} from "@sluice/query";
import { notLate } from "./deduplicate-state.ts";
import { type EventTimes, overAt } from "./event-time.ts";
import { allOf, call, columnOf, compare, filter, long, project } from "./expression.ts";
import { living, type Operator, type OutputMode, stateColumn, UNTIL, untilColumn } from "./operator.ts";
import { type Decomposition, decompose, isAggregate } from "./partial-aggregate.ts";

/** The place among the keys of groups of the one that the watermark closes; undefined when groups stay open for ever. */
export function timeKey(plan: AggregatePlan, times: EventTimes): number | undefined {
  const place = plan.grouping.findIndex((key) => key.kind === "Column" && times.has(key.id));
  return place < 0 ? undefined : place;
}

/**
 * Groups over all batches. In append mode a group comes out once, when the watermark passes its end; in complete mode all groups come out each time; in
 * update mode those that the batch touched. The state holds, by batch and group, the aggregates of the batch; where these do not add up, its rows.
 */
export function statefulAggregate(plan: AggregatePlan, mode: OutputMode, operator: Operator): Plan {
  const place = mode === "complete" ? undefined : timeKey(plan, operator.times);
  const key = place === undefined ? undefined : plan.grouping[place];
  const input = key === undefined ? plan.input : filter(plan.input, notLate(overAt(key), operator.progress.late));
  const timed: TimedAggregate = { plan: { ...plan, input }, over: key === undefined ? undefined : overAt(key), mode };
  const parts = decomposed(plan);
  return parts === undefined ? overRows(timed, operator) : overPartials(timed, parts, operator);
}

interface TimedAggregate {
  readonly plan: AggregatePlan;
  /** When a group is over, by its keys. */
  readonly over: Typed | undefined;
  readonly mode: OutputMode;
}

interface Part extends Decomposition {
  readonly aggregate: TypedCall;
}

function decomposed(plan: AggregatePlan): readonly Part[] | undefined {
  if (plan.sets !== undefined) return undefined;
  const parts: Part[] = [];
  for (const aggregate of aggregatesOf(plan)) {
    const decomposition = decompose(aggregate);
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
function overPartials({ plan, over, mode }: TimedAggregate, parts: readonly Part[], operator: Operator): Plan {
  const { builder, progress } = operator;
  const partials = parts.flatMap((part) => part.partials);
  const names = [
    ...plan.grouping.map((key, i) => nameOf(plan, key) ?? `key_${i}`),
    ...partials.map(({ name }) => name),
  ];
  const values = [...plan.grouping, ...partials];
  const columns = builder.columns(values.map(({ dataType }, i) => ({ name: names[i] ?? "", dataType })));
  const until = untilColumn(builder);
  const read = builder.scan([...columns, until]);
  const fresh = builder.fresh(read.output);
  const end = over ?? NEVER;
  const named = [...values, end].map((expression, i): Named => ({ attribute: fresh[i] ?? until, expression }));
  const batch: AggregatePlan = { ...plan, columns: named, output: fresh };
  const merge = (rows: Plan): AggregatePlan => merged(rows, plan, parts);
  const state = over === undefined ? read : living(read, progress.late);
  const all = (left: Plan, right: Plan) => builder.union([left, right], builder.fresh(read.output));
  const next = over === undefined ? batch : living(batch, progress.closed);
  builder.add({
    operator: builder.operator(),
    name: "aggregate",
    read,
    next,
    whole: compacted(
      all(over === undefined ? read : living(read, progress.closed), next),
      plan,
      parts,
      builder.fresh(read.output),
    ),
    replaces: false,
    ...(over === undefined ? {} : { expired: progress.closed }),
  });
  if (mode === "append") return merge(all(closing(state, progress.closed), closing(batch, progress.closed)));
  return merge(all(mode === "complete" ? state : touched(state, batch, plan.grouping.length), batch));
}

const NEVER: Typed = { kind: "Literal", value: null, dataType: LONG, nullable: true };

function nameOf(plan: AggregatePlan, key: Typed): string | undefined {
  const column = plan.columns.find(({ expression }) => sameTyped(expression, key))?.attribute.name;
  return column ?? (key.kind === "Column" ? key.name : undefined);
}

/** Rows of groups that the batch closes. */
function closing(rows: Plan, closed: bigint): Plan {
  return filter(rows, compare("<=", columnOf(stateColumn(rows, UNTIL)), long(closed)));
}

/** Rows of the state whose groups are in the batch. */
function touched(state: Plan, batch: Plan, keys: number): Plan {
  const same = state.output.slice(0, keys).map((left, i) => {
    const right = batch.output[i];
    return right === undefined ? undefined : call("<=>", [columnOf(left), columnOf(right)], { kind: "boolean" }, false);
  });
  const condition = allOf(same.filter((one) => one !== undefined));
  const join = { kind: "Join", left: state, right: batch, how: "semi", lateral: false, output: state.output } as const;
  return condition === undefined ? join : ({ ...join, condition } satisfies JoinPlan);
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

/** The state is a table of the rows themselves: the keys of their groups, then the other columns that the aggregates need. */
function overRows({ plan, over, mode }: TimedAggregate, { builder, progress }: Operator): Plan {
  const isKey = (one: Attribute) => plan.grouping.some((key) => key.kind === "Column" && key.id === one.id);
  const used = new Set(plan.columns.flatMap((one) => [...usedColumns(one.expression)]));
  const others = plan.input.output.filter((one) => used.has(one.id) && !isKey(one));
  const values = [...plan.grouping, ...others.map(columnOf)];
  const names = values.map((value, i) => (value.kind === "Column" ? value.name : `key_${i}`));
  const columns = builder.columns(values.map(({ dataType }, i) => ({ name: names[i] ?? "", dataType })));
  const read = builder.scan([...columns, untilColumn(builder)]);
  const fresh = builder.fresh(read.output);
  const expressions = [...values, over ?? NEVER];
  const named = fresh.map((attribute, i): Named => ({ attribute, expression: expressions[i] ?? NEVER }));
  const batch = project(plan.input, named);
  builder.keep({
    operator: builder.operator(),
    name: "rows",
    read,
    next: over === undefined ? batch : living(batch, progress.closed),
    ...(over === undefined ? {} : { closed: progress.closed }),
  });
  const state = over === undefined ? read : living(read, progress.late);
  return {
    ...plan,
    ...asInput(
      plan,
      values,
      builder.union(rowsOf(state, batch, { plan, over, mode }, progress.closed), builder.fresh(read.output)),
    ),
  };
}

function rowsOf(state: Plan, batch: Plan, { plan, mode }: TimedAggregate, closed: bigint): readonly Plan[] {
  if (mode === "append") return [closing(state, closed), closing(batch, closed)];
  return [mode === "complete" ? state : touched(state, batch, plan.grouping.length), batch];
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
