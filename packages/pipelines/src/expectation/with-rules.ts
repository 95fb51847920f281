import type { Plan } from "@sluice/query";
import type { ResolvedRule } from "./rule.ts";

/** A plan whose rows are checked by rules at the top; the plan itself when there are none. `dataset` is the name for the counts. */
export function withRules(plan: Plan, dataset: string, rules: readonly ResolvedRule[], nullIsViolation: boolean): Plan {
  if (rules.length === 0) return plan;
  const checked = rules.map(({ name, policy, condition }) => ({ name, policy, condition }));
  return { kind: "Expect", input: plan, output: plan.output, dataset, rules: checked, nullIsViolation };
}
