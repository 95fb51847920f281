import {
  BOOLEAN,
  findFunction,
  type JoinPlan,
  mapPlanChildren,
  type Plan,
  type Typed,
  usedColumns,
  walkTyped,
} from "@sluice/query";
import { readsStream } from "./event-time.ts";
import { call, conjuncts, filter } from "./expression.ts";
import { keyPairs, type Side } from "./join-range.ts";

/**
 * The same query with its filters below the watermarks where Spark's optimizer has them, for they decide which rows a watermark sees: conditions on other columns
 * than the event time go below `withWatermark`, and rows whose NULL keys have no partner in a join of streams go before it.
 */
export function pushFilters(plan: Plan, known: Map<Plan, Plan> = new Map()): Plan {
  const found = known.get(plan);
  if (found !== undefined) return found;
  const pushed = pushOnce(mapPlanChildren(plan, (child) => pushFilters(child, known)));
  known.set(plan, pushed);
  return pushed;
}

function pushOnce(plan: Plan): Plan {
  if (plan.kind === "Filter") return conjuncts(plan.condition).reduce(keepOnly, plan.input);
  return plan.kind === "Join" ? withoutNullKeys(plan) : plan;
}

/** The rows of a plan for which a condition holds, asked as far down as its watermark allows. */
function keepOnly(plan: Plan, condition: Typed): Plan {
  return below(plan, condition) ?? filter(plan, condition);
}

function below(plan: Plan, condition: Typed): Plan | undefined {
  const used = usedColumns(condition);
  switch (plan.kind) {
    case "Filter": {
      const input = below(plan.input, condition);
      return input && { ...plan, input };
    }
    case "Project": {
      const passes = plan.columns.filter(
        ({ attribute, expression }) => expression.kind === "Column" && expression.id === attribute.id,
      );
      if (![...used].every((id) => passes.some(({ attribute }) => attribute.id === id))) return undefined;
      const input = below(plan.input, condition);
      return input && { ...plan, input };
    }
    case "Watermark":
      if (used.has(plan.eventTime) || used.size === 0 || !isDeterministic(condition)) return undefined;
      return { ...plan, input: filter(plan.input, condition) };
    default:
      return undefined;
  }
}

function isDeterministic(condition: Typed): boolean {
  return [...walkTyped(condition)].every(
    (part) => !("plan" in part) && (part.kind !== "Call" || findFunction(part.name)?.deterministic !== false),
  );
}

/** Without the rows of a join of two streams that an equality can never pair, on the sides that keep no row without a partner. */
function withoutNullKeys(join: JoinPlan): Plan {
  if (!readsStream(join.left) || !readsStream(join.right) || join.how === "full") return join;
  const keys = keyPairs(join);
  const side = (name: Side): Plan =>
    join.how === name
      ? join[name]
      : keys
          .map((pair) => pair[name])
          .filter((key) => key.nullable)
          .map((key) => call("isnotnull", [key], BOOLEAN, false))
          .reduce(keepOnly, join[name]);
  return { ...join, left: side("left"), right: side("right") };
}
