import { compactFiles } from "../engine/compact-files.ts";
import type { Engine, TableTarget } from "../engine/engine.ts";
import { OWN_TABLE } from "../engine/own-table.ts";
import { errorMessage } from "./event-error.ts";
import { EVENT_SCHEMA } from "./event-row.ts";
import type { EventWriter } from "./event-writer.ts";
import { eventsPlan } from "./events-plan.ts";
import type { PipelineEvent } from "./pipeline-event.ts";

/** Versions are times in microseconds; a clock behind that of the last writer takes the next free one. */
const APP_ID = "event-log";
const FLUSH_MS = 1000;
const MOST_ROWS = 500;
/** After so many versions it is looked whether the log has many small files. */
const COMPACT_EVERY = 32;

/** The folder of a pipeline's event log below its storage. */
export function eventLogLocation(storage: string): string {
  return `${storage}/system/events`;
}

/** What is said about an event log besides where it is. */
export interface EventLogOptions {
  /** Hears of events that could not be kept; by default it is a warning of the process. */
  readonly onTrouble?: (error: unknown) => void;
  /** Milliseconds between two commits at least, but for `flush`. */
  readonly pauseMs?: number;
}

/** The event log as a Delta table: events gather for a second or for the pause that is left, then become one commit. */
export class DeltaEventWriter implements EventWriter {
  readonly #engine: Engine;
  readonly #target: TableTarget;
  readonly #onTrouble: (error: unknown) => void;
  #waiting: PipelineEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #pauseMs: number;
  #writing: Promise<void> = Promise.resolve();
  #wroteAt = Number.NEGATIVE_INFINITY;

  constructor(engine: Engine, storage: string, { onTrouble = warn, pauseMs = 0 }: EventLogOptions = {}) {
    this.#engine = engine;
    this.#onTrouble = onTrouble;
    this.#pauseMs = pauseMs;
    this.#target = {
      location: eventLogLocation(storage),
      name: "event_log",
      schema: EVENT_SCHEMA,
      partitionBy: [],
      clusterBy: [],
      properties: OWN_TABLE,
      comment: "What happened to the pipeline",
    };
  }

  write(event: PipelineEvent): void {
    this.#waiting.push(event);
    const rest = this.#wroteAt + this.#pauseMs - performance.now();
    this.#timer ??= setTimeout(() => void this.flush(), Math.max(FLUSH_MS, rest)).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async #append(): Promise<void> {
    this.#wroteAt = performance.now();
    while (this.#waiting.length > 0) {
      const events = this.#waiting.splice(0, MOST_ROWS);
      try {
        await this.#commit(events, events[0]?.sequence.data_plane_id.seq_no ?? 0);
      } catch (error) {
        this.#onTrouble(error);
      }
    }
  }

  async #compact(): Promise<void> {
    const session = { now: 0n, timeZone: "UTC", ansi: false };
    await compactFiles(this.#engine, { target: this.#target, session, forgets: false });
  }

  async #commit(events: readonly PipelineEvent[], version: number): Promise<void> {
    const outcome = await this.#engine.write({
      target: this.#target,
      mode: "append",
      ...eventsPlan(events),
      session: { now: BigInt(events[0]?.timestamp ?? 0) * 1000n, timeZone: "UTC", ansi: false },
      transaction: { appId: APP_ID, version },
      states: [],
      operation: "WRITE",
      operationParameters: { mode: "Append" },
    });
    if (outcome.kind === "Committed" && outcome.version % COMPACT_EVERY === 0) await this.#compact();
    if (outcome.kind !== "AlreadyCommitted") return;
    const latest = await this.#engine.tables.transactionVersion(this.#target.location, APP_ID);
    if (latest !== undefined && latest >= version) await this.#commit(events, latest + 1);
  }
}

function warn(error: unknown): void {
  process.emitWarning(`The event log could not be written: ${errorMessage(error)}`);
}
