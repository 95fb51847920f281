import type { Plan } from "@sluice/query";

/** The plans that a plan reads directly, left before right; sub-queries inside expressions are not among them. */
export function planInputs(plan: Plan): readonly Plan[] {
  if ("input" in plan) return [plan.input];
  return "left" in plan ? [plan.left, plan.right] : [];
}

/** The same node over other inputs; the very same object when no input changed. */
export function mapPlanInputs(plan: Plan, map: (input: Plan) => Plan): Plan {
  if ("input" in plan) {
    const input = map(plan.input);
    return input === plan.input ? plan : { ...plan, input };
  }
  if (!("left" in plan)) return plan;
  const left = map(plan.left);
  const right = map(plan.right);
  return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
}

/** Whether a plan's rows come, at least partly, from a stream. */
export function isStreamingPlan(plan: Plan): boolean {
  return plan.kind === "Scan" ? plan.streaming : planInputs(plan).some(isStreamingPlan);
}

/** The streaming scans of a plan, left to right. */
export function streamingScans(plan: Plan): readonly number[] {
  if (plan.kind === "Scan") return plan.streaming ? [plan.scan] : [];
  return planInputs(plan).flatMap(streamingScans);
}
