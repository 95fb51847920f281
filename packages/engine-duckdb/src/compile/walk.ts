import { type Plan, planChildren, planExpressions, subqueryPlans, type Typed, walkTyped } from "@sluice/query";

/** The plan of a sub-query expression; undefined for all others. */
export function subqueryOf(expression: Typed): Plan | undefined {
  return subqueryPlans(expression)[0];
}

/** Calls `visit` for an expression and all below it, outermost first; does not enter sub-queries. */
export function visitExpression(expression: Typed, visit: (expression: Typed) => void): void {
  for (const part of walkTyped(expression)) visit(part);
}

/** Calls the visitors for a plan, all plans below it, their expressions, and the plans of sub-queries. */
export function visitPlan(
  plan: Plan,
  visitors: { readonly plan?: (plan: Plan) => void; readonly expression?: (expression: Typed, plan: Plan) => void },
): void {
  visitors.plan?.(plan);
  for (const root of planExpressions(plan)) {
    visitExpression(root, (expression) => {
      visitors.expression?.(expression, plan);
      const subquery = subqueryOf(expression);
      if (subquery !== undefined) visitPlan(subquery, visitors);
    });
  }
  for (const input of planChildren(plan)) visitPlan(input, visitors);
}
