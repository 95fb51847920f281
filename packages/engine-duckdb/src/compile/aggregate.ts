import type { AggregatePlan, Typed } from "@sluice/query";
import type { PlanScope, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { type Select, selectFrom } from "./select.ts";

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
  const groupBy = groupByText(
    plan.grouping.map((key) => groupKey(key, scope)),
    plan.sets,
  );
  return { ...input, items, ...(groupBy === undefined ? {} : { groupBy }) };
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
