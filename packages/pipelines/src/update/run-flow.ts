import { CHANGE_RULE, SNAPSHOT_RULE } from "../cdc/change-rule.ts";
import type { WriteOutcome } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { RunFlow } from "../planner/update-plan.ts";
import { openStream, type SinkWorld } from "../sink/open-stream.ts";
import { SchemaChanged } from "../streaming/evolve-sources.ts";
import { appendOnce } from "./append-once.ts";
import type { Clock } from "./clock.ts";
import type { FlowEvents } from "./flow-events.ts";
import type { TrackedFlow } from "./flow-identity.ts";
import { followSnapshot, type SnapshotWorld } from "./follow-snapshots.ts";
import { assessRefresh, replaceContents } from "./refresh-view.ts";
import { isRetryable, type RetryPolicy, retryDelay } from "./retry-policy.ts";
import type { FlowResult } from "./update-input.ts";

/** One flow of a plan, ready to run. */
export interface FlowRun {
  readonly stage: RunFlow;
  readonly tracked: TrackedFlow;
  readonly events: FlowEvents;
  readonly world: SnapshotWorld & SinkWorld;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
}

/** What a flow has committed so far. */
export interface Tally {
  rows: number;
  commits: number;
}

/** Runs a flow to its end and tells of all it does. Never throws: what went wrong is in the result. */
export async function runFlow(run: FlowRun): Promise<FlowResult> {
  const tally: Tally = { rows: 0, commits: 0 };
  const result = (status: FlowResult["status"], error?: unknown): FlowResult => ({
    flow: run.stage.flow,
    dataset: run.stage.dataset,
    status,
    ...tally,
    ...(error === undefined ? {} : { error }),
  });
  run.events.status("STARTING");
  for (let attempt = 1; ; attempt++) {
    try {
      run.events.status("RUNNING");
      await TECHNIQUES[run.stage.technique](run, tally);
      return result("COMPLETED");
    } catch (error) {
      if (run.world.signal?.aborted) {
        run.events.status("STOPPED");
        return result("STOPPED");
      }
      if (error instanceof SchemaChanged) {
        run.events.schemaChanged(error);
        return { ...result("STOPPED", error), schemaChanged: true };
      }
      if (!isRetryable(error) || attempt > run.retry.retries) {
        run.events.failed(error, !isRetryable(error));
        return result("FAILED", error);
      }
      const delayMs = retryDelay(run.retry, attempt + 1);
      run.events.retried(error, attempt + 1, delayMs);
      await run.clock.sleep(delayMs, run.world.signal);
    }
  }
}

const TECHNIQUES: Readonly<Record<RunFlow["technique"], (run: FlowRun, tally: Tally) => Promise<void>>> = {
  Stream: runStream,
  Once: runOnce,
  Materialize: runMaterialize,
  Snapshot: runSnapshots,
};

async function runStream(run: FlowRun, tally: Tally): Promise<void> {
  const { tracked, events, world } = run;
  const stream = openStream(tracked, { ...world, listed: (listing) => events.listed(listing) });
  for (;;) {
    world.signal?.throwIfAborted();
    const report = await stream.step();
    if (report === undefined) break;
    countRows(run, report.outcome, tally);
    events.batch(report);
  }
  events.status("COMPLETED");
}

async function runOnce(run: FlowRun, tally: Tally): Promise<void> {
  const outcome = await appendOnce(run.tracked, run.world);
  countRows(run, outcome, tally);
  finish(run, outcome);
}

async function runMaterialize(run: FlowRun, tally: Tally): Promise<void> {
  const assessment = await assessRefresh(run.tracked, run.world, run.stage.isFullRefresh);
  run.events.planned(assessment);
  if (assessment.decision.kind === "NoOp") {
    run.events.status("COMPLETED");
    return;
  }
  const outcome = await replaceContents(run.tracked, assessment, run.world);
  countRows(run, outcome, tally);
  finish(run, outcome);
}

/** One commit for each snapshot that there is. */
async function runSnapshots(run: FlowRun, tally: Tally): Promise<void> {
  for (;;) {
    run.world.signal?.throwIfAborted();
    const outcome = await followSnapshot(run.tracked, run.world);
    if (outcome === undefined) break;
    countRows(run, outcome, tally);
    run.events.written("RUNNING", outcome);
    if (run.tracked.flow.declaration.snapshots?.next === undefined) break;
  }
  run.events.status("COMPLETED");
}

function finish(run: FlowRun, outcome: WriteOutcome): void {
  if (outcome.kind === "Committed") run.events.written("COMPLETED", outcome);
  else run.events.status("COMPLETED");
}

/** Adds a write to the tally. @throws EngineError when a `fail` rule was broken */
export function countRows(run: FlowRun, outcome: WriteOutcome, tally: Tally): void {
  throwViolation(run.events.name, outcome);
  if (outcome.kind !== "Committed") return;
  tally.rows += outcome.rows;
  tally.commits += 1;
}

/** @throws EngineError when a `fail` rule was broken */
export function throwViolation(flow: string, outcome: WriteOutcome): void {
  if (outcome.kind === "Violated") throw expectationViolation(flow, outcome);
}

/** The error of a flow whose `fail` rule was broken, worded as Databricks does. */
function expectationViolation(flow: string, outcome: Extract<WriteOutcome, { kind: "Violated" }>): EngineError {
  if (outcome.rules.includes(CHANGE_RULE)) return incompleteChange(flow, outcome.record);
  if (outcome.rules.includes(SNAPSHOT_RULE)) return repeatedKey(flow, outcome.record);
  const condition = "EXPECTATION_VIOLATION.VERBOSITY_ALL";
  return new EngineError(
    `[${condition}] Flow '${flow}' failed to meet the expectation. Violated expectations: '${outcome.rules.join(", ")}'. ` +
      `Input data: '{}'. Output record: '${outcome.record}'. Missing input data: true`,
    { condition, domain: "user", retry: "never" },
  );
}

function incompleteChange(flow: string, record: string): EngineError {
  const condition = "AUTOCDC_KEY_OR_SEQUENCE_IS_NULL";
  return new EngineError(
    `[${condition}] Flow '${flow}' got a change without a key or a sequence: '${record}'. Drop such changes by a rule of the target (expectOrDrop), or give it one with expectOrQuarantine: then they go to its quarantine.`,
    { condition, domain: "user", retry: "never" },
  );
}

function repeatedKey(flow: string, record: string): EngineError {
  const condition = "AUTOCDC_SNAPSHOT_KEYS_NOT_UNIQUE";
  return new EngineError(
    `[${condition}] Flow '${flow}' got a snapshot in which a row has no key, or shares its key with another one: '${record}'. Name keys that tell all rows apart, or bring the snapshot to one row for each key in a view.`,
    { condition, domain: "user", retry: "never" },
  );
}
