import { SchemaChanged } from "../streaming/evolve-sources.ts";
import { snapshotTrigger, streamTrigger, type Trigger, viewTrigger } from "./continuous-trigger.ts";
import { isRetryable, retryDelay } from "./retry-policy.ts";
import { type FlowRun, runFlow, type Tally } from "./run-flow.ts";
import type { TableCommits } from "./table-commits.ts";
import type { FlowResult } from "./update-input.ts";

/** One flow of a continuous update, ready to run. */
export interface ContinuousFlow {
  readonly run: FlowRun;
  /** Milliseconds from the start of one trigger to the next. */
  readonly intervalMs: number;
  /** Why its table could not be set up. */
  readonly trouble?: unknown;
}

/** What all flows of a continuous update share. */
export interface ContinuousContext {
  /** Ends flows between two commits. */
  readonly stop: AbortSignal;
  readonly commits: TableCommits;
  /** Runs work of a flow when its turn has come: there are free slots, and nobody else writes its table. */
  readonly inTurn: <Result>(dataset: string, work: () => Promise<Result>) => Promise<Result>;
}

const TRIGGERS = {
  Stream: streamTrigger,
  Once: viewTrigger,
  Materialize: viewTrigger,
  Snapshot: snapshotTrigger,
} as const;

/**
 * Runs a flow again and again until it is stopped or fails for good: when its interval has passed, or earlier when it had nothing to do and a table that it reads
 * has got a commit. Never throws.
 *
 * @param hasBegun - Told once when the first trigger is over, whatever became of it.
 */
export async function runContinuousFlow(
  flow: ContinuousFlow,
  context: ContinuousContext,
  hasBegun: () => void,
): Promise<FlowResult> {
  try {
    return await new FlowLoop(flow, context, hasBegun).run();
  } finally {
    hasBegun();
  }
}

type Attempt = "Worked" | "Idle" | FlowResult;

class FlowLoop {
  readonly #flow: ContinuousFlow;
  readonly #run: FlowRun;
  readonly #context: ContinuousContext;
  readonly #hasBegun: () => void;
  readonly #tally: Tally = { rows: 0, commits: 0 };
  readonly #trigger: Trigger;
  #isIdle = false;

  constructor(flow: ContinuousFlow, context: ContinuousContext, hasBegun: () => void) {
    this.#flow = flow;
    this.#run = flow.run;
    this.#context = context;
    this.#hasBegun = hasBegun;
    this.#trigger = TRIGGERS[flow.run.stage.technique](flow.run, this.#tally);
  }

  async run(): Promise<FlowResult> {
    const { stop, inTurn } = this.#context;
    const { stage, events } = this.#run;
    if (this.#flow.trouble !== undefined) return this.#failed(this.#flow.trouble);
    if (!stop.aborted) {
      if (stage.technique === "Once") return await inTurn(stage.dataset, () => this.#once());
      events.status("STARTING");
      events.status("RUNNING");
    }
    while (!stop.aborted) {
      const end = await this.#round();
      if (end !== undefined) return end;
    }
    events.status("STOPPED");
    return this.#result("STOPPED");
  }

  async #once(): Promise<FlowResult> {
    const result = await runFlow(this.#run);
    if (result.commits > 0) this.#context.commits.add(result.dataset);
    return result;
  }

  /** One trigger and the wait for the next; answers how the flow ended, if it did. */
  async #round(): Promise<FlowResult | undefined> {
    const { stage, tracked, clock } = this.#run;
    const { commits } = this.#context;
    const startedAt = clock.now();
    const seen = commits.count(tracked.flow.upstream);
    const attempt = await this.#attempts();
    this.#hasBegun();
    if (typeof attempt === "object") return attempt;
    if (attempt === "Worked") commits.add(stage.dataset);
    this.#tellIdle(attempt === "Idle" || stage.technique === "Materialize");
    const due = startedAt + this.#flow.intervalMs - clock.now();
    if (due > 0) await this.#pause(due, attempt === "Idle" ? seen : undefined);
    return undefined;
  }

  /** One trigger, tried again as often as the flow may be. */
  async #attempts(): Promise<Attempt> {
    const { events, retry, clock, stage, world } = this.#run;
    const { inTurn, stop } = this.#context;
    for (let attempt = 1; ; attempt++) {
      try {
        return (await inTurn(stage.dataset, () => this.#work())) ? "Worked" : "Idle";
      } catch (error) {
        if (world.signal?.aborted) return "Idle";
        if (error instanceof SchemaChanged) return this.#schemaChanged(error);
        if (!isRetryable(error) || attempt > retry.retries) return this.#failed(error);
        const delayMs = retryDelay(retry, attempt + 1);
        events.retried(error, attempt + 1, delayMs);
        this.#isIdle = false;
        await clock.sleep(delayMs, stop);
      }
    }
  }

  async #work(): Promise<boolean> {
    if (this.#context.stop.aborted) return false;
    const hasWorked = await this.#trigger();
    if (hasWorked) this.#isIdle = false;
    return hasWorked;
  }

  /** Says IDLE once, however often nothing is found. */
  #tellIdle(isIdle: boolean): void {
    if (isIdle && !this.#isIdle && !this.#context.stop.aborted) this.#run.events.status("IDLE");
    this.#isIdle = isIdle;
  }

  /** Waits; a commit beyond the `seen` ones to a table that the flow reads ends the wait. */
  async #pause(ms: number, seen: number | undefined): Promise<void> {
    const { commits, stop } = this.#context;
    const { upstream } = this.#run.tracked.flow;
    const over = new AbortController();
    const end = (): void => over.abort();
    const forget = seen === undefined ? () => {} : commits.listen(upstream, end);
    stop.addEventListener("abort", end);
    try {
      if (stop.aborted || (seen !== undefined && commits.count(upstream) > seen)) return;
      await this.#run.clock.sleep(ms, over.signal);
    } finally {
      stop.removeEventListener("abort", end);
      forget();
    }
  }

  #schemaChanged(error: SchemaChanged): FlowResult {
    this.#run.events.schemaChanged(error);
    return { ...this.#result("STOPPED", error), schemaChanged: true };
  }

  #failed(error: unknown): FlowResult {
    this.#run.events.failed(error, !isRetryable(error));
    return this.#result("FAILED", error);
  }

  #result(status: FlowResult["status"], error?: unknown): FlowResult {
    const { flow, dataset } = this.#run.stage;
    return { flow, dataset, status, ...this.#tally, ...(error === undefined ? {} : { error }) };
  }
}
