import type { JoinPlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { indent, printSelect, type Select, toSource } from "./select.ts";

/** Two inputs side by side. All column names differ, so none needs a table's name before it. */
export function compileJoin(plan: JoinPlan, scope: PlanScope): Select {
  const left = toSource(scope.compile(plan.left));
  const right = rightSource(scope.compile(plan.right));
  return { items: scope.passing(plan.output), from: `${left}\n${joinText(plan, right, scope)}`, joined: true };
}

function rightSource(right: Select): string {
  return right.joined === true ? `(\n${indent(printSelect(right))}\n)` : toSource(right);
}

function joinText(plan: JoinPlan, right: string, scope: PlanScope): string {
  const lateral = plan.lateral ? "LATERAL " : "";
  const condition = plan.condition === undefined ? undefined : scope.sql(plan.condition);
  if (condition === undefined && (plan.how === "inner" || plan.how === "cross")) return `CROSS JOIN ${lateral}${right}`;
  const how = plan.how === "cross" ? "INNER" : plan.how.toUpperCase();
  return `${how} JOIN ${lateral}${right} ON ${condition ?? "true"}`;
}
