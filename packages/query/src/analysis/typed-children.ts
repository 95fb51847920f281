import type {
  Typed,
  TypedCall,
  TypedFrameBound,
  TypedLambda,
  TypedLambdaVariable,
  TypedSortKey,
  TypedWindow,
} from "./plan.ts";

type Change = (child: Typed) => Typed;

/** The expressions directly inside one, in order. Plans of sub-queries are not entered. */
export function typedChildren(typed: Typed): readonly Typed[] {
  switch (typed.kind) {
    case "Literal":
    case "Column":
    case "LambdaVariable":
    case "ScalarSubquery":
    case "Exists":
      return NO_CHILDREN;
    case "Call":
      return callChildren(typed);
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return [typed.expression];
    case "Lambda":
      return [typed.body];
    case "InSubquery":
      return typed.values;
    case "Case": {
      const branches = typed.branches.flatMap(({ when, then }) => [when, then]);
      return typed.otherwise ? [...branches, typed.otherwise] : branches;
    }
    case "Window":
      return windowChildren(typed);
  }
}

const NO_CHILDREN: readonly Typed[] = [];

function callChildren({ args, filter, orderBy }: TypedCall): readonly Typed[] {
  if (!filter && !orderBy) return args;
  return [...args, ...(filter ? [filter] : []), ...(orderBy ? orderBy.map((key) => key.expression) : [])];
}

function windowChildren({ call, partitionBy, orderBy, frame }: TypedWindow): readonly Typed[] {
  const bounds = frame ? [frame.lower, frame.upper] : [];
  const offsets = bounds.flatMap((bound) => ("offset" in bound ? [bound.offset] : []));
  return [...callChildren(call), ...partitionBy, ...orderBy.map((key) => key.expression), ...offsets];
}

/** The same expression with each direct child changed; calls and casts stay the very same object when none is. Plans of sub-queries are not entered. */
export function mapTypedChildren(typed: Typed, change: Change): Typed {
  switch (typed.kind) {
    case "Literal":
    case "Column":
    case "LambdaVariable":
    case "ScalarSubquery":
    case "Exists":
      return typed;
    case "Call":
      return changeCall(typed, change);
    case "Cast":
    case "FieldAccess":
    case "JsonPath": {
      const expression = change(typed.expression);
      return expression === typed.expression ? typed : { ...typed, expression };
    }
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
  const args = call.args.map(change);
  if (!call.filter && !call.orderBy && args.every((arg, i) => arg === call.args[i])) return call;
  return {
    ...call,
    args,
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
  const waiting = [typed];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    yield one;
    const children = typedChildren(one);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i] as Typed);
  }
}

/** Visits an expression and all its parts, outermost first. Plans of sub-queries are not entered. */
export function visitTyped(typed: Typed, visit: (part: Typed) => void): void {
  visit(typed);
  switch (typed.kind) {
    case "Literal":
    case "Column":
      return;
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      visitTyped(typed.expression, visit);
      return;
    default:
      for (const child of typedChildren(typed)) visitTyped(child, visit);
  }
}

/** Whether the expression or any part of it is as asked. */
export function someTyped(typed: Typed, wanted: (part: Typed) => boolean): boolean {
  if (wanted(typed)) return true;
  for (const child of typedChildren(typed)) if (someTyped(child, wanted)) return true;
  return false;
}

/** Whether two expressions compute the same: equal in all but places in the text and spelling of names. */
export function sameTyped(left: Typed, right: Typed): boolean {
  return left === right || (left.kind === right.kind && sameValue(left, right, new Map()));
}

const IGNORED: ReadonlySet<string> = new Set(["span", "nullable"]);

/** `bound` holds the ids of parameters of lambdas around: which one of the right side is which of the left. */
function sameValue(left: unknown, right: unknown, bound: Map<number, number>): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right)) return sameItems(left, right, bound);
  if (isColumn(left) && isColumn(right)) return left.id === right.id;
  if (isVariable(left) && isVariable(right)) return (bound.get(left.id) ?? left.id) === right.id;
  if (isLambda(left) && isLambda(right)) return sameLambda(left, right, bound);
  return Array.isArray(left) === Array.isArray(right) && sameFields(left as Fields, right as Fields, bound);
}

function sameItems(left: readonly unknown[], right: readonly unknown[], bound: Map<number, number>): boolean {
  return left.length === right.length && left.every((one, i) => sameValue(one, right[i], bound));
}

function sameLambda(left: TypedLambda, right: TypedLambda, bound: Map<number, number>): boolean {
  for (const [i, { id }] of left.parameters.entries()) bound.set(id, right.parameters[i]?.id ?? id);
  return left.parameters.length === right.parameters.length && sameValue(left.body, right.body, bound);
}

type Fields = Readonly<Record<string, unknown>>;

function sameFields(left: Fields, right: Fields, bound: Map<number, number>): boolean {
  for (const key in left) {
    if (!IGNORED.has(key) && !sameValue(left[key], right[key], bound)) return false;
  }
  for (const key in right) {
    if (!IGNORED.has(key) && right[key] !== undefined && left[key] === undefined) return false;
  }
  return true;
}

function isLambda(value: object): value is TypedLambda {
  return "kind" in value && value.kind === "Lambda";
}

function isVariable(value: object): value is TypedLambdaVariable {
  return "kind" in value && value.kind === "LambdaVariable";
}

function isColumn(value: object): value is { id: number } {
  return "kind" in value && value.kind === "Column" && "id" in value;
}
