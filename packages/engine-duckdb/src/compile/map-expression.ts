import type { Named, Plan, Typed, TypedFrameBound, TypedSortKey, TypedWindow } from "@sluice/query";

type Rewrite = (expression: Typed) => Typed | undefined;

/** An expression in which `rewrite` replaced what it answers for, outermost first; what is replaced is not entered again. Sub-queries stay as they are. */
export function mapExpression(expression: Typed, rewrite: Rewrite): Typed {
  const replaced = rewrite(expression);
  if (replaced !== undefined) return replaced;
  const map = (inner: Typed): Typed => mapExpression(inner, rewrite);
  switch (expression.kind) {
    case "Call":
      return {
        ...expression,
        args: expression.args.map(map),
        ...(expression.filter === undefined ? {} : { filter: map(expression.filter) }),
        ...(expression.orderBy === undefined ? {} : { orderBy: expression.orderBy.map((key) => mapKey(key, map)) }),
      };
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return { ...expression, expression: map(expression.expression) };
    case "Case":
      return {
        ...expression,
        branches: expression.branches.map(({ when, then }) => ({ when: map(when), then: map(then) })),
        ...(expression.otherwise === undefined ? {} : { otherwise: map(expression.otherwise) }),
      };
    case "Lambda":
      return { ...expression, body: map(expression.body) };
    case "Window":
      return mapWindow(expression, map);
    case "InSubquery":
      return { ...expression, values: expression.values.map(map) };
    default:
      return expression;
  }
}

function mapKey(key: TypedSortKey, map: (expression: Typed) => Typed): TypedSortKey {
  return { ...key, expression: map(key.expression) };
}

function mapWindow(window: TypedWindow, map: (expression: Typed) => Typed): Typed {
  const call = map(window.call);
  if (call.kind !== "Call") throw new Error("a window expression is over a call");
  const { frame } = window;
  return {
    ...window,
    call,
    partitionBy: window.partitionBy.map(map),
    orderBy: window.orderBy.map((key) => mapKey(key, map)),
    ...(frame === undefined
      ? {}
      : { frame: { ...frame, lower: mapBound(frame.lower, map), upper: mapBound(frame.upper, map) } }),
  };
}

function mapBound(bound: TypedFrameBound, map: (expression: Typed) => Typed): TypedFrameBound {
  return "offset" in bound ? { ...bound, offset: map(bound.offset) } : bound;
}

function mapNamed(columns: readonly Named[], map: (expression: Typed) => Typed): readonly Named[] {
  return columns.map((column) => ({ ...column, expression: map(column.expression) }));
}

/** A node in which its own expressions were rewritten; its inputs stay as they are. */
export function mapExpressions(plan: Plan, rewrite: Rewrite): Plan {
  const map = (inner: Typed): Typed => mapExpression(inner, rewrite);
  switch (plan.kind) {
    case "Values":
      return { ...plan, rows: plan.rows.map((row) => row.map(map)) };
    case "Project":
      return { ...plan, columns: mapNamed(plan.columns, map) };
    case "Filter":
      return { ...plan, condition: map(plan.condition) };
    case "Join":
      return plan.condition === undefined ? plan : { ...plan, condition: map(plan.condition) };
    case "Aggregate":
      return { ...plan, grouping: plan.grouping.map(map), columns: mapNamed(plan.columns, map) };
    case "Generate": {
      const generator = map(plan.generator);
      return generator.kind === "Call" ? { ...plan, generator } : plan;
    }
    case "Sort":
      return { ...plan, keys: plan.keys.map((key) => mapKey(key, map)) };
    case "Expect":
      return { ...plan, rules: plan.rules.map((rule) => ({ ...rule, condition: map(rule.condition) })) };
    default:
      return plan;
  }
}
