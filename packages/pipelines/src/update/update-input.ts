import type { Engine } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { FlowStatus, UpdateCause } from "../event-log/event-details.ts";
import type { EventWriter } from "../event-log/event-writer.ts";
import type { PipelineEvent } from "../event-log/pipeline-event.ts";
import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { RefreshRequest } from "../planner/selection.ts";
import type { BatchFrame } from "../sink/foreach-batch-sink.ts";
import type { Clock } from "./clock.ts";
import type { EvaluateFrame } from "./follow-snapshots.ts";
import type { LeaseHolder } from "./update-lease.ts";

/** What an update is about. */
export interface UpdateInput {
  /**
   * The pipeline, or how to understand it for a request: then what is wrong with it ends the update as FAILED, and the update can start again by itself when the schema of
   * a source changes.
   */
  readonly graph: DataflowGraph | ((request: RefreshRequest) => Promise<DataflowGraph>);
  readonly settings: PipelineSettings;
  readonly request?: RefreshRequest;
  /** Why the update was started; a person by default. */
  readonly cause?: UpdateCause;
  readonly user?: string;
  /** Only understands the pipeline; writes nothing at all. */
  readonly validateOnly?: boolean;
  /** A UUID; made up when absent. */
  readonly updateId?: string;
}

/** The world that an update acts on. */
export interface UpdateWorld {
  readonly engine: Engine;
  /** Rooted at the pipeline's storage. */
  readonly store: FileStore;
  /** Opens a store at another folder, for schema locations outside of the storage. Absent: such schemas are not stored. */
  readonly openStore?: (root: string) => FileStore;
  readonly clock?: Clock;
  /** Stops the update: running batches are given up before their commit. Those of a continuous update may end first, if they take no longer than 10 seconds. */
  readonly signal?: AbortSignal;
  /** Hears of each event at once. */
  readonly onEvent?: (event: PipelineEvent) => void;
  /** Hears of events that could not be kept in the event log; by default a warning of the process. */
  readonly onEventLogTrouble?: (error: unknown) => void;
  /** Keep the events besides the event log of the pipeline. */
  readonly writers?: readonly EventWriter[];
  /** Begins what gives the rows of a flow's batches to functions that sinks hand them to. Absent: such sinks cannot be written. */
  readonly batchFrame?: () => BatchFrame;
  /** Understands the DataFrames that functions give as snapshots. Absent: such flows cannot be run. */
  readonly evaluateFrame?: EvaluateFrame;
  /** Flows that run at the same time; by default as many as there are processors, at least four. */
  readonly maxConcurrentFlows?: number;
}

/** What became of one flow in an update. */
export interface FlowResult {
  readonly flow: string;
  readonly dataset: string;
  readonly status: FlowStatus;
  /** Rows committed. */
  readonly rows: number;
  /** Commits: micro-batches, or 1 for a materialized view that was computed. */
  readonly commits: number;
  readonly error?: unknown;
  /** Whether it stopped because a source has got new columns: the next update takes them in. */
  readonly schemaChanged?: true;
}

/** How an update ended. */
export interface FinishedUpdate {
  readonly kind: "Finished";
  /** Of the last update, when schema changes or failures made it start again. */
  readonly updateId: string;
  readonly state: "COMPLETED" | "FAILED" | "CANCELED";
  /** In the order of the graph; rows and commits are those of all starts together. */
  readonly flows: readonly FlowResult[];
  /** What ended the update besides failed flows. */
  readonly error?: unknown;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** How an update ended, or who holds the pipeline so that it could not begin. */
export type UpdateResult =
  | FinishedUpdate
  | { readonly kind: "Busy"; readonly updateId: string; readonly holder: LeaseHolder };
