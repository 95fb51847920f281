import { setTimeout as sleep } from "node:timers/promises";
import { failureFacts, toKafkaError } from "./failure.ts";

/** Who waits, for what and how long. */
export interface Waiting {
  /** What is being done, for messages: `reading topic "orders"`. */
  readonly what: string;
  readonly brokers: readonly string[];
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Tries until it works, with longer and longer pauses.
 *
 * @throws EngineError at once for what waiting does not mend, or after `patienceMs`; the abort reason
 */
export async function withPatience<Result>(waiting: Waiting, attempt: () => Promise<Result>): Promise<Result> {
  const { what, brokers, patienceMs, signal } = waiting;
  const startedAt = performance.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await unlessAborted(attempt(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const waited = performance.now() - startedAt;
      if (failureFacts(error).kind !== "Passing" || waited + pause > patienceMs) {
        throw toKafkaError(error, what, brokers, waited);
      }
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** The answer, unless the signal comes first: the client cannot be interrupted, its answer is no longer waited for. @throws the abort reason */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return await work;
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  work.catch(() => undefined);
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}
