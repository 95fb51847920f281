import type { Plan } from "@sluice/query";

/** A plan without the ORDER BY at its top: the rows of a table have no order. One below a LIMIT stays. */
export function dropTopOrder(plan: Plan): Plan {
  if (plan.kind === "Sort") return dropTopOrder(plan.input);
  if (plan.kind !== "Project") return plan;
  const input = dropTopOrder(plan.input);
  return input === plan.input ? plan : { ...plan, input };
}
