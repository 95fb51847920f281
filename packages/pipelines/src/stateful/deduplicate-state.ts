import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type DeduplicatePlan,
  type JoinPlan,
  type Named,
  type Typed,
} from "@sluice/query";
import { type EventTimes, overAt } from "./event-time.ts";
import { allOf, call, long, project } from "./expression.ts";
import { living, type Operator, punctual, type StateBuilder, untilColumn } from "./operator.ts";

/**
 * The first row of each key that no earlier batch had. The state holds the keys seen: for ever, or until the watermark passes the event time that is among
 * them. Within a watermark the keys are forgotten when it passes the first row's time plus the delay; a row without a time counts as of the epoch, as in Spark.
 */
export function statefulDeduplicate(plan: DeduplicatePlan, { times, progress, builder }: Operator): DeduplicatePlan {
  const keys = plan.keys.map((id) => inputColumn(plan, id));
  const timing = timingOf(plan, keys, times);
  const columns = builder.columns(keys);
  const read = builder.scan(timing === undefined ? columns : [...columns, untilColumn(builder)]);
  const unseen: JoinPlan = {
    kind: "Join",
    output: plan.input.output,
    left: timing === undefined ? plan.input : punctual(plan.input, timing.over, { progress, builder }),
    right: plan.withinWatermark ? living(read, progress.late) : read,
    how: "anti",
    lateral: false,
    ...condition(keys, columns),
  };
  const first: DeduplicatePlan = { ...plan, input: unseen };
  const named = keys.map((key, i): Named => ({ attribute: columns[i] ?? key, expression: columnOf(key) }));
  const until = timing === undefined ? [] : [{ attribute: untilColumn(builder), expression: timing.until }];
  const next = project(
    first,
    [...named, ...until].map((one) => ({ ...one, attribute: fresh(builder, one.attribute) })),
  );
  const closed = timing === undefined ? {} : { closed: progress.closed };
  builder.keep({ operator: builder.operator(), name: "dedupe", read, next, ...closed });
  return first;
}

function fresh(builder: StateBuilder, attribute: Attribute): Attribute {
  return builder.fresh([attribute])[0] ?? attribute;
}

function condition(keys: readonly Attribute[], columns: readonly Attribute[]): { readonly condition?: Typed } {
  const same = allOf(keys.map((key, i) => call("<=>", [columnOf(key), columnOf(columns[i] ?? key)], BOOLEAN, false)));
  return same === undefined ? {} : { condition: same };
}

function inputColumn(plan: DeduplicatePlan, id: number): Attribute {
  const column = plan.input.output.find((one) => one.id === id);
  if (column === undefined) throw new Error(`Deduplicate has no input column with id ${id}`);
  return column;
}

interface Timing {
  /** By when a row is late. */
  readonly over: Typed;
  /** Until when its key is kept. */
  readonly until: Typed;
}

function timingOf(plan: DeduplicatePlan, keys: readonly Attribute[], times: EventTimes): Timing | undefined {
  const column = (plan.withinWatermark ? plan.input.output : keys).find((one) => times.has(one.id));
  if (column === undefined) return undefined;
  const over = overAt(columnOf(column));
  if (!plan.withinWatermark) return { over, until: over };
  const counted = call("coalesce", [over, long(0n)], over.dataType, false);
  return { over, until: call("+", [counted, long(times.get(column.id) ?? 0n)], over.dataType, false) };
}
