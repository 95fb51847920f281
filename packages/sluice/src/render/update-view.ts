import type { FlowMetrics, FlowStatus, PipelineEvent, StreamProgress, UpdateState } from "@sluice/pipelines";

/** What is known about one flow of a running update. Times are milliseconds since the epoch. */
export interface FlowView {
  readonly name: string;
  readonly dataset: string;
  readonly status: FlowStatus;
  /** Written; of a flow of changes, upserted. */
  readonly rows: number;
  /** By a flow of changes. */
  readonly deleted: number;
  readonly dropped: number;
  /** Records and files that cannot be read and were kept under `badRecordsPath`. */
  readonly bad: number;
  readonly failed: number;
  /** What its sources still hold, as far as they know. */
  readonly backlog: { readonly files?: number; readonly bytes?: number; readonly records?: number };
  readonly batches: number;
  /** Of its newest batch, in milliseconds since the epoch; absent for a query without one. */
  readonly watermark?: number;
  /** Rows that came too late for its operators. */
  readonly late: number;
  /** The last commit. */
  readonly last?: FlowCommit;
  readonly unchanged: boolean;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly error?: string;
  /** Why the flow did not run to its end, where that is no failure of its own. */
  readonly note?: string;
}

/** A commit of a flow; rows a second while the engine was at work. */
export interface FlowCommit {
  readonly at: number;
  /** Absent for materialized views. */
  readonly batch?: number;
  /** Written and deleted. */
  readonly rows: number;
  readonly milliseconds?: number;
}

/** An update as its events so far tell it: the state that a progress display draws. Flows in the order in which they were queued. */
export interface UpdateView {
  readonly state: UpdateState;
  /** Whether it goes on until it is stopped. */
  readonly continuous: boolean;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly flows: ReadonlyMap<string, FlowView>;
}

export const EMPTY_VIEW: UpdateView = { state: "QUEUED", continuous: false, flows: new Map() };

const FINISHED: ReadonlySet<FlowStatus> = new Set(["COMPLETED", "FAILED", "SKIPPED", "STOPPED", "EXCLUDED"]);

/** The view after one more event. */
export function reduceView(view: UpdateView, event: PipelineEvent): UpdateView {
  switch (event.eventType) {
    case "create_update":
      return { ...view, continuous: event.details.config["continuous"] === true, startedAt: event.timestamp };
    case "update_progress":
      return { ...view, state: event.details.state, endedAt: event.timestamp };
    case "flow_progress":
      return withFlow(view, event, (flow) => progressed(flow, event));
    case "stream_progress":
      return withFlow(view, event, (flow) => streamed(flow, event.details.progress));
    case "planning_information":
      return withFlow(view, event, (flow) => ({ ...flow, unchanged: choosesNoOp(event) }));
    default:
      return view;
  }
}

/** Whether a flow will not change any more. */
export function isFinished(flow: FlowView): boolean {
  return FINISHED.has(flow.status);
}

function withFlow(view: UpdateView, event: PipelineEvent, change: (flow: FlowView) => FlowView): UpdateView {
  const name = event.origin.flow_name;
  if (name === undefined) return view;
  const flow = view.flows.get(name) ?? newFlow(name, event.origin.dataset_name ?? name);
  return { ...view, flows: new Map(view.flows).set(name, change(flow)) };
}

function newFlow(name: string, dataset: string): FlowView {
  const counts = { rows: 0, deleted: 0, dropped: 0, bad: 0, failed: 0, late: 0, batches: 0 };
  return { name, dataset, status: "QUEUED", ...counts, backlog: {}, unchanged: false };
}

function progressed(flow: FlowView, event: PipelineEvent<"flow_progress">): FlowView {
  const { status, metrics, data_quality } = event.details;
  const message = event.error?.exceptions[0]?.message;
  const written = metrics?.num_output_rows ?? metrics?.num_upserted_rows;
  const deleted = metrics?.num_deleted_rows ?? 0;
  const last = written === undefined ? flow.last : commitOf(event, written + deleted);
  return {
    ...flow,
    status,
    backlog: metrics === undefined ? flow.backlog : backlogOf(metrics),
    ...(last === undefined ? {} : { last }),
    rows: flow.rows + (written ?? 0),
    deleted: flow.deleted + deleted,
    dropped: flow.dropped + (data_quality?.dropped_records ?? 0),
    bad: flow.bad + (metrics?.num_bad_records ?? 0) + (metrics?.num_bad_files ?? 0),
    failed: flow.failed + (data_quality?.expectations ?? []).reduce((sum, rule) => sum + rule.failed_records, 0),
    ...(status === "STARTING" ? { startedAt: event.timestamp } : {}),
    ...(FINISHED.has(status) ? { endedAt: event.timestamp } : {}),
    ...(message === undefined ? {} : { error: message }),
    ...noteOf(status, message, event.message),
  };
}

function streamed(flow: FlowView, { eventTime, stateOperators }: StreamProgress): FlowView {
  const watermark = eventTime?.watermark;
  const late = stateOperators.reduce((sum, one) => sum + one.numRowsDroppedByWatermark, flow.late);
  const time = watermark === undefined ? {} : { watermark: Date.parse(watermark) };
  return { ...flow, batches: flow.batches + 1, late, ...time };
}

function commitOf({ timestamp, origin, details }: PipelineEvent<"flow_progress">, rows: number): FlowCommit {
  const milliseconds = details.metrics?.executor_time_ms;
  return {
    at: timestamp,
    rows,
    ...(origin.batch_id === undefined ? {} : { batch: origin.batch_id }),
    ...(milliseconds === undefined ? {} : { milliseconds }),
  };
}

function backlogOf(metrics: FlowMetrics): FlowView["backlog"] {
  const { backlog_files: files, backlog_bytes: bytes, backlog_records: records } = metrics;
  return {
    ...(files === undefined ? {} : { files }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(records === undefined ? {} : { records }),
  };
}

/** A flow that stopped says so in its error; one that was left out in the sentence of the event. */
function noteOf(status: FlowStatus, error: string | undefined, sentence: string): { readonly note?: string } {
  if (status === "STOPPED") return error === undefined ? {} : { note: error };
  return status === "SKIPPED" ? { note: sentence.slice(sentence.indexOf(": ") + 2) } : {};
}

function choosesNoOp(event: PipelineEvent<"planning_information">): boolean {
  return event.details.technique_information.some(
    (technique) => technique.is_chosen === true && technique.maintenance_type === "MAINTENANCE_TYPE_NO_OP",
  );
}
