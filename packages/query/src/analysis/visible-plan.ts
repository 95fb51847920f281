import type { Plan } from "./plan.ts";
import { type Analyzed, passThrough, type ScopeColumn, visibleColumns } from "./scope.ts";

/** The plan with exactly the columns that `*` means, in that order. */
export function visiblePlan(analyzed: Pick<Analyzed, "plan" | "columns">): Plan {
  return planOf(analyzed.plan, visibleColumns(analyzed.columns));
}

/** The plan with exactly these of its columns, in this order. */
export function planOf(plan: Plan, columns: readonly ScopeColumn[]): Plan {
  const output = columns.map((column) => column.attribute);
  const same = plan.output.length === output.length && plan.output.every((one, i) => one.id === output[i]?.id);
  return same ? plan : { kind: "Project", input: plan, columns: output.map(passThrough), output };
}
