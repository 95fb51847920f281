import { CHANGE_RULE, SNAPSHOT_RULE } from "../cdc/change-rule.ts";
import type { KeptAside, WriteOutcome } from "../engine/engine.ts";
import type {
  DataQuality,
  FlowMetrics,
  FlowStatus,
  SourceMetrics,
  StreamProgress,
} from "../event-log/event-details.ts";
import { errorMessage, toEventError } from "../event-log/event-error.ts";
import type { EventRecorder } from "../event-log/event-recorder.ts";
import type { EventLevel, EventOrigin } from "../event-log/pipeline-event.ts";
import { sinkDescription } from "../sink/sink-description.ts";
import type { Backlog, OffsetRange } from "../source/stream-source.ts";
import type { BatchReport } from "../streaming/batch-report.ts";
import type { FileListingReport } from "../streaming/open-stream-source.ts";
import { flowDisplayName, type TrackedFlow } from "./flow-identity.ts";
import { planningDetails, planningMessage } from "./planning-event.ts";
import type { RefreshAssessment } from "./refresh-view.ts";

/** Tells the event log about one flow. */
export class FlowEvents {
  /** The flow as people see it. */
  readonly name: string;
  readonly #tracked: TrackedFlow;
  readonly #recorder: EventRecorder;
  readonly #runId: string;

  constructor(tracked: TrackedFlow, recorder: EventRecorder, updateId: string) {
    this.name = flowDisplayName(tracked.flow, tracked.dataset);
    this.#tracked = tracked;
    this.#recorder = recorder;
    this.#runId = updateId;
  }

  /** `message` replaces the usual sentence. */
  status(status: FlowStatus, message = `Flow '${this.name}' is ${status}.`, level: EventLevel = "INFO"): void {
    this.#recorder.record({
      eventType: "flow_progress",
      message,
      level,
      origin: this.#origin(),
      details: { status },
    });
  }

  /** The flow does not run: flows named in `cause` did not complete, or the update is being stopped. */
  leftOut(status: "SKIPPED" | "STOPPED", cause: readonly string[]): void {
    const why = cause.length === 0 ? "" : `: ${cause.join(", ")} did not complete`;
    this.status(status, `Flow '${this.name}' is ${status}${why === "" ? "." : why}`, "WARN");
  }

  failed(error: unknown, fatal: boolean): void {
    this.#recorder.record({
      eventType: "flow_progress",
      message: `Flow '${this.name}' is FAILED: ${firstLine(errorMessage(error))}`,
      origin: this.#origin(),
      error: toEventError(error, fatal),
      details: { status: "FAILED" },
    });
  }

  /** A source has got new columns: the flow goes on in the next update. */
  schemaChanged(error: Error): void {
    this.#recorder.record({
      eventType: "flow_progress",
      message: `Flow '${this.name}' is STOPPED: ${firstLine(error.message)}`,
      level: "WARN",
      origin: this.#origin(),
      error: toEventError(error, false),
      details: { status: "STOPPED" },
    });
  }

  /** A try failed, and another one follows. */
  retried(error: unknown, attempt: number, delayMs: number): void {
    this.#recorder.record({
      eventType: "flow_progress",
      message: `Flow '${this.name}' is QUEUED for try ${attempt} in ${delayMs / 1000} s: ${firstLine(errorMessage(error))}`,
      level: "WARN",
      origin: this.#origin(),
      error: toEventError(error, false),
      details: { status: "QUEUED" },
    });
  }

  /** Rows were committed; counts are those of this commit alone. */
  written(status: FlowStatus, outcome: WriteOutcome, facts: FlowMetrics = {}, batch?: number): void {
    if (outcome.kind !== "Committed") return;
    const quality = dataQuality(outcome);
    const metrics = { ...rowCounts(outcome), num_output_bytes: outcome.bytes, ...badCounts(outcome), ...facts };
    for (const aside of outcome.keptAside ?? []) this.status("RUNNING", asideText(this.name, aside), "WARN");
    this.#recorder.record({
      eventType: "flow_progress",
      message: `Flow '${this.name}' is ${status}.`,
      level: status === "RUNNING" ? "METRICS" : "INFO",
      origin: this.#origin(batch),
      details: { status, metrics, ...(quality === undefined ? {} : { data_quality: quality }) },
    });
  }

  batch(report: BatchReport): void {
    const { execution } = report.durationMs;
    this.written(
      "RUNNING",
      report.outcome,
      {
        backlog_bytes: report.backlog.bytes,
        backlog_files: report.backlog.files,
        ...(report.backlog.records === undefined ? {} : { backlog_records: report.backlog.records }),
        source_metrics: report.sources.map(sourceMetrics),
        executor_time_ms: Math.round(execution),
      },
      report.record.batch,
    );
    const progress = streamProgress(report, this.#tracked, this.name, this.#runId);
    this.#recorder.record({
      eventType: "stream_progress",
      message: `Flow '${this.name}' has finished micro-batch ${report.record.batch}.`,
      level: "METRICS",
      maturityLevel: "EVOLVING",
      origin: this.#origin(report.record.batch),
      details: { progress, progress_json: JSON.stringify(progress) },
    });
  }

  planned(assessment: RefreshAssessment): void {
    this.#recorder.record({
      eventType: "planning_information",
      message: planningMessage(this.name, assessment),
      origin: this.#origin(),
      details: planningDetails(this.#tracked, assessment),
    });
  }

  listed(listing: FileListingReport): void {
    this.#recorder.record({
      eventType: "operation_progress",
      message: `Listed ${listing.files} files of ${listing.path} for flow '${this.name}'.`,
      origin: this.#origin(),
      details: {
        type: "AUTO_LOADER_LISTING",
        status: "COMPLETED",
        duration_ms: listing.durationMs,
        auto_loader_details: { source_path: listing.path, num_files_listed: listing.files },
      },
    });
  }

  #origin(batch?: number): Partial<EventOrigin> {
    const { dataset, checkpoint } = this.#tracked;
    const { sink } = dataset.declaration;
    return {
      ...(sink === undefined
        ? { table_name: dataset.displayName, dataset_name: dataset.displayName }
        : { sink_name: sink.name }),
      flow_id: checkpoint.id,
      flow_name: this.name,
      ...(batch === undefined ? {} : { batch_id: batch }),
    };
  }
}

function badCounts({ keptAside = [] }: Extract<WriteOutcome, { kind: "Committed" }>): FlowMetrics {
  if (keptAside.length === 0) return {};
  return {
    num_bad_records: keptAside.reduce((sum, one) => sum + one.records, 0),
    num_bad_files: keptAside.reduce((sum, one) => sum + one.files, 0),
  };
}

function asideText(flow: string, { folder, records, files }: KeptAside): string {
  return `Flow '${flow}' left out what cannot be read, records: ${records}, files: ${files}. They stand in ${folder}.`;
}

/** Whether people have made a rule, and not what flows of changes need. */
function isDeclared(rule: string): boolean {
  return rule !== CHANGE_RULE && rule !== SNAPSHOT_RULE;
}

function rowCounts({ rows, merged }: Extract<WriteOutcome, { kind: "Committed" }>): FlowMetrics {
  if (merged === undefined) return { num_output_rows: rows };
  return { num_upserted_rows: merged.inserted + merged.updated, num_deleted_rows: merged.deleted };
}

function dataQuality(outcome: Extract<WriteOutcome, { kind: "Committed" }>): DataQuality | undefined {
  const dropped = outcome.counts.reduce((sum, counts) => sum + counts.dropped, 0);
  const declared = outcome.counts.filter(({ rules }) => rules.some((rule) => isDeclared(rule.name)));
  if (declared.length === 0 && dropped === 0) return undefined;
  return {
    dropped_records: dropped,
    expectations: outcome.counts.flatMap(({ dataset, rules }) =>
      rules
        .filter((rule) => isDeclared(rule.name) || rule.failed > 0)
        .map((rule) => ({
          name: rule.name,
          dataset,
          passed_records: rule.passed,
          failed_records: rule.failed,
        })),
    ),
  };
}

function streamProgress(report: BatchReport, tracked: TrackedFlow, name: string, runId: string): StreamProgress {
  const { record, outcome, durationMs, sources } = report;
  const { planning, execution } = durationMs;
  return {
    id: tracked.checkpoint.id,
    runId,
    name,
    timestamp: new Date(Number(record.session.now / 1000n)).toISOString(),
    batchId: record.batch,
    durationMs: {
      queryPlanning: Math.round(planning),
      addBatch: Math.round(execution),
      triggerExecution: Math.round(planning + execution),
    },
    ...(record.watermark === undefined
      ? {}
      : { eventTime: { watermark: new Date(record.watermark.current).toISOString() } }),
    stateOperators: report.states.map(({ name: operatorName, rows, late }) => ({
      operatorName,
      numRowsDroppedByWatermark: late,
      ...(rows === undefined ? {} : { numRowsTotal: rows }),
    })),
    sources: sources.map(({ description, before, backlog }, i) => ({
      description,
      startOffset: offsetText(before),
      endOffset: offsetText(record.sources[i]),
      latestOffset: offsetText(record.sources[i]),
      metrics: outstanding(backlog),
    })),
    sink: {
      description: sinkDescription(tracked.dataset),
      numOutputRows: outcome.kind === "Committed" ? outcome.rows : 0,
    },
  };
}

function sourceMetrics({ description, backlog }: BatchReport["sources"][number]): SourceMetrics {
  const { files, bytes, records } = backlog;
  const counted = records === undefined ? {} : { backlog_records: records };
  return { source_name: description, backlog_bytes: bytes, backlog_files: files, ...counted };
}

/** What a source still holds, under the names that Databricks' sources use. */
function outstanding({ files, bytes, records }: Backlog): Readonly<Record<string, string>> {
  return {
    numBytesOutstanding: String(bytes),
    numFilesOutstanding: String(files),
    ...(records === undefined ? {} : { numRecordsOutstanding: String(records) }),
  };
}

function offsetText(range: OffsetRange | undefined): string | null {
  return range === undefined || range.kind === "Nothing" ? null : JSON.stringify(range);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
