import colors from "picocolors";
import { countOf, formatBytes, formatCount, formatDuration, formatTime } from "./format.ts";
import { type FlowCommit, type FlowView, isFinished, type UpdateView } from "./update-view.ts";

/** How often a live display is drawn: its spinners turn as often. */
export const REDRAW_MS = 100;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The width of the column of names. */
export function nameWidth(view: UpdateView): number {
  return Math.max(12, ...[...view.flows.values()].map((flow) => flow.name.length));
}

/** A flow as a line of the display: its state, its time, and what it has done. */
export function flowLine(flow: FlowView, now: number, view: UpdateView): string {
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
  return flow.status === "RUNNING" ? dim(waiting(flow)) : "";
}

/** What the flow's sources still hold: `3 files (1.2 MB) waiting`; empty for nothing. */
export function waiting({ backlog: { files = 0, bytes = 0, records } }: FlowView): string {
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
export function lastFacts({ batch, rows, milliseconds }: FlowCommit): string {
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

/** Nothing stays nothing: colours are characters too. */
function dim(text: string): string {
  return text === "" ? "" : colors.dim(text);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
