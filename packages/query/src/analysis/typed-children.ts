import type { Typed, TypedCall, TypedFrameBound, TypedSortKey, TypedWindow } from "./plan.ts";

type Change = (child: Typed) => Typed;

/** The expressions directly inside one, in order. Plans of sub-queries are not entered. */
export function typedChildren(typed: Typed): readonly Typed[] {
  const children: Typed[] = [];
  mapTypedChildren(typed, (child) => {
    children.push(child);
    return child;
  });
  return children;
}

/** The same expression with each direct child changed. Plans of sub-queries are not entered. */
export function mapTypedChildren(typed: Typed, change: Change): Typed {
  switch (typed.kind) {
    case "Literal":
    case "CalendarInterval":
    case "Column":
    case "LambdaVariable":
    case "ScalarSubquery":
    case "Exists":
      return typed;
    case "Call":
      return changeCall(typed, change);
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return { ...typed, expression: change(typed.expression) };
    case "Case":
      return {
        ...typed,
        branches: typed.branches.map(({ when, then }) => ({ when: change(when), then: change(then) })),
        ...(typed.otherwise && { otherwise: change(typed.otherwise) }),
      };
    case "Lambda":
      return { ...typed, body: change(typed.body) };
    case "Window":
      return changeWindow(typed, change);
    case "InSubquery":
      return { ...typed, values: typed.values.map(change) };
  }
}

function changeCall(call: TypedCall, change: Change): TypedCall {
  return {
    ...call,
    args: call.args.map(change),
    ...(call.filter && { filter: change(call.filter) }),
    ...(call.orderBy && { orderBy: call.orderBy.map((key) => changeKey(key, change)) }),
  };
}

function changeKey(key: TypedSortKey, change: Change): TypedSortKey {
  return { ...key, expression: change(key.expression) };
}

function changeWindow(window: TypedWindow, change: Change): TypedWindow {
  const bound = (one: TypedFrameBound): TypedFrameBound =>
    "offset" in one ? { ...one, offset: change(one.offset) } : one;
  return {
    ...window,
    call: changeCall(window.call, change),
    partitionBy: window.partitionBy.map(change),
    orderBy: window.orderBy.map((key) => changeKey(key, change)),
    ...(window.frame && {
      frame: { ...window.frame, lower: bound(window.frame.lower), upper: bound(window.frame.upper) },
    }),
  };
}

/** Changes an expression from the top: where `change` answers, its answer stands and is not entered; elsewhere the children are changed. */
export function replaceTyped(typed: Typed, change: (part: Typed) => Typed | undefined): Typed {
  return change(typed) ?? mapTypedChildren(typed, (child) => replaceTyped(child, change));
}

/** All parts of an expression and itself, outermost first. Plans of sub-queries are not entered. */
export function* walkTyped(typed: Typed): Generator<Typed> {
  yield typed;
  for (const child of typedChildren(typed)) yield* walkTyped(child);
}

/** Whether the expression or any part of it is as asked. */
export function someTyped(typed: Typed, wanted: (part: Typed) => boolean): boolean {
  return wanted(typed) || typedChildren(typed).some((child) => someTyped(child, wanted));
}

/** Whether two expressions compute the same: equal in all but places in the text and spelling of names. */
export function sameTyped(left: Typed, right: Typed): boolean {
  return sameValue(left, right);
}

const IGNORED: ReadonlySet<string> = new Set(["span", "nullable"]);

function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (isColumn(left) && isColumn(right)) return left.id === right.id;
  const a = comparedEntries(left);
  const b = new Map(comparedEntries(right));
  return a.length === b.size && a.every(([key, value]) => b.has(key) && sameValue(value, b.get(key)));
}

function comparedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([key, entry]) => !IGNORED.has(key) && entry !== undefined);
}

function isColumn(value: object): value is { id: number } {
  return "kind" in value && value.kind === "Column" && "id" in value;
}
