import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { isRetryable, type RetryPolicy, retryDelay } from "./retry-policy.ts";
import { restartOf, withRowsOf } from "./schema-restart.ts";
import type { FinishedUpdate, UpdateInput } from "./update-input.ts";

/** Runs one try. A continuous update in which something fails that may pass goes on for `retryAfterMs` and then ends; absent: there is no further try. */
export type RunTry = (
  input: UpdateInput,
  updateId: string,
  retryAfterMs: number | undefined,
) => Promise<FinishedUpdate>;

/** How tries follow each other. */
export interface RetryWorld {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs an update, and again with cause RETRY_ON_FAILURE as long as it fails in a way that may pass and tries are left; a continuous one that got on with what
 * failed has all its tries again. The result is that of the last, with the rows of all.
 */
export async function untilRetriesEnd(
  input: UpdateInput,
  updateId: string,
  run: RunTry,
  world: RetryWorld,
): Promise<FinishedUpdate> {
  const { policy, signal } = world;
  const delayOf = (attempt: number) => (attempt > policy.retries ? undefined : retryDelay(policy, attempt + 1));
  let attempt = 1;
  let one = await run(input, updateId, delayOf(attempt));
  let all = one;
  for (
    let next = input, delayMs = delayOf(attempt);
    delayMs !== undefined && mayPass(one);
    delayMs = delayOf(attempt)
  ) {
    await pauseAfter(one, delayMs, world);
    if (signal.aborted) return { ...all, state: "CANCELED" };
    attempt = input.settings.continuous && one.flows.some(hasGotOn) ? 1 : attempt + 1;
    next = { ...(one.flows.length === 0 ? next : restartOf(next)), cause: "RETRY_ON_FAILURE" };
    one = await run(next, randomUUID(), delayOf(attempt));
    all = withRowsOf(one, all);
  }
  return all;
}

/** A continuous update whose other flows were at work has waited itself. */
async function pauseAfter({ flows }: FinishedUpdate, ms: number, { clock, signal }: RetryWorld): Promise<void> {
  if (!flows.some((flow) => flow.status === "STOPPED")) await clock.sleep(ms, signal);
}

function mayPass({ state, flows, error }: FinishedUpdate): boolean {
  return state === "FAILED" && (isRetryable(error) || flows.some((flow) => isRetryable(flow.error)));
}

function hasGotOn({ status, commits }: FinishedUpdate["flows"][number]): boolean {
  return status === "FAILED" && commits > 0;
}
