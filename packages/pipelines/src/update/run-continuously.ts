import type { Clock } from "./clock.ts";
import { type ContinuousContext, type ContinuousFlow, runContinuousFlow } from "./continuous-flow.ts";
import { isRetryable } from "./retry-policy.ts";
import { Slots } from "./slots.ts";
import { TableCommits } from "./table-commits.ts";
import type { FlowResult } from "./update-input.ts";

/** How flows run continuously. */
export interface ContinuousRun {
  /** Flows at work at the same time. */
  readonly limit: number;
  readonly clock: Clock;
  /** Ends the run; each flow ends at a commit. */
  readonly stop: AbortSignal;
  /** So long after a flow failed in a way that may pass, the run ends, so that a new update tries again; absent: never. */
  readonly retryAfterMs?: number;
}

/**
 * Runs flows until `stop`, until all have ended, or until a new update is needed: a source has got new columns, or something that failed is to be tried again. A
 * flow that fails stops no other. A flow's first trigger follows those of the flows before it. Results are in the order of `flows`.
 */
export async function runContinuously(
  flows: readonly ContinuousFlow[],
  { limit, clock, stop, retryAfterMs }: ContinuousRun,
): Promise<readonly FlowResult[]> {
  const ending = new AbortController();
  const over = new AbortController();
  const context: ContinuousContext = {
    stop: AbortSignal.any([stop, ending.signal]),
    commits: new TableCommits(),
    inTurn: turns(new Slots(limit)),
  };
  const begun = new Map<string, Promise<void>>();
  const running = flows.map(async (flow) => {
    const { stage } = flow.run;
    let hasBegun = (): void => {};
    begun.set(stage.flow, new Promise((resolve) => (hasBegun = resolve)));
    await Promise.all(stage.after.map((name) => begun.get(name)));
    const result = await runContinuousFlow(flow, context, hasBegun);
    if (result.schemaChanged) ending.abort();
    if (result.status === "FAILED" && retryAfterMs !== undefined && isRetryable(result.error)) {
      void clock.sleep(retryAfterMs, over.signal).then(() => ending.abort());
    }
    return result;
  });
  try {
    return await Promise.all(running);
  } finally {
    over.abort();
  }
}

/** Work within slots, and for each table one after the other. */
function turns(slots: Slots): ContinuousContext["inTurn"] {
  const writing = new Map<string, Promise<unknown>>();
  return async (dataset, work) => {
    const before = writing.get(dataset) ?? Promise.resolve();
    const mine = before.then(() => slots.use(work));
    writing.set(
      dataset,
      mine.catch(() => undefined),
    );
    return await mine;
  };
}
