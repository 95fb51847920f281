import type { Clock } from "./clock.ts";

/** A batch that is at work when a stop is asked for may take so long to its commit; then it is given up, and the next update does it again. */
export const STOP_GRACE_MS = 10_000;

/**
 * Aborts as long after `stop` as a batch at work may take, or with `now` at once. `end` says that all work has ended: it aborts too, so that whoever holds something
 * open for the work lets it go.
 */
export function gracefulStop(
  stop: AbortSignal,
  now: AbortSignal,
  clock: Clock,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const giveUp = new AbortController();
  const over = new AbortController();
  const wait = (): void => {
    void clock.sleep(STOP_GRACE_MS, over.signal).then(() => {
      if (!over.signal.aborted) giveUp.abort(stop.reason);
    });
  };
  if (stop.aborted) wait();
  else stop.addEventListener("abort", wait, { once: true, signal: over.signal });
  return { signal: AbortSignal.any([giveUp.signal, now, over.signal]), end: () => over.abort() };
}
