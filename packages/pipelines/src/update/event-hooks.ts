import type { EventHook, HookEvent } from "../declaration/declaration.ts";
import { errorMessage } from "../event-log/event-error.ts";
import { toEventJson } from "../event-log/event-row.ts";
import type { EventWriter } from "../event-log/event-writer.ts";
import type { EventDraft, PipelineEvent } from "../event-log/pipeline-event.ts";

/** So long the end of an update waits for hooks. */
const DRAIN_MS = 10_000;
/** So many events wait for a slow hook; beyond, it misses the oldest of them. */
const MOST_WAITING = 10_000;

interface RunningHook {
  readonly hook: EventHook;
  failures: number;
  isDisabled: boolean;
}

/** Calls the hooks of a pipeline with its stable events: one call after the other, apart from the update. Events from before the hooks were known wait for them. */
export class EventHooks implements EventWriter {
  readonly #waiting: PipelineEvent[] = [];
  #hooks: readonly RunningHook[] | undefined;
  #tell: (draft: EventDraft) => void = () => {};
  #working: Promise<void> | undefined;

  /** From now on events are given to these hooks; `tell` hears how they fare. */
  attach(hooks: readonly EventHook[], tell: (draft: EventDraft) => void): void {
    this.#hooks = hooks.map((hook) => ({ hook, failures: 0, isDisabled: false }));
    this.#tell = tell;
    this.#work();
  }

  write(event: PipelineEvent): void {
    if (event.maturityLevel !== "STABLE" || event.eventType === "hook_progress") return;
    if (this.#hooks?.every((one) => one.isDisabled)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#work();
  }

  /** Waits a while for the hooks to catch up; what they have not got by then they do not get. */
  async flush(): Promise<void> {
    if (this.#working === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([this.#working, enough]);
    clearTimeout(timer);
    this.#waiting.length = 0;
  }

  #work(): void {
    if (this.#hooks === undefined || this.#working !== undefined) return;
    this.#working = this.#giveAll(this.#hooks).finally(() => {
      this.#working = undefined;
    });
  }

  async #giveAll(hooks: readonly RunningHook[]): Promise<void> {
    await Promise.resolve();
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      for (const one of hooks) if (!one.isDisabled) await this.#give(one, toEventJson(event) as unknown as HookEvent);
    }
  }

  async #give(one: RunningHook, event: HookEvent): Promise<void> {
    try {
      await one.hook.call(event);
      one.failures = 0;
    } catch (error) {
      one.failures += 1;
      one.isDisabled = one.failures >= Math.max(1, one.hook.maxFailures ?? Number.POSITIVE_INFINITY);
      this.#tellFailure(one, error);
    }
  }

  #tellFailure({ hook: { name }, isDisabled }: RunningHook, error: unknown): void {
    const status = isDisabled ? "DISABLED" : "FAILED";
    this.#tell({
      eventType: "hook_progress",
      message: `Event hook '${name}' is ${status}: ${errorMessage(error).split("\n")[0]}`,
      level: "WARN",
      details: { name, status },
    });
  }
}
