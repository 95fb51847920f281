import { type Plan, planChildren, planExpressions, subqueryPlans, type Typed, walkTyped } from "@sluice/query";

/** The plan of a sub-query expression; undefined for all others. */
export function subqueryOf(expression: Typed): Plan | undefined {
  return subqueryPlans(expression)[0];
}

/** Calls `visit` for an expression and all below it, outermost first; does not enter sub-queries. */
export function visitExpression(expression: Typed, visit: (expression: Typed) => void): void {
  for (const part of walkTyped(expression)) visit(part);
}

/** What to do with the parts of a plan. */
export interface PlanVisitors {
  readonly plan?: (plan: Plan) => void;
  readonly expression?: (expression: Typed, plan: Plan) => void;
}

/** Calls the visitors for a plan, all plans below it, their expressions, and the plans of sub-queries; once for a plan that several others read. */
export function visitPlan(plan: Plan, visitors: PlanVisitors, seen: Set<Plan> = new Set()): void {
  if (seen.has(plan)) return;
  seen.add(plan);
  visitors.plan?.(plan);
  for (const root of planExpressions(plan)) {
    visitExpression(root, (expression) => {
      visitors.expression?.(expression, plan);
      const subquery = subqueryOf(expression);
      if (subquery !== undefined) visitPlan(subquery, visitors, seen);
    });
  }
  for (const input of planChildren(plan)) visitPlan(input, visitors, seen);
}
