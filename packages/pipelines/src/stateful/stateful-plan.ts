import { LONG, mapPlanChildren, type Plan, planChildren, type WatermarkPlan } from "@sluice/query";
import { statefulAggregate } from "./aggregate-state.ts";
import { statefulDeduplicate } from "./deduplicate-state.ts";
import { type EventTimes, eventTimes, readsStream } from "./event-time.ts";
import { neededUntil } from "./join-range.ts";
import { statefulJoin } from "./join-state.ts";
import { statefulLimit } from "./limit-state.ts";
import { type LateRows, type OutputMode, type Progress, StateBuilder, type StateOperator } from "./operator.ts";
import { sessionsOf, streamingAggregates } from "./output-mode.ts";
import { statefulSessions } from "./session-state.ts";
import { latestEventTime, watermarkNodes } from "./watermark.ts";

/** A plan over new rows and state, what it does to the state, and what is to be learned from its rows. */
export interface StatefulPlan {
  readonly plan: Plan;
  readonly states: readonly StateOperator[];
  readonly late: readonly LateRows[];
  /** One for each watermark of the plan: the latest event time of the rows that pass it, as a plan of one BIGINT. */
  readonly eventTimes: readonly Plan[];
}

/** What a batch is rewritten with. */
export interface BatchProgress {
  readonly batch: number;
  readonly mode: OutputMode;
  /** The watermark before the batch, and that of the batch before, in milliseconds since the epoch. */
  readonly watermark: number;
  readonly lateWatermark: number;
}

/**
 * Rewrites a streaming plan so that its stateful operators are plain algebra over the new rows of a batch and their state tables. `free` are the lowest numbers
 * that the plan does not use for scans and columns. The same plan gets the same states, whatever the batch.
 */
export function rewriteStateful(
  plan: Plan,
  free: { readonly scan: number; readonly attribute: number },
  batch: BatchProgress,
): StatefulPlan {
  const builder = new StateBuilder(free);
  const rewriting = new Rewriting(builder, batch);
  const rewritten = rewriting.of(plan).plan;
  const latest = watermarkNodes(plan).map((node) => {
    const passed = rewriting.of(node).plan as WatermarkPlan;
    return latestEventTime(passed, builder.attribute("event_time", LONG));
  });
  return { plan: rewritten, states: builder.states, late: builder.late, eventTimes: latest };
}

/** A plan after rewriting, and how far the event time of its rows is. */
interface Rewritten {
  readonly plan: Plan;
  readonly progress: Progress;
}

class Rewriting {
  readonly #builder: StateBuilder;
  readonly #batch: number;
  readonly #mode: OutputMode;
  readonly #watermark: Progress;
  readonly #known = new Map<Plan, Rewritten>();

  constructor(builder: StateBuilder, { batch, mode, watermark, lateWatermark }: BatchProgress) {
    this.#builder = builder;
    this.#batch = batch;
    this.#mode = mode;
    this.#watermark = { late: microseconds(lateWatermark), closed: microseconds(watermark) };
  }

  of(plan: Plan): Rewritten {
    const known = this.#known.get(plan) ?? this.#rewrite(plan);
    this.#known.set(plan, known);
    return known;
  }

  #rewrite(plan: Plan): Rewritten {
    if (!readsStream(plan)) return { plan, progress: this.#watermark };
    const inner = mapPlanChildren(plan, (child) => this.of(child).plan);
    const progress = this.#progressBelow(plan);
    const times = new Map(planChildren(plan).flatMap((child) => [...eventTimes(child)]));
    const operator = { batch: this.#batch, times, progress, builder: this.#builder };
    switch (inner.kind) {
      case "Deduplicate":
        return { plan: statefulDeduplicate(inner, operator), progress };
      case "Aggregate": {
        const sessions = sessionsOf(inner);
        const result =
          sessions === undefined
            ? statefulAggregate(inner, this.#mode, operator)
            : statefulSessions(inner, sessions, this.#mode, operator);
        return { plan: result, progress };
      }
      case "Join":
        if (!readsStream(inner.left) || !readsStream(inner.right)) return { plan: inner, progress };
        return { plan: statefulJoin(inner, operator), progress: progressAfterJoin(inner, times, progress) };
      case "Limit": {
        const { count } = inner;
        const isOfBatch = this.#mode === "complete" && streamingAggregates(plan).length > 0;
        if (count === undefined || isOfBatch) return { plan: inner, progress };
        return { plan: statefulLimit({ ...inner, count }, operator), progress };
      }
      case "SetOperation": {
        if (inner.all) return { plan: inner, progress };
        const keys = inner.output.map((one) => one.id);
        const all = { ...inner, all: true };
        const distinct = { kind: "Deduplicate", input: all, output: all.output, keys, withinWatermark: false } as const;
        return { plan: statefulDeduplicate(distinct, { ...operator, times: eventTimes(plan) }), progress };
      }
      default:
        return { plan: inner, progress };
    }
  }

  /** Of several streams the slowest. */
  #progressBelow(plan: Plan): Progress {
    const below = planChildren(plan)
      .filter((child) => readsStream(child))
      .map((child) => this.of(child).progress);
    return below.reduce(slower, this.#watermark);
  }
}

function slower(left: Progress, right: Progress): Progress {
  return { late: lesser(left.late, right.late), closed: lesser(left.closed, right.closed) };
}

function lesser(left: bigint, right: bigint): bigint {
  if (right < left) return right;
  return left;
}

/** Rows may leave a join later than they came, by as much as it keeps them. */
function progressAfterJoin(join: Extract<Plan, { kind: "Join" }>, times: EventTimes, progress: Progress): Progress {
  const held = (["left", "right"] as const).flatMap((side) => {
    const needed = neededUntil(join, side, times);
    return needed.kind === "Range" ? [needed.microseconds] : [];
  });
  return held.reduce(
    (before, microseconds) =>
      slower(before, { late: progress.late - microseconds, closed: progress.closed - microseconds }),
    progress,
  );
}

function microseconds(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1000n;
}
