import type { PipelineEvent } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf, cutLine, formatBytes, formatCount, formatDuration, formatTime } from "./format.ts";
import { EMPTY_VIEW, type FlowCommit, type FlowView, isFinished, reduceView, type UpdateView } from "./update-view.ts";

/** Where a progress display writes: a terminal that can be redrawn, or a pipe that takes lines. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows an update while it runs. */
export interface ProgressDisplay {
  show(event: PipelineEvent): void;
  /** Draws the last state and stops redrawing. */
  end(): UpdateView;
}

const REDRAW_MS = 100;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A display that fits the stream: one line a flow, redrawn in place, on a terminal; in a pipe a line whenever a flow ends, or commits in a continuous update. */
export function openProgress(stream: ProgressStream, now: () => number = Date.now): ProgressDisplay {
  return stream.isTTY === true ? liveDisplay(stream, now) : plainDisplay(stream);
}

function liveDisplay(stream: ProgressStream, now: () => number): ProgressDisplay {
  let view = EMPTY_VIEW;
  let drawn = 0;
  const draw = (): void => {
    const lines = visibleLines(viewLines(view, now()), (stream.rows ?? 40) - 2).map((line) =>
      cutLine(line, (stream.columns ?? 80) - 1),
    );
    stream.write(`${drawn === 0 ? "" : `\u001b[${drawn}A`}\u001b[0J${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    show: (event) => {
      view = reduceView(view, event);
    },
    end: () => {
      clearInterval(timer);
      draw();
      return view;
    },
  };
}

function plainDisplay(stream: ProgressStream): ProgressDisplay {
  let view = EMPTY_VIEW;
  const of = (name: string | undefined): FlowView | undefined =>
    name === undefined ? undefined : view.flows.get(name);
  return {
    show: (event) => {
      const before = of(event.origin.flow_name);
      view = reduceView(view, event);
      const line = plainLine(event, before, of(event.origin.flow_name), view);
      if (line !== undefined) stream.write(`${line}\n`);
    },
    end: () => view,
  };
}

/** What a line-by-line display says about an event: flows that have ended; of a continuous update each commit and everything unusual. */
function plainLine(
  event: PipelineEvent,
  before: FlowView | undefined,
  flow: FlowView | undefined,
  view: UpdateView,
): string | undefined {
  if (flow !== undefined && isFinished(flow) && flow.status !== before?.status) {
    const { error: _, ...told } = flow;
    return flow.status === "EXCLUDED" ? undefined : flowLine(told, event.timestamp, view);
  }
  if (!view.continuous) return undefined;
  const time = formatTime(event.timestamp);
  const isUnusual = event.level === "WARN" || event.level === "ERROR";
  if (isUnusual || (event.eventType === "create_update" && event.details.cause !== "USER_ACTION")) {
    return `${time}  ${event.message}`;
  }
  if (flow?.last === undefined || flow.last === before?.last) return undefined;
  const facts = [lastFacts(flow.last), waiting(flow)].filter((fact) => fact !== "");
  return `${time}  ${flow.name.padEnd(nameWidth(view))}  ${facts.join(", ")}`;
}

/** The display as lines: one for each flow that takes part. */
function viewLines(view: UpdateView, now: number): readonly string[] {
  return [...view.flows.values()].filter((flow) => flow.status !== "EXCLUDED").map((flow) => flowLine(flow, now, view));
}

function visibleLines(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), colors.dim(`  .. and ${lines.length - room + 1} more`)];
}

function nameWidth(view: UpdateView): number {
  return Math.max(12, ...[...view.flows.values()].map((flow) => flow.name.length));
}

function flowLine(flow: FlowView, now: number, view: UpdateView): string {
  const width = nameWidth(view);
  const time = flow.startedAt === undefined ? "" : formatDuration((flow.endedAt ?? now) - flow.startedAt);
  const facts = [
    rowsOf(flow),
    flow.deleted === 0 ? "" : `${formatCount(flow.deleted)} deleted`,
    flow.dropped === 0 ? "" : colors.yellow(`${formatCount(flow.dropped)} dropped`),
    flow.bad === 0 ? "" : colors.yellow(`${formatCount(flow.bad)} unreadable`),
    flow.late === 0 ? "" : colors.yellow(`${formatCount(flow.late)} late`),
    ...(view.continuous && !isFinished(flow) ? [sinceLast(flow, now)] : []),
    ...(isFinished(flow) ? [] : [upTo(flow)]),
    notes(flow),
  ];
  return `${symbol(flow, now)} ${flow.name.padEnd(width)}  ${flow.status.toLowerCase().padEnd(9)} ${time.padStart(9)}  ${facts.filter((fact) => fact !== "").join(", ")}`.trimEnd();
}

function rowsOf(flow: FlowView): string {
  if (flow.status === "SKIPPED" || flow.status === "QUEUED" || (flow.status === "FAILED" && flow.rows === 0)) return "";
  return flow.unchanged ? colors.dim("unchanged") : countOf(flow.rows, "row");
}

function notes(flow: FlowView): string {
  if (flow.error !== undefined && flow.status === "FAILED") return colors.red(firstLine(flow.error));
  if (flow.note !== undefined && ["SKIPPED", "STOPPED"].includes(flow.status)) return colors.dim(firstLine(flow.note));
  return flow.status === "RUNNING" ? colors.dim(waiting(flow)) : "";
}

/** What the flow's sources still hold: `3 files (1.2 MB) waiting`. */
function waiting({ backlog: { files = 0, bytes = 0, records } }: FlowView): string {
  if (records !== undefined && records > 0) return `${countOf(records, "record")} waiting`;
  if (files > 0) return `${countOf(files, "file")} (${formatBytes(bytes)}) waiting`;
  return bytes > 0 ? `${formatBytes(bytes)} waiting` : "";
}

function sinceLast({ last }: FlowView, now: number): string {
  return last === undefined ? "" : colors.dim(`${formatDuration(Math.max(0, now - last.at))} ago ${lastFacts(last)}`);
}

/** How far event time is: `watermark 2026-11-21 03:25:48`. */
function upTo({ watermark }: FlowView): string {
  return watermark === undefined || watermark === 0 ? "" : colors.dim(`watermark ${formatTime(watermark)}`);
}

/** `batch 17: 1,000 rows in 120 ms (8,333 rows/s)`. */
function lastFacts({ batch, rows, milliseconds }: FlowCommit): string {
  const name = batch === undefined ? "" : `batch ${formatCount(batch)}: `;
  const speed =
    milliseconds === undefined || milliseconds === 0
      ? ""
      : ` (${formatCount(Math.round((rows / milliseconds) * 1000))} rows/s)`;
  const time = milliseconds === undefined ? "" : ` in ${formatDuration(milliseconds)}`;
  return `${name}${countOf(rows, "row")}${time}${speed}`;
}

function symbol(flow: FlowView, now: number): string {
  switch (flow.status) {
    case "COMPLETED":
      return colors.green("✓");
    case "FAILED":
      return colors.red("✗");
    case "SKIPPED":
    case "STOPPED":
      return colors.yellow("-");
    case "QUEUED":
    case "IDLE":
    case "EXCLUDED":
      return colors.dim("·");
    default:
      return colors.cyan(SPINNER[Math.floor(now / REDRAW_MS) % SPINNER.length] ?? "");
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
