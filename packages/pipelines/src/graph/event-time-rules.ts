import {
  type Attribute,
  type Plan,
  planChildren,
  planExpressions,
  prune,
  type QueryProblem,
  usedColumns,
} from "@sluice/query";
import { eventTimes, readsStream } from "../stateful/event-time.ts";
import type { OutputMode } from "../stateful/operator.ts";

/** A node, and what is wrong with it. */
interface NodeMistake {
  readonly node: Plan;
  readonly problem: QueryProblem;
}

/**
 * The operator whose state could be forgotten by more than one column: a side of a join of streams, the rows of a deduplication or the keys of groups that have several
 * event times among the columns that are used from there on. Spark: WatermarkSupport.findEventTimeColumn, which ends such a query at its first batch.
 */
export function severalTimesMistake(plan: Plan, mode: OutputMode): NodeMistake | undefined {
  const pruned = prune(plan);
  return find(pruned, new Set(pruned.output.map((one) => one.id)), mode, new Set());
}

type Ids = ReadonlySet<number>;

function find(plan: Plan, wanted: Ids, mode: OutputMode, seen: Set<Plan>): NodeMistake | undefined {
  if (seen.has(plan) || !readsStream(plan)) return undefined;
  seen.add(plan);
  const used = usedBelow(plan, wanted);
  const several = keptBy(plan, used, mode).find((columns) => new Set(columns.map((one) => one.id)).size > 1);
  if (several !== undefined) return { node: plan, problem: problemOf(several) };
  for (const child of planChildren(plan)) {
    const found = find(child, used, mode, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The columns of the plans below that a plan uses, for itself or for what reads it. */
function usedBelow(plan: Plan, wanted: Ids): Ids {
  const own = planExpressions(plan).flatMap((one) => [...usedColumns(one)]);
  const keys = plan.kind === "Deduplicate" ? plan.keys : [];
  const passed = plan.kind === "Project" || plan.kind === "Aggregate" ? [] : wanted;
  const all = plan.kind === "SetOperation" ? [plan.left, plan.right].flatMap((side) => side.output) : [];
  return new Set([...own, ...keys, ...passed, ...all.map((one) => one.id)]);
}

/** The event times in each of the sets of columns that an operator keeps. */
function keptBy(plan: Plan, used: Ids, mode: OutputMode): readonly (readonly Attribute[])[] {
  const timesOf = (rows: Plan) => rows.output.filter((one) => used.has(one.id) && eventTimes(rows).has(one.id));
  switch (plan.kind) {
    case "Join":
      return readsStream(plan.left) && readsStream(plan.right) ? [timesOf(plan.left), timesOf(plan.right)] : [];
    case "Deduplicate":
      return [timesOf(plan.input)];
    case "SetOperation":
      return plan.all ? [] : [timesOf(plan.left)];
    case "Aggregate": {
      const keys = new Set(plan.grouping.flatMap((key) => (key.kind === "Column" ? [key.id] : [])));
      return mode === "complete" ? [] : [timesOf(plan.input).filter((one) => keys.has(one.id))];
    }
    default:
      return [];
  }
}

function problemOf(times: readonly Attribute[]): QueryProblem {
  const names = times.map((one) => `\`${one.name}\``).join(", ");
  const message = `More than one event time columns are available. Please ensure there is at most one event time column per stream. event time columns: (${names}). Leave one of them out, or keep it as a plain value: ts + INTERVAL 0 SECONDS AS ts2.`;
  return { condition: "_LEGACY_ERROR_TEMP_3077", sqlState: "0A000", message, parameters: { eventTimeCols: names } };
}
