/** When a streaming query looks for rows: PySpark's arguments of `trigger`, one of them. */
export type TriggerOptions =
  /** All rows that there are when it starts, in as many micro-batches as the sources' limits make of them; then it ends. */
  | { readonly availableNow: true }
  /** As `availableNow`, which Spark recommends in its place. */
  | { readonly once: true }
  /** A micro-batch each time an interval (`10 seconds`) has passed, until it is stopped. `0 seconds`: as soon as the one before has ended. */
  | { readonly processingTime: string };

/** What a streaming query does at this moment, as Spark says it. */
export interface StreamingQueryStatus {
  readonly message: string;
  readonly isDataAvailable: boolean;
  readonly isTriggerActive: boolean;
}

/** One source in one micro-batch. Offsets are what the checkpoint holds, as plain JSON; null before the first. */
export interface SourceProgress {
  readonly description: string;
  readonly startOffset: unknown;
  readonly endOffset: unknown;
  readonly latestOffset: unknown;
  readonly numInputRows: number;
  /** Rows of the batch by the seconds since the trigger before; absent for the first batch. */
  readonly inputRowsPerSecond?: number;
  /** Rows of the batch by the seconds that it took. */
  readonly processedRowsPerSecond?: number;
  readonly metrics: Readonly<Record<string, string>>;
}

/** One stateful operator before one micro-batch. */
export interface StateOperatorProgress {
  readonly operatorName: string;
  readonly numRowsTotal?: number;
  /** Rows of the batch that came too late for the operator. (Spark counts them after it has aggregated those of a partition.) */
  readonly numRowsDroppedByWatermark: number;
}

/** One micro-batch as Spark's progress JSON has it. `timestamp` is the start of its trigger in ISO 8601, durations are milliseconds. */
export interface StreamingQueryProgress {
  readonly id: string;
  readonly runId: string;
  readonly name: string | null;
  readonly timestamp: string;
  readonly batchId: number;
  readonly batchDuration: number;
  readonly numInputRows: number;
  readonly inputRowsPerSecond?: number;
  readonly processedRowsPerSecond?: number;
  readonly durationMs: Readonly<Record<string, number>>;
  /** `watermark` in ISO 8601, for a query that has one. */
  readonly eventTime: Readonly<Record<string, string>>;
  readonly stateOperators: readonly StateOperatorProgress[];
  readonly sources: readonly SourceProgress[];
  readonly sink: { readonly description: string; readonly numOutputRows: number };
}

/** A streaming query at work, or ended. Names are PySpark's; what PySpark waits for is a promise here. */
export interface StreamingQuery {
  /** Stays with the checkpoint. */
  readonly id: string;
  /** Another one at each start. */
  readonly runId: string;
  readonly name: string | null;
  readonly isActive: boolean;
  readonly status: StreamingQueryStatus;
  readonly lastProgress: StreamingQueryProgress | null;
  /** The newest hundred, oldest first. */
  readonly recentProgress: readonly StreamingQueryProgress[];
  /** Another name of `lastProgress`. */
  readonly progress: StreamingQueryProgress | null;
  /** Why it ended, if by a failure. */
  exception(): StreamingQueryException | null;
  /** Ends when the query has ended. With a timeout, in seconds: whether it has ended by then. @throws StreamingQueryException when it has failed */
  awaitTermination(timeout?: number): Promise<boolean>;
  /** Ends when everything is processed that there was when this was called. @throws StreamingQueryException when the query fails meanwhile */
  processAllAvailable(): Promise<void>;
  /** Ends the query at a commit; a batch that takes longer than ten seconds is given up, and done again at the next start. */
  stop(): Promise<void>;
  /** Prints the plan. */
  explain(): Promise<void>;
}

/** A streaming query ended by a failure, which is its `cause`. */
export class StreamingQueryException extends Error {
  override readonly name: string = "StreamingQueryException";
  readonly condition = "STREAM_FAILED";
  readonly sqlState = "XXKST";
  readonly id: string;
  readonly runId: string;

  constructor({ id, runId }: Pick<StreamingQuery, "id" | "runId">, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`[STREAM_FAILED] Query [id = ${id}, runId = ${runId}] terminated with exception: ${reason}`, { cause });
    this.id = id;
    this.runId = runId;
  }
}
