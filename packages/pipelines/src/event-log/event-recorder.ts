import { errorMessage } from "./event-error.ts";
import type { EventStamp } from "./event-stamp.ts";
import type { EventWriter } from "./event-writer.ts";
import type { EventDraft, EventOrigin, PipelineEvent } from "./pipeline-event.ts";

/** Turns drafts into events of one update and hands each to all writers, in order. */
export class EventRecorder {
  readonly #stamp: EventStamp;
  readonly #origin: EventOrigin;
  readonly #writers: readonly EventWriter[];

  constructor(stamp: EventStamp, origin: EventOrigin, writers: readonly EventWriter[]) {
    this.#stamp = stamp;
    this.#origin = origin;
    this.#writers = writers;
  }

  record(draft: EventDraft): PipelineEvent {
    const event = {
      ...this.#stamp.next(),
      origin: { ...this.#origin, ...draft.origin },
      message: draft.message,
      level: draft.level ?? (draft.error === undefined ? "INFO" : "ERROR"),
      maturityLevel: draft.maturityLevel ?? "STABLE",
      ...(draft.error === undefined ? {} : { error: draft.error }),
      eventType: draft.eventType,
      details: draft.details,
    } as PipelineEvent;
    for (const writer of this.#writers) tell(writer, event);
    return event;
  }

  /** Resolves when all writers have kept what they were given. */
  async flush(): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.flush()));
  }
}

/** What a listener does wrong is its own trouble, not the update's. */
function tell(writer: EventWriter, event: PipelineEvent): void {
  try {
    writer.write(event);
  } catch (error) {
    process.emitWarning(`An event could not be told: ${errorMessage(error)}`);
  }
}
