import type { RefreshFacts } from "../planner/refresh-decision.ts";
import { openStream, type RunningStream } from "../sink/open-stream.ts";
import { SchemaChanged } from "../streaming/evolve-sources.ts";
import { followSnapshot } from "./follow-snapshots.ts";
import { assessRefresh, replaceContents } from "./refresh-view.ts";
import { countRows, type FlowRun, type Tally } from "./run-flow.ts";

/** Looks once for work and does it: at most one commit. Answers whether there was any. @throws what a flow may fail with */
export type Trigger = () => Promise<boolean>;

/** One micro-batch of a stream at a time; after a failure the flow is opened anew. */
export function streamTrigger(run: FlowRun, tally: Tally): Trigger {
  const { tracked, events, world } = run;
  const listed: typeof world.listed = (listing) => {
    if (listing.files > 0) events.listed(listing);
  };
  let stream: RunningStream | undefined;
  return async () => {
    try {
      stream ??= openStream(tracked, { ...world, listed });
      stream.renew();
      const report = await stream.step();
      if (report === undefined) return false;
      countRows(run, report.outcome, tally);
      events.batch(report);
      return true;
    } catch (error) {
      if (!(error instanceof SchemaChanged)) stream = undefined;
      throw error;
    }
  };
}

/** The first time as any update refreshes a materialized view; later only when what it reads has changed. */
export function viewTrigger(run: FlowRun, tally: Tally): Trigger {
  const { tracked, events, stage, world } = run;
  let seen: RefreshFacts | undefined;
  return async () => {
    const assessment = await assessRefresh(tracked, world, stage.isFullRefresh && seen === undefined);
    if (seen !== undefined && isSame(seen, assessment.facts)) return false;
    events.planned(assessment);
    if (assessment.decision.kind !== "NoOp") {
      const startedAt = performance.now();
      const outcome = await replaceContents(tracked, assessment, world);
      countRows(run, outcome, tally);
      events.written("RUNNING", outcome, { executor_time_ms: Math.round(performance.now() - startedAt) });
    }
    seen = assessment.facts;
    return assessment.decision.kind !== "NoOp";
  };
}

/** A snapshot at a time, when there is one that has not been followed. */
export function snapshotTrigger(run: FlowRun, tally: Tally): Trigger {
  return async () => {
    const outcome = await followSnapshot(run.tracked, run.world);
    if (outcome === undefined) return false;
    countRows(run, outcome, tally);
    run.events.written("RUNNING", outcome);
    return true;
  };
}

function isSame(left: RefreshFacts, right: RefreshFacts): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
