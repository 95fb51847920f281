import type { FileStore } from "@sluice/pipelines";

/** What a flow has told: when each key was told last, and how many rows of the batch at work. */
export interface AlertState {
  readonly stream: string;
  readonly batch: number;
  /** Rows of the batch, in its order, that are told or need not be. */
  readonly rows: number;
  /** Milliseconds since the epoch by key; those whose throttle is over are left out. */
  readonly told: Readonly<Record<string, number>>;
}

/** Keeps the state of one flow as a file. */
export class AlertMemory {
  readonly #store: Pick<FileStore, "read" | "put">;
  readonly #path: string;

  constructor(store: Pick<FileStore, "read" | "put">, folder: string) {
    this.#store = store;
    this.#path = `${folder}/alerts.json`;
  }

  /** The state as a batch begins, or goes on after a failure. */
  async begin(stream: string, batch: number): Promise<AlertState> {
    const kept = await this.#store.read(this.#path);
    if (kept === undefined) return { stream, batch, rows: 0, told: {} };
    const state = JSON.parse(new TextDecoder().decode(kept)) as AlertState;
    return state.stream === stream && state.batch === batch ? state : { stream, batch, rows: 0, told: state.told };
  }

  async keep(state: AlertState): Promise<void> {
    await this.#store.put(this.#path, new TextEncoder().encode(JSON.stringify(state)));
  }
}
