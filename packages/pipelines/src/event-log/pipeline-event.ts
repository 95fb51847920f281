import type { EventDetails, EventType } from "./event-details.ts";

export type EventLevel = "INFO" | "WARN" | "ERROR" | "METRICS";

/** What an event is about; fields that do not apply are absent. Names are those of the event log's `origin` column. */
export interface EventOrigin {
  readonly pipeline_id: string;
  readonly pipeline_name: string;
  readonly pipeline_type: "WORKSPACE";
  readonly update_id?: string;
  readonly table_name?: string;
  readonly dataset_name?: string;
  readonly sink_name?: string;
  /** Stable while a flow goes on incrementally; another one after a full refresh. */
  readonly flow_id?: string;
  readonly flow_name?: string;
  readonly batch_id?: number;
  readonly request_id?: string;
  readonly host?: string;
}

export interface StackFrame {
  readonly declaring_class: string;
  readonly method_name: string;
  readonly file_name: string;
  readonly line_number: number;
}

/** One error of a chain: the error itself, then its causes. */
export interface ErrorRecord {
  readonly class_name: string;
  readonly message: string;
  readonly stack: readonly StackFrame[];
}

/** `fatal`: trying again would not help. `exceptions` is never empty. */
export interface EventError {
  readonly fatal: boolean;
  readonly exceptions: readonly ErrorRecord[];
}

/** Total order of events: later events of one process have a higher `seq_no`. */
export interface EventSequence {
  readonly control_plane_seq_no: number | null;
  readonly data_plane_id: { readonly instance: string; readonly seq_no: number };
}

interface EventOf<Type extends EventType> {
  /** A time-based UUID: ids of one process sort by time. */
  readonly id: string;
  readonly sequence: EventSequence;
  readonly origin: EventOrigin;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** A sentence for people. */
  readonly message: string;
  readonly level: EventLevel;
  readonly maturityLevel: "STABLE" | "EVOLVING" | "DEPRECATED";
  readonly error?: EventError;
  readonly eventType: Type;
  readonly details: EventDetails[Type];
}

/** Something that happened to a pipeline: one row of the event log. Told apart by `eventType`. */
export type PipelineEvent<Type extends EventType = EventType> = { readonly [T in Type]: EventOf<T> }[Type];

/** An event before it has got its identity, time and place in the sequence. */
export type EventDraft<Type extends EventType = EventType> = {
  readonly [T in Type]: {
    readonly eventType: T;
    readonly message: string;
    readonly details: EventDetails[T];
    readonly origin?: Partial<EventOrigin>;
    readonly level?: EventLevel;
    readonly maturityLevel?: PipelineEvent["maturityLevel"];
    readonly error?: EventError;
  };
}[Type];

/** The details as the event log holds them: an object with one key, the event's type. */
export function detailsJson(event: PipelineEvent): string {
  return JSON.stringify({ [event.eventType]: event.details }, (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
}
