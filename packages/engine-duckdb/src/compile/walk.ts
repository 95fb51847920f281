import type { Plan, Typed, TypedWindow } from "@sluice/query";

/** The plans directly below a plan, left before right; sub-queries of expressions are not among them. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case "Scan":
    case "Values":
    case "Range":
      return [];
    case "Join":
    case "SetOperation":
      return [plan.left, plan.right];
    default:
      return [plan.input];
  }
}

/** The expressions that stand in a node itself, in the order they are written. */
export function expressionsOf(plan: Plan): readonly Typed[] {
  switch (plan.kind) {
    case "Values":
      return plan.rows.flat();
    case "Project":
      return plan.columns.map((column) => column.expression);
    case "Filter":
      return [plan.condition];
    case "Join":
      return plan.condition === undefined ? [] : [plan.condition];
    case "Aggregate":
      return [...plan.grouping, ...plan.columns.map((column) => column.expression)];
    case "Generate":
      return [plan.generator];
    case "Sort":
      return plan.keys.map((key) => key.expression);
    case "Expect":
      return plan.rules.map((rule) => rule.condition);
    default:
      return [];
  }
}

/** The expressions directly below an expression. */
export function operandsOf(expression: Typed): readonly Typed[] {
  switch (expression.kind) {
    case "Call":
      return [
        ...expression.args,
        ...(expression.filter === undefined ? [] : [expression.filter]),
        ...(expression.orderBy ?? []).map((key) => key.expression),
      ];
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return [expression.expression];
    case "Case":
      return [
        ...expression.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case "Lambda":
      return [expression.body];
    case "Window":
      return windowOperands(expression);
    case "InSubquery":
      return expression.values;
    default:
      return [];
  }
}

function windowOperands(window: TypedWindow): readonly Typed[] {
  const bounds = window.frame === undefined ? [] : [window.frame.lower, window.frame.upper];
  return [
    window.call,
    ...window.partitionBy,
    ...window.orderBy.map((key) => key.expression),
    ...bounds.flatMap((bound) => ("offset" in bound ? [bound.offset] : [])),
  ];
}

/** The plan of a sub-query expression; undefined for all others. */
export function subqueryOf(expression: Typed): Plan | undefined {
  switch (expression.kind) {
    case "ScalarSubquery":
    case "Exists":
    case "InSubquery":
      return expression.plan;
    default:
      return undefined;
  }
}

/** Calls `visit` for an expression and all below it, outermost first; does not enter sub-queries. */
export function visitExpression(expression: Typed, visit: (expression: Typed) => void): void {
  visit(expression);
  for (const operand of operandsOf(expression)) visitExpression(operand, visit);
}

/** Calls the visitors for a plan, all plans below it, their expressions, and the plans of sub-queries. */
export function visitPlan(
  plan: Plan,
  visitors: { readonly plan?: (plan: Plan) => void; readonly expression?: (expression: Typed, plan: Plan) => void },
): void {
  visitors.plan?.(plan);
  for (const root of expressionsOf(plan)) {
    visitExpression(root, (expression) => {
      visitors.expression?.(expression, plan);
      const subquery = subqueryOf(expression);
      if (subquery !== undefined) visitPlan(subquery, visitors);
    });
  }
  for (const input of inputsOf(plan)) visitPlan(input, visitors);
}
