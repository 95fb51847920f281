import type { WriteOutcome } from "../engine/engine.ts";
import type { Backlog, OffsetRange } from "../source/stream-source.ts";
import type { BatchRecord } from "./batch-record.ts";

/** One micro-batch and what became of it. */
export interface BatchReport {
  readonly record: BatchRecord;
  readonly outcome: WriteOutcome;
  /** One for each source, in the order of the record; `before` is the range of the batch before. */
  readonly sources: readonly {
    readonly description: string;
    readonly before: OffsetRange | undefined;
    /** What remains of it after this batch. */
    readonly backlog: Backlog;
    /** Absent unless asked for. */
    readonly rows?: number;
  }[];
  /** That of all sources together. */
  readonly backlog: Backlog;
  /** What its operators remembered before it, where that is known (not of a batch that an earlier run has planned), and how many rows came too late for them, told with the first state of each. */
  readonly states: readonly { readonly name: string; readonly rows?: number; readonly late: number }[];
  readonly durationMs: { readonly planning: number; readonly execution: number };
}
