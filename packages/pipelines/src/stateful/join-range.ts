import { type Attribute, columnOf, type JoinPlan, LONG, type Plan, type Typed, usedColumns } from "@sluice/query";
import { type EventTimes, overAt } from "./event-time.ts";
import { call, conjuncts, long, NEVER } from "./expression.ts";

/** One input of a join of two streams. */
export type Side = "left" | "right";

/** Until when a row of one side may find partners that are not late. */
export type Needed =
  /** As long as its key, which holds event time, is not over. */
  | { readonly kind: "Key"; readonly over: Typed }
  /** While the watermark has not passed its own time plus `microseconds`. */
  | { readonly kind: "Range"; readonly time: Attribute; readonly microseconds: bigint }
  | { readonly kind: "Forever" };

/** Equality of a column of the left with one of the right. */
export interface KeyPair {
  readonly left: Typed;
  readonly right: Typed;
}

/** The equalities of a join's condition whose sides are of the two inputs. */
export function keyPairs(join: JoinPlan): readonly KeyPair[] {
  return conjuncts(join.condition).flatMap((one) => {
    if (one.kind !== "Call" || (one.name !== "=" && one.name !== "<=>")) return [];
    const [first, second] = one.args;
    if (first === undefined || second === undefined) return [];
    if (isOf(first, join.left) && isOf(second, join.right)) return [{ left: first, right: second }];
    return isOf(first, join.right) && isOf(second, join.left) ? [{ left: second, right: first }] : [];
  });
}

/** Whether an expression has columns, all of them of one plan. */
export function isOf(expression: Typed, plan: Plan): boolean {
  const used = [...usedColumns(expression)];
  return used.length > 0 && used.every((id) => plan.output.some((one) => one.id === id));
}

/** Until when rows of a side are needed, by the keys and the time ranges of the condition; as Spark finds it. */
export function neededUntil(join: JoinPlan, side: Side, times: EventTimes): Needed {
  const key = keyPairs(join).find((pair) => isTimed(pair.left, times) || isTimed(pair.right, times));
  if (key !== undefined) return { kind: "Key", over: overAt(key[side]) };
  const own = join[side];
  const found = conjuncts(join.condition).flatMap((one) => rangeOf(one, own, times));
  // Where the side has an event time, its rows leave the join by that one, and whatever follows closes its groups by it.
  const timed = found.filter((one) => times.has(one.time.id));
  const ranges = timed.length > 0 ? timed : found;
  const [first, ...others] = ranges;
  if (first === undefined) return { kind: "Forever" };
  return others.reduce((best, one) => (one.microseconds < best.microseconds ? one : best), first);
}

/** The last moment, as microseconds of the watermark, at which a row is needed; NULL for one that is needed for ever. */
export function untilOf(needed: Needed): Typed {
  switch (needed.kind) {
    case "Key":
      return needed.over;
    case "Range":
      return call("+", [overAt(columnOf(needed.time)), long(needed.microseconds)], LONG);
    default:
      return NEVER;
  }
}

function isTimed(expression: Typed, times: EventTimes): boolean {
  return expression.kind === "Column" && times.has(expression.id);
}

const ORDERS: Readonly<Record<string, { readonly swap: boolean; readonly inclusive: boolean }>> = {
  "<": { swap: false, inclusive: false },
  "<=": { swap: false, inclusive: true },
  ">": { swap: true, inclusive: false },
  ">=": { swap: true, inclusive: true },
};

const MILLISECOND = 1000n;

/**
 * `other + a < own + b`: as the times of the other side are beyond the watermark, own times are needed while they are beyond `watermark + a - b`. Spark keeps a
 * millisecond more where the bound is included.
 */
function rangeOf(condition: Typed, own: Plan, times: EventTimes): readonly Extract<Needed, { kind: "Range" }>[] {
  const order = condition.kind === "Call" ? ORDERS[condition.name] : undefined;
  if (order === undefined || condition.kind !== "Call") return [];
  const [first, second] = order.swap ? condition.args.toReversed() : condition.args;
  const [lesser, greater] = [first && shiftedTime(first), second && shiftedTime(second)];
  if (lesser === undefined || greater === undefined) return [];
  const time = own.output.find((one) => one.id === greater.id);
  const isOwn = own.output.some((one) => one.id === lesser.id);
  if (time === undefined || isOwn || !times.has(lesser.id)) return [];
  const microseconds = greater.shift - lesser.shift + (order.inclusive ? MILLISECOND : 0n);
  return [{ kind: "Range", time, microseconds }];
}

interface ShiftedTime {
  readonly id: number;
  readonly shift: bigint;
}

/** A column of times with constant lengths of time added. */
function shiftedTime(expression: Typed): ShiftedTime | undefined {
  if (expression.kind === "Column") {
    const isTime = expression.dataType.kind === "timestamp" || expression.dataType.kind === "timestamp_ntz";
    return isTime ? { id: expression.id, shift: 0n } : undefined;
  }
  if (expression.kind !== "Call") return undefined;
  const [left, right] = expression.args;
  if (left === undefined || right === undefined) return undefined;
  if (expression.name === "-") return shifted(left, right, -1n);
  return expression.name === "+" ? (shifted(left, right, 1n) ?? shifted(right, left, 1n)) : undefined;
}

function shifted(time: Typed, by: Typed, sign: bigint): ShiftedTime | undefined {
  const length = lengthOf(by);
  const base = length === undefined ? undefined : shiftedTime(time);
  return base && length !== undefined ? { id: base.id, shift: base.shift + sign * length } : undefined;
}

function lengthOf(expression: Typed): bigint | undefined {
  const isLength = expression.kind === "Literal" && expression.dataType.kind === "interval_day_time";
  return isLength && typeof expression.value === "bigint" ? expression.value : undefined;
}
