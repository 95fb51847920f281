import type { Plan } from "@sluice/query";
import type { Inputs, Session } from "./engine.ts";
import type { OutboxColumn } from "./outbox-columns.ts";

/** Rows on their way out. */
export interface SinkRows {
  /** Gives the rows. */
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly session: Session;
}

/** Rows in a Delta table at a version. */
export interface StagedRows {
  readonly location: string;
  readonly version: number;
  /** What the table's columns stand for; absent: themselves. */
  readonly columns?: readonly OutboxColumn[];
}

/** The rows of one micro-batch of a flow, on their way into a sink. The same batch has the same rows however often it is delivered. */
export interface SinkBatch extends SinkRows {
  /** Identity of the flow, another one after each full refresh: batches are numbered from 0 under it. */
  readonly appId: string;
  /** The same for one storage only: a pipeline of the same name elsewhere, or begun anew after its storage was deleted, has another. */
  readonly stream: string;
  readonly batch: number;
  readonly isEmpty: boolean;
  /** The Delta table that holds these rows and no others at a version. */
  readonly staged: StagedRows;
}

/** Where the batches of one flow go outside of the pipeline. One is delivered after the other, each until it is. */
export interface SinkWriter {
  /**
   * The last batch of a stream that the sink has for certain: up to it none is delivered again. Absent: the flow's own commits decide, and a batch may come again
   * when a process dies between the two.
   */
  lastCommitted?(stream: string): Promise<number | undefined>;
  /** Takes a batch, whole if the sink can. @throws EngineError with `retry` "backoff" for trouble that may pass */
  write(batch: SinkBatch, signal?: AbortSignal): Promise<void>;
}
