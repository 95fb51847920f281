import { type Clock, parseInterval } from "@sluice/pipelines";

/** A clock that stands still until the test moves it. */
export interface TestClock extends Clock {
  /** Moves time on by milliseconds or a length of time as "10 minutes", and wakes what sleeps until then. @throws Error for a text that is none */
  advance(by: number | string): void;
}

/**
 * A clock at a moment, 2026-01-01T00:00:00Z unless given. `current_timestamp()`, the event log and the pauses before retries follow it; watermarks do not: they
 * follow the rows.
 *
 * @throws RangeError for a moment that is none
 */
export function testClock(start: string | Date = "2026-01-01T00:00:00Z"): TestClock {
  let now = new Date(start).getTime();
  if (Number.isNaN(now)) throw new RangeError(`"${start}" is not a moment: write one as 2026-01-01T00:00:00Z.`);
  const sleepers = new Set<{ readonly due: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { due: now + ms, wake };
        signal?.addEventListener("abort", wake);
        sleepers.add(sleeper);
      }),
    advance: (by) => {
      now += milliseconds(by);
      const due = [...sleepers].filter((sleeper) => sleeper.due <= now);
      for (const sleeper of due.sort((left, right) => left.due - right.due)) sleeper.wake();
    },
  };
}

function milliseconds(by: number | string): number {
  const length = typeof by === "number" ? by : parseInterval(by);
  if (length === undefined) throw new Error(`"${by}" is not a length of time: write one as "10 minutes".`);
  return length;
}
