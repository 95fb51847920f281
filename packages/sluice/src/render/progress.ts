import type { PipelineEvent } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf, cutLine, formatCount, formatDuration } from "./format.ts";
import { EMPTY_VIEW, type FlowView, isFinished, reduceView, type UpdateView } from "./update-view.ts";

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

/** A display that fits the stream: one line a flow, redrawn in place, on a terminal; a line whenever something ends, in a pipe. */
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
  return {
    show: (event) => {
      const before = event.origin.flow_name === undefined ? undefined : view.flows.get(event.origin.flow_name);
      view = reduceView(view, event);
      const after = event.origin.flow_name === undefined ? undefined : view.flows.get(event.origin.flow_name);
      if (after !== undefined && isFinished(after) && after.status !== before?.status && after.status !== "EXCLUDED") {
        const { error: _, ...told } = after;
        stream.write(`${flowLine(told, event.timestamp, nameWidth(view))}\n`);
      }
    },
    end: () => view,
  };
}

/** The display as lines: one for each flow that takes part. */
function viewLines(view: UpdateView, now: number): readonly string[] {
  const width = nameWidth(view);
  return [...view.flows.values()]
    .filter((flow) => flow.status !== "EXCLUDED")
    .map((flow) => flowLine(flow, now, width));
}

function visibleLines(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), colors.dim(`  .. and ${lines.length - room + 1} more`)];
}

function nameWidth(view: UpdateView): number {
  return Math.max(12, ...[...view.flows.values()].map((flow) => flow.name.length));
}

function flowLine(flow: FlowView, now: number, width: number): string {
  const time = flow.startedAt === undefined ? "" : formatDuration((flow.endedAt ?? now) - flow.startedAt);
  const facts = [
    rowsOf(flow),
    flow.dropped === 0 ? "" : colors.yellow(`${formatCount(flow.dropped)} dropped`),
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
  return flow.status === "RUNNING" && (flow.backlogFiles ?? 0) > 0
    ? colors.dim(`${countOf(flow.backlogFiles ?? 0, "file")} waiting`)
    : "";
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
    case "EXCLUDED":
      return colors.dim("·");
    default:
      return colors.cyan(SPINNER[Math.floor(now / REDRAW_MS) % SPINNER.length] ?? "");
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
