import type { Clock } from "../src/update/clock.ts";

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now: number = 1_700_000_000_000;
  readonly #sleepers = new Set<Sleeper>();
  readonly now = (): number => this.#now;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { due: this.#now + ms, wake: () => end() };
      const end = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      signal?.addEventListener("abort", end);
      this.#sleepers.add(sleeper);
    });
  }

  /** Resolves when so many sleep that nothing but time or the test can wake. */
  async asleep(count: number): Promise<void> {
    for (let quiet = 0, waited = 0; quiet < 3; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      quiet = this.#sleepers.size === count ? quiet + 1 : 0;
      if (waited > 1000) throw new Error(`${this.#sleepers.size} sleep, not ${count}`);
    }
  }

  /** Moves time and wakes those whose time has come, earliest first. */
  advance(ms: number): void {
    this.#now += ms;
    const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= this.#now);
    for (const sleeper of due.sort((left, right) => left.due - right.due)) sleeper.wake();
  }
}
