import type { UpdateState } from "../event-log/event-details.ts";

/** Which states may follow which; a step that is not here is a bug. */
export const NEXT_STATES: Readonly<Record<UpdateState, readonly UpdateState[]>> = {
  QUEUED: ["CREATED", "STOPPING", "FAILED"],
  CREATED: ["WAITING_FOR_RESOURCES", "STOPPING", "FAILED"],
  WAITING_FOR_RESOURCES: ["INITIALIZING", "STOPPING", "FAILED"],
  INITIALIZING: ["RESETTING", "SETTING_UP_TABLES", "COMPLETED", "STOPPING", "FAILED"],
  RESETTING: ["SETTING_UP_TABLES", "STOPPING", "FAILED"],
  SETTING_UP_TABLES: ["RUNNING", "STOPPING", "FAILED"],
  RUNNING: ["COMPLETED", "STOPPING", "FAILED"],
  STOPPING: ["CANCELED", "FAILED"],
  COMPLETED: [],
  FAILED: [],
  CANCELED: [],
};

/** Follows one update through its states and tells of each. */
export class UpdateLifecycle {
  readonly #tell: (state: UpdateState) => void;
  #state: UpdateState | undefined;

  constructor(tell: (state: UpdateState) => void) {
    this.#tell = tell;
  }

  get state(): UpdateState | undefined {
    return this.#state;
  }

  /** @throws Error for a step that is not in {@link NEXT_STATES}. */
  enter(state: UpdateState): void {
    const isAllowed = this.#state === undefined ? state === "QUEUED" : NEXT_STATES[this.#state].includes(state);
    if (!isAllowed) throw new Error(`An update cannot go from ${this.#state ?? "nothing"} to ${state}`);
    this.#state = state;
    this.#tell(state);
  }
}
