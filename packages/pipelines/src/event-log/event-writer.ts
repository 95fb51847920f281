import { toEventJson } from "./event-row.ts";
import type { PipelineEvent } from "./pipeline-event.ts";

/** Keeps events somewhere. Trouble with keeping them never reaches the update. */
export interface EventWriter {
  /** Takes an event at once; it is kept by the next `flush` at the latest. */
  write(event: PipelineEvent): void;
  /** Resolves when all events written so far are kept, or given up. */
  flush(): Promise<void>;
}

/** Keeps events in an array, in order. */
export class MemoryEventWriter implements EventWriter {
  readonly events: PipelineEvent[] = [];

  write(event: PipelineEvent): void {
    this.events.push(event);
  }

  async flush(): Promise<void> {}
}

/** Writes each event as one line of JSON, with the column names of the event log, to `print` (without the line end). */
export function jsonLinesWriter(print: (line: string) => void): EventWriter {
  return {
    write: (event) => print(JSON.stringify(toEventJson(event))),
    flush: async () => {},
  };
}
