import {
  type Attribute,
  type GeneratePlan,
  LONG,
  type Plan,
  planChildren,
  TIMESTAMP,
  type Typed,
  walkTyped,
} from "@sluice/query";
import { call } from "./expression.ts";

/** The columns of a plan that a watermark is declared for, by id, with its delay in microseconds. */
export type EventTimes = ReadonlyMap<number, bigint>;

const found = new WeakMap<Plan, EventTimes>();

/**
 * Which columns carry the watermark of their stream: the column of `withWatermark`, and what only renames it or puts it into windows. As in Spark the two ends
 * of a window carry none by themselves; `window_time` does.
 */
export function eventTimes(plan: Plan): EventTimes {
  const known = found.get(plan);
  if (known !== undefined) return known;
  const times = timesOf(plan);
  found.set(plan, times);
  return times;
}

function timesOf(plan: Plan): EventTimes {
  const below = new Map(planChildren(plan).flatMap((child) => [...eventTimes(child)]));
  switch (plan.kind) {
    case "Watermark":
      return new Map([...below, [plan.eventTime, plan.delayMicroseconds]]);
    case "Project":
    case "Aggregate":
      return new Map(
        plan.columns.flatMap(({ attribute, expression }) => withDelay(attribute, delayOf(expression, below))),
      );
    case "Generate":
      return new Map([...below, ...plan.generated.flatMap((one) => withDelay(one, slidingDelay(plan, below)))]);
    case "Sessionize":
      return new Map([...below, ...withDelay(plan.session, delayOf(plan.time, below))]);
    case "SetOperation":
      return new Map(plan.output.flatMap((one, i) => withDelay(one, below.get(plan.left.output[i]?.id ?? -1))));
    default:
      return below;
  }
}

function withDelay(attribute: Attribute, delay: bigint | undefined): readonly (readonly [number, bigint])[] {
  return delay === undefined ? [] : [[attribute.id, delay]];
}

const CARRIERS: ReadonlySet<string> = new Set(["window", "session_window", "window_time"]);

function delayOf(expression: Typed, times: EventTimes): bigint | undefined {
  if (expression.kind === "Column") return times.get(expression.id);
  const [time] = expression.kind === "Call" && CARRIERS.has(expression.name) ? expression.args : [];
  return time === undefined ? undefined : delayOf(time, times);
}

/** A row in several sliding windows is exploded from an array of windows. */
function slidingDelay(plan: GeneratePlan, times: EventTimes): bigint | undefined {
  for (const part of walkTyped(plan.generator)) {
    const delay = part.kind === "Call" && part.name === "window" ? delayOf(part, times) : undefined;
    if (delay !== undefined) return delay;
  }
  return undefined;
}

/** When a value of an event-time column is over, in microseconds since the epoch: the end of a window, else the moment itself. NULL for NULL. */
export function overAt(value: Typed): Typed {
  const { dataType } = value;
  if (dataType.kind !== "struct") return call("unix_micros", [value], LONG, value.nullable);
  const ordinal = dataType.fields.length - 1;
  const end = dataType.fields[ordinal];
  return overAt({
    kind: "FieldAccess",
    expression: value,
    field: end?.name ?? "end",
    ordinal,
    dataType: end?.dataType ?? TIMESTAMP,
    nullable: true,
  });
}

/** Whether rows of a stream come out of a plan. Streams inside of sub-queries do not count. */
export function readsStream(plan: Plan, seen: Set<Plan> = new Set()): boolean {
  if (seen.has(plan)) return false;
  seen.add(plan);
  return plan.kind === "Scan" ? plan.streaming : planChildren(plan).some((input) => readsStream(input, seen));
}
