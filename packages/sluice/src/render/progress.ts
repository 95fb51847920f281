import type { PipelineEvent } from "@sluice/pipelines";
import colors from "picocolors";
import { flowLine, lastFacts, nameWidth, REDRAW_MS, waiting } from "./flow-line.ts";
import { cutLine, formatCount, formatTime } from "./format.ts";
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

/** A display that fits the stream: one line a flow, redrawn in place, on a terminal; in a pipe a line whenever a flow ends, or commits in a continuous update. */
export function openProgress(stream: ProgressStream, now: () => number = Date.now): ProgressDisplay {
  return stream.isTTY === true ? liveDisplay(stream, now) : plainDisplay(stream);
}

function liveDisplay(stream: ProgressStream, now: () => number): ProgressDisplay {
  let view = EMPTY_VIEW;
  let drawn = 0;
  const draw = (room: number): void => {
    const lines = viewLines(view, now(), room).map((line) => cutLine(line, (stream.columns ?? 80) - 1));
    stream.write(`${drawn === 0 ? "" : `\u001b[${drawn}A`}\u001b[0J${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines.length;
  };
  const timer = setInterval(() => draw((stream.rows ?? 40) - 2), REDRAW_MS);
  timer.unref();
  return {
    show: (event) => {
      view = reduceView(view, event);
    },
    end: () => {
      clearInterval(timer);
      draw(Number.POSITIVE_INFINITY);
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

/** The display as lines: one for each flow that takes part; where there are too many, those at work and those that failed before others. */
function viewLines(view: UpdateView, now: number, room: number): readonly string[] {
  const flows = [...view.flows.values()].filter((flow) => flow.status !== "EXCLUDED");
  const lines = (shown: readonly FlowView[]) => shown.map((flow) => flowLine(flow, now, view));
  if (flows.length <= room) return lines(flows);
  const shown = new Set(flows.toSorted((left, right) => rank(left) - rank(right)).slice(0, room - 1));
  const rest = flows.filter((flow) => !shown.has(flow));
  return [...lines(flows.filter((flow) => shown.has(flow))), colors.dim(`  .. and ${restText(rest)}`)];
}

const SHOWN_FIRST: readonly FlowView["status"][] = ["FAILED", "RUNNING", "STARTING"];
const SHOWN_LAST: readonly FlowView["status"][] = ["COMPLETED", "IDLE"];

function rank({ status }: FlowView): number {
  return SHOWN_FIRST.includes(status) ? 0 : SHOWN_LAST.includes(status) ? 2 : 1;
}

/** `12 completed, 5 queued`. */
function restText(flows: readonly FlowView[]): string {
  const counts = new Map<string, number>();
  for (const { status } of flows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${formatCount(count)} ${status.toLowerCase()}`).join(", ");
}
