import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DeltaEventWriter } from "../event-log/delta-event-writer.ts";
import { errorMessage, toEventError } from "../event-log/event-error.ts";
import { EventRecorder } from "../event-log/event-recorder.ts";
import { EventStamp } from "../event-log/event-stamp.ts";
import type { DataflowGraph, Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { type Clock, SYSTEM_CLOCK } from "../update/clock.ts";
import { flowWorld } from "../update/plan-next-update.ts";
import { claimStorage } from "../update/storage-owner.ts";
import type { UpdateWorld } from "../update/update-input.ts";
import { UpdateLease } from "../update/update-lease.ts";
import { RowAppender } from "./append-rows.ts";
import { ChangeApplier } from "./apply-changes.ts";
import { QuarantineReplayer } from "./replay-quarantine.ts";
import type { ReplayRequest, ReplayResult } from "./replay-request.ts";
import { RescuedReplayer } from "./replay-rescued.ts";
import { replayable } from "./replayable.ts";
import type { Replayed, Replayer } from "./replayer.ts";
import { rescuedColumns } from "./rescued-columns.ts";

/** The world that a replay acts on. */
export type ReplayWorld = Pick<UpdateWorld, "engine" | "store" | "clock" | "signal" | "onEvent" | "onEventLogTrouble">;

/**
 * Feeds rows back that were kept out of a table, once. Answers `Busy` at once when another process runs the pipeline. A replay that was stopped anywhere is
 * finished by the next one; no row comes back twice. What it did is in the event log as progress of the flow `<table>_replay`.
 *
 * @throws PipelineErrors when the table cannot be replayed; QueryError for a wrong condition; EngineError for trouble while writing.
 */
export async function runReplay(
  request: ReplayRequest,
  graph: DataflowGraph,
  settings: PipelineSettings,
  world: ReplayWorld,
): Promise<ReplayResult> {
  const dataset = replayable(request, graph);
  const clock = world.clock ?? SYSTEM_CLOCK;
  const replayId = randomUUID();
  const flows = flowWorld(settings, world, clock, replayId);
  if (request.dryRun === true) {
    const replayer = openReplayer(request, dataset, graph, settings, flows);
    return finished(request, dataset, await replayer.count(request.where), false);
  }
  const taken = await UpdateLease.acquire(world.store, clock, replayId);
  if (taken.kind === "Busy") return { kind: "Busy", holder: taken.holder };
  const lost = new AbortController();
  taken.lease.keepAlive(() => lost.abort(new Error("Another process has taken over the pipeline")));
  const signal = world.signal === undefined ? lost.signal : AbortSignal.any([world.signal, lost.signal]);
  try {
    await claimStorage(world.store, settings);
    const replayer = openReplayer(request, dataset, graph, settings, { ...flows, signal });
    const events = new ReplayEvents(request, dataset, settings, { ...world, clock }, replayId);
    return await events.around(async () => {
      const finishedEarlier = await replayer.finishEarlier();
      return finished(request, dataset, await replayer.replay(request.where), finishedEarlier);
    });
  } finally {
    await taken.lease.release().catch(() => undefined);
  }
}

function openReplayer(
  { source }: ReplayRequest,
  dataset: Dataset,
  graph: DataflowGraph,
  settings: PipelineSettings,
  world: FlowWorld,
): Replayer {
  const columns = source === "rescued" ? rescuedColumns(dataset, graph) : undefined;
  if (columns !== undefined) return new RescuedReplayer(dataset, columns, settings, world);
  const flows = graph.flows.filter(({ target }) => target === dataset.name);
  const feeder =
    dataset.changes === undefined
      ? new RowAppender(dataset, settings, world)
      : new ChangeApplier(dataset, flows, settings, world);
  return new QuarantineReplayer(dataset, feeder, settings, world);
}

function finished(
  { source, dryRun = false }: ReplayRequest,
  { displayName }: Dataset,
  { examined, replayed, version }: Replayed,
  finishedEarlier: boolean,
): ReplayResult {
  const counts = { examined, replayed, remaining: examined - replayed };
  const at = version === undefined ? {} : { version };
  return { kind: "Finished", table: displayName, source, ...counts, dryRun, ...at, finishedEarlier };
}

/** Tells the event log about one replay. */
class ReplayEvents {
  readonly #name: string;
  readonly #recorder: EventRecorder;
  readonly #user: string;

  constructor(
    { user = "unknown" }: ReplayRequest,
    dataset: Dataset,
    settings: PipelineSettings,
    { engine, store, clock, onEvent, onEventLogTrouble }: ReplayWorld & { readonly clock: Clock },
    replayId: string,
  ) {
    this.#name = `${dataset.displayName}_replay`;
    this.#user = user;
    const origin = {
      pipeline_id: settings.id,
      pipeline_name: settings.name,
      pipeline_type: "WORKSPACE",
      update_id: replayId,
      dataset_name: dataset.displayName,
      flow_name: this.#name,
      host: hostname(),
    } as const;
    const told = onEvent === undefined ? [] : [{ write: onEvent, flush: async () => {} }];
    const writers = [
      ...told,
      new DeltaEventWriter(engine, store.root, onEventLogTrouble && { onTrouble: onEventLogTrouble }),
    ];
    this.#recorder = new EventRecorder(new EventStamp(clock.now, hostname()), origin, writers);
  }

  /** Runs the work with its beginning and its end on record. */
  async around(work: () => Promise<ReplayResult>): Promise<ReplayResult> {
    const message = `User ${this.#user} started a replay into ${this.#name.replace(/_replay$/, "")}.`;
    this.#recorder.record({ eventType: "user_action", message, details: { user_name: this.#user, action: "REPLAY" } });
    this.#status("RUNNING");
    try {
      const result = await work();
      this.#status("COMPLETED", result.kind === "Finished" ? result.replayed : 0);
      return result;
    } catch (error) {
      this.#recorder.record({
        eventType: "flow_progress",
        message: `Flow '${this.#name}' is FAILED: ${errorMessage(error).split("\n")[0]}`,
        error: toEventError(error, true),
        details: { status: "FAILED" },
      });
      throw error;
    } finally {
      await this.#recorder.flush();
    }
  }

  #status(status: "RUNNING" | "COMPLETED", rows?: number): void {
    const metrics = rows === undefined ? {} : { metrics: { num_output_rows: rows } };
    this.#recorder.record({
      eventType: "flow_progress",
      message: `Flow '${this.#name}' is ${status}.`,
      details: { status, ...metrics },
    });
  }
}
