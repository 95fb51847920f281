import type { Plan } from "@sluice/query";
import { readsStream } from "../stateful/event-time.ts";
import { outputMode } from "../stateful/output-mode.ts";

/** Whether the order of a query's rows means nothing: those of a batch, and groups that are all written anew. A stream cannot be sorted, which its rules say. */
export function isUnordered(plan: Plan): boolean {
  return !readsStream(plan) || outputMode(plan) === "complete";
}

/** A plan without the ORDER BY at its top: the rows of a table have no order. One below a LIMIT stays. */
export function dropTopOrder(plan: Plan): Plan {
  if (plan.kind === "Sort") return dropTopOrder(plan.input);
  if (plan.kind !== "Project") return plan;
  const input = dropTopOrder(plan.input);
  return input === plan.input ? plan : { ...plan, input };
}
