import type { RunFlow } from "../planner/update-plan.ts";
import { Slots } from "./slots.ts";
import type { FlowResult } from "./update-input.ts";

/** How the scheduler acts on flows. */
export interface FlowActions {
  /** Never throws. */
  readonly run: (stage: RunFlow) => Promise<FlowResult>;
  /** Tells that a flow does not run, because flows before it did not complete (SKIPPED) or the update is being stopped (STOPPED). */
  readonly leaveOut: (stage: RunFlow, status: "SKIPPED" | "STOPPED", cause: readonly string[]) => FlowResult;
  readonly signal?: AbortSignal;
}

/**
 * Runs flows, each as soon as the flows before it are completed, at most `limit` at a time and never two into one table. A flow that fails keeps only those
 * behind it from running. Results are in the order of `stages`, in which sources stand before their readers.
 */
export async function runFlows(
  stages: readonly RunFlow[],
  limit: number,
  actions: FlowActions,
): Promise<readonly FlowResult[]> {
  const running = new Map<string, Promise<FlowResult>>();
  const targets = new Map<string, Promise<unknown>>();
  const slots = new Slots(limit);
  for (const stage of stages) {
    const before = stage.after.map((flow) => running.get(flow)).filter((flow) => flow !== undefined);
    const sameTarget = targets.get(stage.dataset) ?? Promise.resolve();
    const result = runWhenReady(stage, before, sameTarget, slots, actions);
    running.set(stage.flow, result);
    targets.set(stage.dataset, Promise.all([sameTarget, result]));
  }
  return await Promise.all(running.values());
}

async function runWhenReady(
  stage: RunFlow,
  before: readonly Promise<FlowResult>[],
  sameTarget: Promise<unknown>,
  slots: Slots,
  actions: FlowActions,
): Promise<FlowResult> {
  const results = await Promise.all(before);
  await sameTarget;
  if (actions.signal?.aborted) return actions.leaveOut(stage, "STOPPED", []);
  const missing = results.filter((result) => result.status !== "COMPLETED").map((result) => result.flow);
  if (missing.length > 0) return actions.leaveOut(stage, "SKIPPED", missing);
  return await slots.use(async () =>
    actions.signal?.aborted ? actions.leaveOut(stage, "STOPPED", []) : await actions.run(stage),
  );
}
