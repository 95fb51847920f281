import type { AggregatePlan, Typed, TypedCall } from "@sluice/query";
import type { PlanScope, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { compileExpression } from "./expression.ts";
import { type Select, selectFrom, toSource } from "./select.ts";
import { isTumbling, sessionColumns, sessionStruct, slidingWindows } from "./time-window.ts";

/**
 * Groups of rows. A row stands in each time window that holds it, a row without a time in none: windows that overlap, and sessions, are columns computed
 * below the GROUP BY.
 */
export function compileAggregate(plan: AggregatePlan, scope: PlanScope): Select {
  const input = selectFrom(scope.compile(plan.input));
  const grouped = withWindow(plan, input, scope);
  const keys = plan.grouping.map((key) => groupKey(key, grouped.keyScope));
  const items = plan.columns.map(({ attribute, expression }) => ({
    sql: grouped.columnScope.sql(expression),
    name: scope.name(attribute),
  }));
  const groupBy = groupByText(keys, plan.sets);
  return { ...grouped.input, items, ...(groupBy === undefined ? {} : { groupBy }) };
}

interface Grouped {
  readonly input: Select;
  readonly keyScope: Scope;
  readonly columnScope: Scope;
}

function withWindow(plan: AggregatePlan, input: Select, scope: PlanScope): Grouped {
  const plain = replacing(plan, scope);
  const window = plan.grouping.find((key) => key.kind === "Call" && /^(session_)?window$/.test(key.name));
  const time = window?.kind === "Call" ? window.args[0] : undefined;
  if (window?.kind !== "Call" || time === undefined) return { input, keyScope: plain, columnScope: plain };
  const timed: Select = { ...input, where: [...(input.where ?? []), `${scope.sql(time)} IS NOT NULL`] };
  if (window.name === "session_window") return withSession(plan, window, timed, scope);
  if (isTumbling(window)) return { input: timed, keyScope: plain, columnScope: plain };
  const inner = { ...timed, items: [...input.items, { sql: slidingWindows(window, scope), name: '"__window"' }] };
  const named = replacing(plan, scope, { of: scope.sql(window), by: '"__window"' });
  return { input: { items: [], from: toSource(inner) }, keyScope: named, columnScope: named };
}

function withSession(plan: AggregatePlan, window: TypedCall, input: Select, scope: PlanScope): Grouped {
  const others = plan.grouping.filter((key) => key !== window).map((key) => scope.sql(key));
  const [begins, session] = sessionColumns(window, others, scope);
  const first = { ...input, items: [...input.items, begins] };
  const second = { items: [...input.items.map(({ name }) => ({ sql: name, name })), session], from: toSource(first) };
  const of = scope.sql(window);
  return {
    input: { items: [], from: toSource(second) },
    keyScope: replacing(plan, scope, { of, by: '"__session"' }),
    columnScope: replacing(plan, scope, { of, by: sessionStruct(window, scope) }),
  };
}

function replacing(
  plan: AggregatePlan,
  scope: PlanScope,
  window?: { readonly of: string; readonly by: string },
): Scope {
  const inner: Scope = {
    ...scope,
    grouping: plan.grouping,
    sql: (expression) => {
      const isWindow = expression.kind === "Call" && /^(session_)?window$/.test(expression.name);
      if (window !== undefined && isWindow && scope.sql(expression) === window.of) return window.by;
      return compileExpression(expression, inner);
    },
  };
  return inner;
}

/** A bare constant would be taken for a column's position. */
function groupKey(key: Typed, scope: Scope): string {
  return key.kind === "Literal" ? `CAST(${scope.sql(key)} AS ${duckType(key.dataType)})` : scope.sql(key);
}

function groupByText(keys: readonly string[], sets: AggregatePlan["sets"]): string | undefined {
  if (sets === undefined) return keys.length === 0 ? undefined : keys.join(", ");
  const texts = sets.map((set) => `(${set.map((index) => keys[index] ?? "NULL").join(", ")})`);
  return `GROUPING SETS (${texts.join(", ")})`;
}
