import type { RunningStream } from "../sink/open-stream.ts";
import type { BatchReport } from "../streaming/batch-report.ts";
import type { Clock } from "../update/clock.ts";

/** When a query looks for rows. `AvailableNow`: until nothing is left of what there was when it began. */
export type QueryTrigger =
  | { readonly kind: "AvailableNow" }
  /** Milliseconds from the start of one micro-batch to the next; 0: at once. */
  | { readonly kind: "ProcessingTime"; readonly intervalMs: number };

/** What hears of a loop. Times are milliseconds since the epoch. */
export interface LoopEvents {
  /** A trigger begins, or its batch is at work. */
  working(): void;
  batch(report: BatchReport, startedAt: number): void;
  /** Nothing was found. */
  idle(): void;
}

/** Somebody who waits until all is processed. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** With nothing to do, sources are looked at so often. */
const POLL_MS = 200;

/** Runs one micro-batch after the other, as its trigger says. */
export class QueryLoop {
  readonly #stream: RunningStream;
  readonly #trigger: QueryTrigger;
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #events: LoopEvents;
  #waiting: Waiting[] = [];
  #pause = new AbortController();

  /** `stop` ends it at a commit. */
  constructor(stream: RunningStream, trigger: QueryTrigger, clock: Clock, stop: AbortSignal, events: LoopEvents) {
    this.#stream = stream;
    this.#trigger = trigger;
    this.#clock = clock;
    this.#stop = stop;
    this.#events = events;
  }

  /** Ends when the trigger has nothing more to do, or at a stop. @throws what a batch fails with */
  async run(): Promise<void> {
    try {
      while (!this.#stop.aborted) if (!(await this.#round())) break;
      this.#settle((one) => one.resolve());
    } catch (error) {
      this.#settle((one) => one.reject(error));
      throw error;
    }
  }

  /** Ends when a look at the sources that begins after this call finds nothing, or the loop ends. */
  processAllAvailable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#pause.abort();
    });
  }

  /** One trigger; answers whether another one follows. */
  async #round(): Promise<boolean> {
    const startedAt = this.#clock.now();
    const asked = this.#waiting.length;
    this.#pause = new AbortController();
    this.#events.working();
    const goesOn = this.#trigger.kind === "ProcessingTime";
    if (goesOn) this.#stream.renew();
    const report = await this.#stream.step();
    if (report !== undefined) {
      this.#events.batch(report, startedAt);
      if (goesOn) await this.#wait(startedAt, 0);
      return true;
    }
    this.#events.idle();
    for (const one of this.#waiting.splice(0, asked)) one.resolve();
    if (goesOn) await this.#wait(startedAt, POLL_MS);
    return goesOn;
  }

  async #wait(startedAt: number, leastMs: number): Promise<void> {
    const intervalMs = this.#trigger.kind === "ProcessingTime" ? this.#trigger.intervalMs : 0;
    const due = startedAt + Math.max(intervalMs, leastMs) - this.#clock.now();
    if (due <= 0 || this.#waiting.length > 0) return;
    await this.#clock.sleep(due, AbortSignal.any([this.#stop, this.#pause.signal]));
  }

  #settle(tell: (one: Waiting) => void): void {
    for (const one of this.#waiting.splice(0)) tell(one);
  }
}
