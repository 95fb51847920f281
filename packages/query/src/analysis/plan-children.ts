import type { Plan, Typed, TypedSortKey } from "./plan.ts";
import { visitTyped } from "./typed-children.ts";

/** The plans directly below one, left to right. Sub-queries in expressions are not among them. */
export function planChildren(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case "Scan":
    case "Values":
    case "Range":
    case "UnionLoopRef":
      return [];
    case "Join":
    case "SetOperation":
    case "UnionLoop":
      return [plan.left, plan.right];
    default:
      return [plan.input];
  }
}

/** The same plan with each direct child changed; the very same object when none is. `output` is kept: the caller changes it when its change does. */
export function mapPlanChildren(plan: Plan, change: (child: Plan) => Plan): Plan {
  switch (plan.kind) {
    case "Scan":
    case "Values":
    case "Range":
    case "UnionLoopRef":
      return plan;
    case "Join":
    case "SetOperation":
    case "UnionLoop": {
      const [left, right] = [change(plan.left), change(plan.right)];
      return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
    }
    default: {
      const input = change(plan.input);
      return input === plan.input ? plan : { ...plan, input };
    }
  }
}

/** The expressions that a plan node itself holds. */
export function planExpressions(plan: Plan): readonly Typed[] {
  switch (plan.kind) {
    case "Values":
      return plan.rows.flat();
    case "Project":
      return plan.columns.map((column) => column.expression);
    case "Filter":
      return [plan.condition];
    case "Join":
      return plan.condition ? [plan.condition] : [];
    case "Aggregate":
      return [...plan.grouping, ...plan.columns.map((column) => column.expression)];
    case "Generate":
      return [plan.generator];
    case "Sessionize":
      return [...plan.keys, plan.time, plan.gap];
    case "Sort":
      return plan.keys.map((key) => key.expression);
    case "Expect":
      return plan.rules.map((rule) => rule.condition);
    default:
      return [];
  }
}

/** The same plan node with its own expressions changed; types, and so `output`, must stay. */
export function mapPlanExpressions(plan: Plan, change: (typed: Typed) => Typed): Plan {
  const key = (one: TypedSortKey): TypedSortKey => ({ ...one, expression: change(one.expression) });
  switch (plan.kind) {
    case "Values":
      return { ...plan, rows: plan.rows.map((row) => row.map(change)) };
    case "Project":
      return { ...plan, columns: plan.columns.map((one) => ({ ...one, expression: change(one.expression) })) };
    case "Filter":
      return { ...plan, condition: change(plan.condition) };
    case "Join":
      return plan.condition ? { ...plan, condition: change(plan.condition) } : plan;
    case "Aggregate":
      return {
        ...plan,
        grouping: plan.grouping.map(change),
        columns: plan.columns.map((one) => ({ ...one, expression: change(one.expression) })),
      };
    case "Sessionize":
      return { ...plan, keys: plan.keys.map(change), time: change(plan.time), gap: change(plan.gap) };
    case "Sort":
      return { ...plan, keys: plan.keys.map(key) };
    case "Expect":
      return { ...plan, rules: plan.rules.map((rule) => ({ ...rule, condition: change(rule.condition) })) };
    default:
      return plan;
  }
}

/** The sub-queries in a plan node's own expressions, in order. */
function subqueryExpressions(plan: Plan): readonly TypedSubquery[] {
  const found: TypedSubquery[] = [];
  const visit = (part: Typed) => {
    if (isSubquery(part)) found.push(part);
  };
  for (const expression of planExpressions(plan)) visitTyped(expression, visit);
  return found;
}

/** The plans of the sub-queries that a plan node's own expressions hold. */
export function planSubqueries(plan: Plan): readonly Plan[] {
  return subqueryExpressions(plan).map((one) => one.plan);
}

/** An expression that holds a plan. */
export type TypedSubquery = Extract<Typed, { readonly plan: Plan }>;

/** Whether an expression is a sub-query. */
export function isSubquery(typed: Typed): typed is TypedSubquery {
  return typed.kind === "ScalarSubquery" || typed.kind === "Exists" || typed.kind === "InSubquery";
}

/** The plan that an expression itself holds, none or one. */
export function subqueryPlans(typed: Typed): readonly Plan[] {
  return isSubquery(typed) ? [typed.plan] : [];
}

/** A plan and all plans in it, sub-queries included, outermost first. A plan that several others read comes once. */
export function* walkPlan(plan: Plan): Generator<Plan> {
  const seen = new Set<Plan>();
  const waiting = [plan];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    yield one;
    waiting.push(...[...planChildren(one), ...planSubqueries(one)].reverse());
  }
}
