import { randomUUID } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { DeltaEventWriter } from "../event-log/delta-event-writer.ts";
import type { UpdateState } from "../event-log/event-details.ts";
import { errorMessage, toEventError } from "../event-log/event-error.ts";
import { EventRecorder } from "../event-log/event-recorder.ts";
import { EventStamp } from "../event-log/event-stamp.ts";
import type { EventWriter } from "../event-log/event-writer.ts";
import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { recordSchemas } from "../graph/record-schemas.ts";
import { triggerInterval } from "../graph/trigger-interval.ts";
import { planUpdate } from "../planner/plan-update.ts";
import { type RunFlow, stagesOf, type UpdatePlan } from "../planner/update-plan.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { definitionEvents } from "./definition-event.ts";
import { EventHooks } from "./event-hooks.ts";
import { FlowEvents } from "./flow-events.ts";
import { type TrackedFlow, trackFlows } from "./flow-identity.ts";
import { runFlows } from "./flow-scheduler.ts";
import { gracefulStop } from "./graceful-stop.ts";
import { existingState, flowWorld } from "./plan-next-update.ts";
import { resetTables } from "./reset-tables.ts";
import { flowRetries, updateRetries } from "./retry-policy.ts";
import { runContinuously } from "./run-continuously.ts";
import { type FlowRun, runFlow } from "./run-flow.ts";
import { dropOvertaken, runRestates } from "./run-restates.ts";
import { untilSchemaSettles } from "./schema-restart.ts";
import { setUpTables } from "./set-up-tables.ts";
import { claimStorage } from "./storage-owner.ts";
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
    this.#lifecycle = new UpdateLifecycle((state) => this.#tellState(state));
  }

  async run(): Promise<FinishedUpdate> {
    const startedAt = this.#clock.now();
    const { signal } = this.#world;
    const onStop = (): void => this.#stopping();
    signal?.addEventListener("abort", onStop);
    let flows: readonly FlowResult[] = [];
    try {
      this.#begin();
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

  #begin(): void {
    const { request = {}, cause = "USER_ACTION", user = "unknown", settings, validateOnly = false } = this.#input;
    if (cause === "USER_ACTION") this.#tellUser(user);
    this.#recorder.record({
      eventType: "create_update",
      message: `Update ${shortId(this.#id)} started by ${cause}.`,
      details: {
        update_id: this.#id,
        run_as: user,
        cause,
        full_refresh: request.fullRefreshAll ?? false,
        refresh_selection: request.refresh ?? [],
        full_refresh_selection: request.fullRefresh ?? [],
        validate_only: validateOnly,
        config: publicSettings(settings),
      },
    });
    for (const state of ["QUEUED", "CREATED", "WAITING_FOR_RESOURCES", "INITIALIZING"] as const) {
      this.#lifecycle.enter(state);
    }
  }

  #tellUser(user: string): void {
    this.#recorder.record({
      eventType: "user_action",
      message: `User ${user} started update ${shortId(this.#id)}.`,
      details: { user_name: user, action: "START" },
    });
  }

  async #work(): Promise<readonly FlowResult[]> {
    const { graph: given, request = {} } = this.#input;
    const graph = typeof given === "function" ? await given(request) : given;
    if (!this.#input.validateOnly) this.#hooks.attach(graph.hooks ?? [], (draft) => this.#recorder.record(draft));
    const { name } = this.#world.engine;
    const runtime = `sluice-${name}`;
    this.#recorder.record({
      eventType: "runtime_details",
      message: `The update runs on ${name}.`,
      details: { dbr_version: runtime, runtime_version: { dbr_version: runtime }, engine: name },
    });
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
    return await this.#runStages(plan, graph, current);
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

  async #runStages(
    plan: UpdatePlan,
    graph: DataflowGraph,
    tracked: ReadonlyMap<string, TrackedFlow>,
  ): Promise<readonly FlowResult[]> {
    this.#goOnTo("SETTING_UP_TABLES");
    const stages = stagesOf(plan, "RunFlow");
    const troubles = await this.#setUp(plan, graph, tracked);
    await runRestates(plan, { graph, flows: this.#flows, settings: this.#input.settings }, this.#recorder);
    this.#goOnTo("RUNNING");
    const events = new Map([...tracked].map(([name, one]) => [name, new FlowEvents(one, this.#recorder, this.#id)]));
    const skipped = stagesOf(plan, "SkipFlow").map((stage): FlowResult => {
      events.get(stage.flow)?.status(stage.status);
      return { flow: stage.flow, dataset: stage.dataset, status: stage.status, rows: 0, commits: 0 };
    });
    for (const stage of stages) events.get(stage.flow)?.status("QUEUED");
    const runs = stages.map((stage) => this.#flowRun(stage, tracked, events));
    const ran = await (this.#input.settings.continuous ? this.#goOn(runs, troubles) : this.#runOnce(runs, troubles));
    const results = new Map([...skipped, ...ran].map((result) => [result.flow, result]));
    return graph.flows.map((flow) => results.get(flow.name)).filter((result) => result !== undefined);
  }

  async #runOnce(runs: readonly FlowRun[], troubles: Troubles): Promise<readonly FlowResult[]> {
    const { signal } = this.#world;
    const byFlow = new Map(runs.map((run) => [run.stage.flow, run]));
    return await runFlows(
      runs.map((run) => run.stage),
      this.#limit,
      {
        run: async (stage) => await this.#runOne(found(byFlow, stage.flow), troubles.get(stage.dataset)),
        leaveOut: (stage, status, cause) => {
          byFlow.get(stage.flow)?.events.leftOut(status, cause);
          return { flow: stage.flow, dataset: stage.dataset, status, rows: 0, commits: 0 };
        },
        ...(signal === undefined ? {} : { signal }),
      },
    );
  }

  async #goOn(runs: readonly FlowRun[], troubles: Troubles): Promise<readonly FlowResult[]> {
    const { settings } = this.#input;
    const flows = runs.map((run) => {
      const intervalMs = triggerInterval(run.tracked.flow, run.tracked.dataset, settings);
      return { run, intervalMs, trouble: troubles.get(run.stage.dataset) };
    });
    const { retryAfterMs } = this.#ending;
    return await runContinuously(flows, {
      limit: this.#limit,
      clock: this.#clock,
      stop: this.#world.signal ?? new AbortController().signal,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  get #limit(): number {
    return this.#world.maxConcurrentFlows ?? Math.max(4, availableParallelism());
  }

  async #setUp(plan: UpdatePlan, graph: DataflowGraph, tracked: ReadonlyMap<string, TrackedFlow>): Promise<Troubles> {
    const names = new Set(stagesOf(plan, "SetUpTable").map((stage) => stage.dataset));
    const stages = stagesOf(plan, "RunFlow");
    const excluded = new Set(
      stagesOf(plan, "SkipFlow")
        .filter((stage) => stage.status === "EXCLUDED")
        .map((stage) => stage.dataset),
    );
    const refreshed = new Set([...names].filter((name) => !excluded.has(name)));
    const tables = graph.datasets.filter((dataset) => names.has(dataset.name));
    const { openStore } = this.#world;
    const [troubles] = await Promise.all([
      setUpTables(tables, refreshed, {
        engine: this.#world.engine,
        session: this.#flows.session(),
        pipelineId: this.#input.settings.id,
        storage: this.#flows.store.root,
        flows: [...tracked.values()],
      }),
      ...stages.map(async (stage) => {
        const flow = tracked.get(stage.flow);
        if (flow !== undefined && openStore !== undefined) await recordSchemas(flow.flow, openStore);
      }),
    ]);
    return troubles;
  }

  async #runOne(run: FlowRun, trouble: unknown): Promise<FlowResult> {
    if (trouble === undefined) return await runFlow(run);
    run.events.failed(trouble, true);
    const { flow, dataset } = run.stage;
    return { flow, dataset, status: "FAILED", rows: 0, commits: 0, error: trouble };
  }

  #flowRun(
    stage: RunFlow,
    tracked: ReadonlyMap<string, TrackedFlow>,
    events: ReadonlyMap<string, FlowEvents>,
  ): FlowRun {
    const one = tracked.get(stage.flow);
    const told = events.get(stage.flow);
    if (one === undefined || told === undefined) throw new Error(`Flow "${stage.flow}" is planned but not tracked`);
    const { batchFrame, evaluateFrame } = this.#world;
    return {
      stage,
      tracked: one,
      events: told,
      world: { ...this.#flows, ...(batchFrame && { batchFrame }), ...(evaluateFrame && { evaluateFrame }) },
      retry: flowRetries(this.#input.settings),
      clock: this.#clock,
    };
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

  #tellState(state: UpdateState): void {
    const error = state === "FAILED" ? this.#failure : undefined;
    const isByUser = state === "CANCELED" && this.#world.signal?.aborted === true;
    const cause = error === undefined ? "" : `: ${errorMessage(error).split("\n")[0]}`;
    this.#recorder.record({
      eventType: "update_progress",
      message: `Update ${shortId(this.#id)} is ${state}${cause === "" ? "." : cause}`,
      level: state === "FAILED" ? "ERROR" : "INFO",
      ...(error === undefined ? {} : { error: toEventError(error, true) }),
      details: { state, ...(isByUser ? { cancellation_cause: "USER_ACTION" } : {}) },
    });
  }
}

/** What went wrong when tables were set up, by canonical dataset. */
type Troubles = ReadonlyMap<string, unknown>;

const SUCCESSES: ReadonlySet<FlowResult["status"]> = new Set(["COMPLETED", "EXCLUDED", "IDLE"]);

/** However often a continuous pipeline commits, its event log gets at most so many commits a day as one every five seconds makes. */
const CONTINUOUS_LOG_PAUSE_MS = 5000;

function eventWriters(input: UpdateInput, world: UpdateWorld): readonly EventWriter[] {
  const { onEvent, onEventLogTrouble, engine, store, writers = [] } = world;
  const trouble = onEventLogTrouble === undefined ? {} : { onTrouble: onEventLogTrouble };
  const pauseMs = input.settings.continuous ? CONTINUOUS_LOG_PAUSE_MS : 0;
  const told: readonly EventWriter[] = onEvent === undefined ? [] : [{ write: onEvent, flush: async () => {} }];
  return [
    ...told,
    ...writers,
    ...(input.validateOnly ? [] : [new DeltaEventWriter(engine, store.root, { ...trouble, pauseMs })]),
  ];
}

function found(runs: ReadonlyMap<string, FlowRun>, flow: string): FlowRun {
  const run = runs.get(flow);
  if (run === undefined) throw new Error(`Flow "${flow}" is not among those that run`);
  return run;
}

/** The settings that the event log may show: everything but values of the configuration, which may be secrets. */
function publicSettings(settings: PipelineSettings): Readonly<Record<string, unknown>> {
  const { id, name, catalog, schema, storage, continuous, development, configuration } = settings;
  return { id, name, catalog, schema, storage, continuous, development, configuration: Object.keys(configuration) };
}

function shortId(updateId: string): string {
  return updateId.slice(0, 6);
}
