import type { AggregatePlan, Typed } from "@sluice/query";
import { mustStandApart, Parts, scopeOfParts } from "./apart.ts";
import type { PlanScope, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { type Select, selectFrom, toSource } from "./select.ts";

/** Groups of rows. A column that repeats a grouping expression is the same text, by which DuckDB knows it. */
export function compileAggregate(plan: AggregatePlan, scope: PlanScope): Select {
  const input = selectFrom(scope.compile(plan.input));
  const grouped: Scope = {
    ...scope,
    grouping: plan.grouping,
    sql: (expression) => scope.compileIn(expression, grouped),
  };
  const items = plan.columns.map(({ attribute, expression }) => ({
    sql: grouped.sql(expression),
    name: scope.name(attribute),
  }));
  const keys = plan.grouping.map((key) => groupKey(key, scope));
  const groupBy = groupByText(keys, plan.sets);
  const grouping = groupBy === undefined ? {} : { groupBy };
  const parts = new Parts();
  const apart = scopeOfParts(grouped, parts, keys);
  if (groupBy !== undefined && !items.some((item) => mustStandApart(item.sql))) return { ...input, items, ...grouping };
  const above = plan.columns.map(({ attribute, expression }) => ({
    sql: apart.sql(expression),
    name: scope.name(attribute),
  }));
  const below = parts.items();
  if (below.length > 0 && !items.some((item) => mustStandApart(item.sql))) return { ...input, items };
  const inner = { ...input, items: below.length === 0 ? [{ sql: "count(*)", name: '"__part"' }] : below, ...grouping };
  return { items: above, from: toSource(inner) };
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
