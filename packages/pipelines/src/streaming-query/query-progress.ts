import type { SourceProgress, StreamingQueryProgress } from "@sluice/query";
import type { OffsetRange } from "../source/stream-source.ts";
import type { BatchReport } from "../streaming/batch-report.ts";

/** Who a progress is of, and what it takes from outside of its batch. Times are milliseconds since the epoch. */
export interface ProgressFacts {
  readonly id: string;
  readonly runId: string;
  readonly name: string | null;
  readonly sink: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** The start of the trigger before; undefined for the first. */
  readonly before: number | undefined;
}

/** A micro-batch as Spark's progress JSON has it. */
export function queryProgress(report: BatchReport, facts: ProgressFacts): StreamingQueryProgress {
  const { record, outcome, durationMs, states } = report;
  const { id, runId, name, startedAt, finishedAt } = facts;
  const took = Math.max(1, finishedAt - startedAt);
  const sources = report.sources.map((source, i) => sourceProgress(source, record.sources[i], facts));
  const rows = sources.reduce((sum, source) => sum + source.numInputRows, 0);
  return {
    id,
    runId,
    name,
    timestamp: new Date(startedAt).toISOString(),
    batchId: record.batch,
    batchDuration: took,
    numInputRows: rows,
    ...rates(rows, facts),
    durationMs: {
      addBatch: Math.round(durationMs.execution),
      queryPlanning: Math.round(durationMs.planning),
      triggerExecution: took,
    },
    eventTime: record.watermark === undefined ? {} : { watermark: new Date(record.watermark.current).toISOString() },
    stateOperators: states.map(({ name: operatorName, rows: numRowsTotal, late }) => ({
      operatorName,
      numRowsDroppedByWatermark: late,
      ...(numRowsTotal === undefined ? {} : { numRowsTotal }),
    })),
    sources,
    sink: { description: facts.sink, numOutputRows: outcome.kind === "Committed" ? outcome.rows : 0 },
  };
}

function sourceProgress(
  { description, before, backlog, rows = 0 }: BatchReport["sources"][number],
  range: OffsetRange | undefined,
  facts: ProgressFacts,
): SourceProgress {
  const { files, bytes, records } = backlog;
  return {
    description,
    startOffset: endOf(before),
    endOffset: endOf(range),
    latestOffset: endOf(range),
    numInputRows: rows,
    ...rates(rows, facts),
    metrics: {
      numBytesOutstanding: String(bytes),
      numFilesOutstanding: String(files),
      ...(records === undefined ? {} : { numRecordsOutstanding: String(records) }),
    },
  };
}

type Rates = Pick<SourceProgress, "inputRowsPerSecond" | "processedRowsPerSecond">;

function rates(rows: number, { startedAt, finishedAt, before }: ProgressFacts): Rates {
  const perSecond = (ms: number): number => (rows * 1000) / Math.max(1, ms);
  return {
    ...(before === undefined ? {} : { inputRowsPerSecond: perSecond(startedAt - before) }),
    processedRowsPerSecond: perSecond(finishedAt - startedAt),
  };
}

/** How far a range goes. */
function endOf(range: OffsetRange | undefined): unknown {
  switch (range?.kind) {
    case "Files":
      return { logOffset: range.through };
    case "Table":
      return {
        reservoirId: range.id,
        reservoirVersion: range.through,
        ...(range.take === undefined ? {} : { index: range.take, isStartingVersion: range.after === null }),
      };
    case "Connector":
      return range.through;
    default:
      return null;
  }
}
