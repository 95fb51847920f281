import {
  type Plan,
  planChildren,
  planExpressions,
  planSubqueries,
  type Typed,
  usedColumns,
  walkPlan,
} from "@sluice/query";
import { visitExpression } from "./walk.ts";

/** The plans inside one (the very same objects) that are read at several places. */
export function sharedPlans(root: Plan): ReadonlySet<Plan> {
  const readers = new Map<Plan, number>();
  for (const plan of walkPlan(root)) {
    for (const child of [...planChildren(plan), ...planSubqueries(plan)]) {
      readers.set(child, (readers.get(child) ?? 0) + 1);
    }
  }
  return new Set([...readers].filter(([, count]) => count > 1).map(([plan]) => plan));
}

/**
 * Those of the shared plans that are worth a name of their own in the statement: what is more than a read with computed and filtered columns, or depends on
 * chance. A plan that uses columns of an outer row has no name.
 */
export function namedPlans(root: Plan): ReadonlySet<Plan> {
  const shared = sharedPlans(root);
  return new Set([...shared].filter((plan) => isCostly(plan, shared) && !usesOuterRow(plan)));
}

const CHEAP: ReadonlySet<Plan["kind"]> = new Set<Plan["kind"]>([
  "Scan",
  "Values",
  "Range",
  "UnionLoopRef",
  "Project",
  "Filter",
]);

function isCostly(plan: Plan, shared: ReadonlySet<Plan>): boolean {
  if (!CHEAP.has(plan.kind)) return true;
  if (planExpressions(plan).some(isCostlyExpression)) return true;
  return planChildren(plan).some((child) => !shared.has(child) && isCostly(child, shared));
}

const CHANCE: ReadonlySet<string> = new Set([
  ...["rand", "randn", "random", "randstr", "uniform", "uuid", "shuffle", "monotonically_increasing_id"],
]);

function isCostlyExpression(expression: Typed): boolean {
  let costly = false;
  visitExpression(expression, (part) => {
    if (part.kind === "Window" || "plan" in part || (part.kind === "Call" && CHANCE.has(part.name))) costly = true;
  });
  return costly;
}

function usesOuterRow(plan: Plan): boolean {
  const made = new Set<number>();
  const used = new Set<number>();
  for (const one of walkPlan(plan)) {
    for (const { id } of one.output) made.add(id);
    for (const expression of planExpressions(one)) for (const id of usedColumns(expression)) used.add(id);
  }
  return [...used].some((id) => !made.has(id));
}
