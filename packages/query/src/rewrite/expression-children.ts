import type { Call, Expression, FrameBound, SortKey, WindowExpression } from "../expression/expression.ts";

type Change = (child: Expression) => Expression;

/** The expressions directly inside one, in the order written. Relations of sub-queries are not entered. */
export function expressionChildren(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "Literal":
    case "ColumnReference":
    case "Star":
    case "ScalarSubquery":
    case "Exists":
      return NO_CHILDREN;
    case "Call":
      return callChildren(expression);
    case "Alias":
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
    case "SortKey":
      return [expression.expression];
    case "Case": {
      const branches = expression.branches.flatMap(({ when, then }) => [when, then]);
      return expression.otherwise ? [...branches, expression.otherwise] : branches;
    }
    case "Lambda":
      return [expression.body];
    case "WindowExpression":
      return windowChildren(expression);
    case "InSubquery":
      return expression.values;
  }
}

const NO_CHILDREN: readonly Expression[] = [];

function callChildren({ args, filter, orderBy }: Call): readonly Expression[] {
  if (!filter && !orderBy) return args;
  return [...args, ...(filter ? [filter] : []), ...(orderBy ? orderBy.map((key) => key.expression) : [])];
}

function windowChildren({ call, partitionBy, orderBy, frame }: WindowExpression): readonly Expression[] {
  const bounds = frame ? [frame.lower, frame.upper] : [];
  const offsets = bounds.flatMap((bound) => ("offset" in bound ? [bound.offset] : []));
  return [call, ...partitionBy, ...orderBy.map((key) => key.expression), ...offsets];
}

/** The same expression with each direct child changed. Relations of sub-queries are not entered. */
export function mapExpressionChildren(expression: Expression, change: Change): Expression {
  switch (expression.kind) {
    case "Literal":
    case "ColumnReference":
    case "Star":
    case "ScalarSubquery":
    case "Exists":
      return expression;
    case "Call":
      return {
        ...expression,
        args: expression.args.map(change),
        ...(expression.filter && { filter: change(expression.filter) }),
        ...(expression.orderBy && { orderBy: expression.orderBy.map((key) => changeKey(key, change)) }),
      };
    case "Alias":
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return { ...expression, expression: change(expression.expression) };
    case "SortKey":
      return changeKey(expression, change);
    case "Case":
      return {
        ...expression,
        branches: expression.branches.map(({ when, then }) => ({ when: change(when), then: change(then) })),
        ...(expression.otherwise && { otherwise: change(expression.otherwise) }),
      };
    case "Lambda":
      return { ...expression, body: change(expression.body) };
    case "WindowExpression":
      return changeWindow(expression, change);
    case "InSubquery":
      return { ...expression, values: expression.values.map(change) };
  }
}

function changeKey(key: SortKey, change: Change): SortKey {
  return { ...key, expression: change(key.expression) };
}

function changeWindow(window: WindowExpression, change: Change): WindowExpression {
  const bound = (one: FrameBound): FrameBound => ("offset" in one ? { ...one, offset: change(one.offset) } : one);
  return {
    ...window,
    call: change(window.call),
    partitionBy: window.partitionBy.map(change),
    orderBy: window.orderBy.map((key) => changeKey(key, change)),
    ...(window.frame && {
      frame: { ...window.frame, lower: bound(window.frame.lower), upper: bound(window.frame.upper) },
    }),
  };
}

/** The expression with every part changed, innermost first. Relations of sub-queries are not entered. */
export function transformExpression(expression: Expression, change: Change): Expression {
  return change(mapExpressionChildren(expression, (child) => transformExpression(child, change)));
}

/** Whether the expression or any part of it is as asked; parts below one that `enter` refuses are not looked at. */
export function someExpression(
  expression: Expression,
  wanted: (part: Expression) => boolean,
  enter?: (part: Expression) => boolean,
): boolean {
  if (wanted(expression)) return true;
  if (enter && !enter(expression)) return false;
  for (const child of expressionChildren(expression)) if (someExpression(child, wanted, enter)) return true;
  return false;
}

/** Visits an expression and all its parts, outermost first. Relations of sub-queries are not entered. */
export function visitExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  for (const child of expressionChildren(expression)) visitExpression(child, visit);
}

/** All parts of an expression and itself, outermost first. Relations of sub-queries are not entered. */
export function* walkExpression(expression: Expression): Generator<Expression> {
  const waiting = [expression];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    yield one;
    waiting.push(...expressionChildren(one).toReversed());
  }
}
