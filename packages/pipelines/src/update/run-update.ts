import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { UpdateState } from "../event-log/event-details.ts";
import { EventRecorder } from "../event-log/event-recorder.ts";
import { EventStamp } from "../event-log/event-stamp.ts";
import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import { planUpdate } from "../planner/plan-update.ts";
import { stagesOf, type UpdatePlan } from "../planner/update-plan.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { definitionEvents } from "./definition-event.ts";
import { EventHooks } from "./event-hooks.ts";
import { type TrackedFlow, trackFlows } from "./flow-identity.ts";
import { gracefulStop } from "./graceful-stop.ts";
import { existingState, flowWorld } from "./plan-next-update.ts";
import { resetTables } from "./reset-tables.ts";
import { updateRetries } from "./retry-policy.ts";
import { dropOvertaken } from "./run-restates.ts";
import { StageRunner } from "./run-stages.ts";
import { untilSchemaSettles } from "./schema-restart.ts";
import { claimStorage } from "./storage-owner.ts";
import { eventWriters, UpdateEvents } from "./update-events.ts";
import type { FinishedUpdate, FlowResult, UpdateInput, UpdateResult, UpdateWorld } from "./update-input.ts";
import { UpdateLease } from "./update-lease.ts";
import { type RunTry, untilRetriesEnd } from "./update-retry.ts";
import { UpdateLifecycle } from "./update-state.ts";

/**
 * Brings the tables of a pipeline up to date: once, or, when it is continuous, until it is stopped. Answers `Busy` at once when another process runs the pipeline; everything else that goes wrong is in the
 * result and in the event log.
 *
 * @throws PipelineError when the storage belongs to another pipeline; nothing was written then.
 */
export async function runUpdate(input: UpdateInput, world: UpdateWorld): Promise<UpdateResult> {
  const updateId = input.updateId ?? randomUUID();
  if (input.validateOnly) return await new Update(input, world, updateId).run();
  const clock = world.clock ?? SYSTEM_CLOCK;
  const taken = await UpdateLease.acquire(world.store, clock, updateId);
  if (taken.kind === "Busy") return { kind: "Busy", updateId, holder: taken.holder };
  const lost = new AbortController();
  taken.lease.keepAlive(() => lost.abort(new Error("Another process has taken over the pipeline")));
  const signal = world.signal === undefined ? lost.signal : AbortSignal.any([world.signal, lost.signal]);
  const giveUp = gracefulStop(signal, input.settings.continuous ? lost.signal : signal, clock);
  try {
    await claimStorage(world.store, input.settings);
    const stoppable = { ...world, signal };
    const runTry: RunTry = (one, id, retryAfterMs) => {
      const ending = { giveUp: giveUp.signal, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      return untilSchemaSettles(
        one,
        id,
        (again, nextId, mayRestart) => new Update(again, stoppable, nextId, { ...ending, mayRestart }).run(),
        signal,
      );
    };
    const retrying = { policy: updateRetries(input.settings), clock, signal };
    return await untilRetriesEnd(input, updateId, runTry, retrying);
  } finally {
    giveUp.end();
    await taken.lease.release().catch(() => undefined);
  }
}

/** What may end an update before it has done all. */
interface UpdateEnding {
  /** Gives up batches at work. */
  readonly giveUp?: AbortSignal;
  /** Whether it ends CANCELED, and not FAILED, when a source has got new columns. */
  readonly mayRestart?: boolean;
  /** So long after a failure that may pass a continuous update ends. */
  readonly retryAfterMs?: number;
}

/** One update from its first event to its last. */
class Update {
  readonly #input: UpdateInput;
  readonly #world: UpdateWorld;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #flows: FlowWorld;
  readonly #recorder: EventRecorder;
  readonly #events: UpdateEvents;
  readonly #lifecycle: UpdateLifecycle;
  readonly #ending: UpdateEnding;
  readonly #hooks = new EventHooks();
  #failure: unknown;

  constructor(input: UpdateInput, world: UpdateWorld, id: string, ending: UpdateEnding = {}) {
    const { settings } = input;
    this.#input = input;
    this.#world = world;
    this.#id = id;
    this.#ending = ending;
    this.#clock = world.clock ?? SYSTEM_CLOCK;
    const { giveUp } = ending;
    this.#flows = flowWorld(settings, giveUp === undefined ? world : { ...world, signal: giveUp }, this.#clock, id);
    const origin = {
      pipeline_id: settings.id,
      pipeline_name: settings.name,
      pipeline_type: "WORKSPACE",
      update_id: id,
      host: hostname(),
    } as const;
    this.#recorder = new EventRecorder(new EventStamp(this.#clock.now, hostname()), origin, [
      ...eventWriters(input, world),
      this.#hooks,
    ]);
    this.#events = new UpdateEvents(input, id, this.#recorder);
    this.#lifecycle = new UpdateLifecycle((state) => {
      this.#events.state(state, { failure: this.#failure, isByUser: this.#world.signal?.aborted === true });
    });
  }

  async run(): Promise<FinishedUpdate> {
    const startedAt = this.#clock.now();
    const { signal } = this.#world;
    const onStop = (): void => this.#stopping();
    signal?.addEventListener("abort", onStop);
    let flows: readonly FlowResult[] = [];
    try {
      this.#events.begun();
      for (const state of FIRST_STATES) this.#lifecycle.enter(state);
      flows = await this.#work();
      this.#end(flows);
    } catch (error) {
      this.#fail(error);
    }
    signal?.removeEventListener("abort", onStop);
    await this.#hooks.flush();
    await this.#recorder.flush();
    const state =
      this.#lifecycle.state === "COMPLETED" || this.#lifecycle.state === "CANCELED" ? this.#lifecycle.state : "FAILED";
    const error = this.#failure === undefined ? {} : { error: this.#failure };
    return { kind: "Finished", updateId: this.#id, state, flows, startedAt, finishedAt: this.#clock.now(), ...error };
  }

  async #work(): Promise<readonly FlowResult[]> {
    const { graph: given, request = {} } = this.#input;
    const graph = typeof given === "function" ? await given(request) : given;
    if (!this.#input.validateOnly) this.#hooks.attach(graph.hooks ?? [], (draft) => this.#recorder.record(draft));
    this.#events.runsOn(this.#world.engine.name);
    const tracked = await trackFlows(graph, this.#input.settings.id, this.#world.store);
    const existing = await existingState(tracked, this.#flows);
    const plan = planUpdate(graph, existing, request);
    if (this.#input.validateOnly) {
      this.#define(graph);
      return [];
    }
    if (existing.unfinishedRestate !== undefined) await dropOvertaken(plan, graph, this.#flows.store);
    const current = await this.#reset(plan, graph, tracked);
    this.#define(graph);
    return await this.#stages().run(plan, graph, current);
  }

  async #reset(
    plan: UpdatePlan,
    graph: DataflowGraph,
    tracked: ReadonlyMap<string, TrackedFlow>,
  ): Promise<ReadonlyMap<string, TrackedFlow>> {
    const names = new Set(stagesOf(plan, "ResetTable").map((stage) => stage.dataset));
    if (names.size === 0) return tracked;
    this.#goOnTo("RESETTING");
    const { engine, store } = this.#world;
    const { id } = this.#input.settings;
    await resetTables(
      graph.datasets.filter((dataset) => names.has(dataset.name)),
      id,
      store,
      engine,
    );
    return await trackFlows(graph, id, store);
  }

  #define(graph: DataflowGraph): void {
    for (const event of definitionEvents(graph)) this.#recorder.record(event);
  }

  #stages(): StageRunner {
    const { retryAfterMs } = this.#ending;
    return new StageRunner({
      settings: this.#input.settings,
      ...{ world: this.#world, flows: this.#flows, recorder: this.#recorder, updateId: this.#id, clock: this.#clock },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      goOnTo: (state) => this.#goOnTo(state),
    });
  }

  #goOnTo(state: UpdateState): void {
    this.#world.signal?.throwIfAborted();
    this.#lifecycle.enter(state);
  }

  #end(flows: readonly FlowResult[]): void {
    const restarts = this.#ending.mayRestart === true && flows.some((flow) => flow.schemaChanged);
    const isStopped = restarts || this.#world.signal?.aborted === true;
    if (isStopped) this.#stopping();
    const isDone = flows.every((flow) => SUCCESSES.has(flow.status));
    this.#lifecycle.enter(isStopped ? "CANCELED" : isDone ? "COMPLETED" : "FAILED");
  }

  #fail(error: unknown): void {
    if (this.#world.signal?.aborted) {
      this.#stopping();
      this.#lifecycle.enter("CANCELED");
      return;
    }
    this.#failure = error;
    this.#lifecycle.enter("FAILED");
  }

  /** A stop was asked for, or new columns ask for another update. */
  #stopping(): void {
    if (this.#lifecycle.state !== undefined && this.#lifecycle.state !== "STOPPING") this.#lifecycle.enter("STOPPING");
  }
}

const FIRST_STATES = ["QUEUED", "CREATED", "WAITING_FOR_RESOURCES", "INITIALIZING"] as const;

const SUCCESSES: ReadonlySet<FlowResult["status"]> = new Set(["COMPLETED", "EXCLUDED", "IDLE"]);
