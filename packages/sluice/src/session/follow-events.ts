import { type Engine, EVENT_SCHEMA, eventLogLocation, fromEventRow, type PipelineEvent } from "@sluice/pipelines";
import type { Plan } from "@sluice/query";

const SESSION = { now: 0n, timeZone: "UTC", ansi: false } as const;

/** Reads the event log of a pipeline as it grows, from another process than the one that writes it. */
export class EventFollower {
  readonly #engine: Engine;
  readonly #location: string;
  readonly #newest: () => Promise<readonly PipelineEvent[]>;
  #version: number | undefined;
  #known: ReadonlySet<string> = new Set();

  /** `newest` gives all events of the newest update, for the beginning. */
  constructor(engine: Engine, storage: string, newest: () => Promise<readonly PipelineEvent[]>) {
    this.#engine = engine;
    this.#location = eventLogLocation(storage);
    this.#newest = newest;
  }

  /** What has come since the last call, in order; the first call gives what there is of the newest update. */
  async next(): Promise<readonly PipelineEvent[]> {
    const through = (await this.#engine.tables.describe(this.#location))?.version;
    if (through === undefined || through === this.#version) return [];
    const after = this.#version;
    this.#version = through;
    if (after !== undefined) return (await this.#appended(after, through)).filter(({ id }) => !this.#known.has(id));
    const newest = await this.#newest();
    this.#known = new Set(newest.map(({ id }) => id));
    return newest;
  }

  async #appended(after: number, through: number): Promise<readonly PipelineEvent[]> {
    const leaf = { kind: "NamedTable", name: ["event_log"], streaming: false, options: {} } as const;
    const output = EVENT_SCHEMA.fields.map((column, id) => ({ id, ...column }));
    const plan: Plan = { kind: "Scan", scan: 0, leaf, streaming: false, output };
    const slice = { kind: "TableAppends", location: this.#location, after, through } as const;
    const { rows } = await this.#engine.query(plan, new Map([[0, slice]]), SESSION);
    return rows.map(fromEventRow).sort(inOrder);
  }
}

function inOrder({ sequence: left }: PipelineEvent, { sequence: right }: PipelineEvent): number {
  return left.data_plane_id.seq_no - right.data_plane_id.seq_no;
}
