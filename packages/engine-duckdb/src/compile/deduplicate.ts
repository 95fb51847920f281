import type { DeduplicatePlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { type Select, selectFrom } from "./select.ts";

/** One row for each distinct value of the keys. */
export function compileDeduplicate(plan: DeduplicatePlan, scope: PlanScope): Select {
  const input = scope.compile(plan.input);
  const all = plan.output.every((attribute) => plan.keys.includes(attribute.id));
  if (all) {
    const busy = input.whole ?? input.limit ?? input.distinct ?? input.orderBy;
    return { ...(busy === undefined ? input : selectFrom(input)), distinct: "DISTINCT" };
  }
  const base = selectFrom(input);
  const keys = plan.output.filter((attribute) => plan.keys.includes(attribute.id));
  return { ...base, distinct: `DISTINCT ON (${keys.map((key) => scope.name(key)).join(", ")})` };
}
