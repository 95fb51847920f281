import { availableParallelism } from "node:os";
import type { UpdateState } from "../event-log/event-details.ts";
import type { EventRecorder } from "../event-log/event-recorder.ts";
import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { recordSchemas } from "../graph/record-schemas.ts";
import { triggerInterval } from "../graph/trigger-interval.ts";
import { type RunFlow, stagesOf, type UpdatePlan } from "../planner/update-plan.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import type { Clock } from "./clock.ts";
import { FlowEvents } from "./flow-events.ts";
import type { TrackedFlow } from "./flow-identity.ts";
import { runFlows } from "./flow-scheduler.ts";
import { flowRetries } from "./retry-policy.ts";
import { runContinuously } from "./run-continuously.ts";
import { type FlowRun, runFlow } from "./run-flow.ts";
import { runRestates } from "./run-restates.ts";
import { setUpTables } from "./set-up-tables.ts";
import type { FlowResult, UpdateWorld } from "./update-input.ts";

/** What running the flows of an update needs. */
export interface StageScope {
  readonly settings: PipelineSettings;
  readonly world: UpdateWorld;
  readonly flows: FlowWorld;
  readonly recorder: EventRecorder;
  readonly updateId: string;
  readonly clock: Clock;
  /** So long after a failure that may pass a continuous update ends. */
  readonly retryAfterMs?: number;
  /** @throws when a stop was asked for */
  readonly goOnTo: (state: UpdateState) => void;
}

/** What went wrong when tables were set up, by canonical dataset. */
type Troubles = ReadonlyMap<string, unknown>;

/** Runs the flows of an update, once or on and on. */
export class StageRunner {
  readonly #scope: StageScope;

  constructor(scope: StageScope) {
    this.#scope = scope;
  }

  /** Sets tables up and runs the flows of a plan. @throws what keeps all of them from running */
  async run(
    plan: UpdatePlan,
    graph: DataflowGraph,
    tracked: ReadonlyMap<string, TrackedFlow>,
  ): Promise<readonly FlowResult[]> {
    this.#scope.goOnTo("SETTING_UP_TABLES");
    const stages = stagesOf(plan, "RunFlow");
    const troubles = await this.#setUp(plan, graph, tracked);
    await runRestates(plan, { graph, flows: this.#scope.flows, settings: this.#scope.settings }, this.#scope.recorder);
    this.#scope.goOnTo("RUNNING");
    const events = new Map(
      [...tracked].map(([name, one]) => [name, new FlowEvents(one, this.#scope.recorder, this.#scope.updateId)]),
    );
    const skipped = stagesOf(plan, "SkipFlow").map((stage): FlowResult => {
      events.get(stage.flow)?.status(stage.status);
      return { flow: stage.flow, dataset: stage.dataset, status: stage.status, rows: 0, commits: 0 };
    });
    for (const stage of stages) events.get(stage.flow)?.status("QUEUED");
    const runs = stages.map((stage) => this.#flowRun(stage, tracked, events));
    const ran = await (this.#scope.settings.continuous ? this.#goOn(runs, troubles) : this.#runOnce(runs, troubles));
    const results = new Map([...skipped, ...ran].map((result) => [result.flow, result]));
    return graph.flows.map((flow) => results.get(flow.name)).filter((result) => result !== undefined);
  }

  async #runOnce(runs: readonly FlowRun[], troubles: Troubles): Promise<readonly FlowResult[]> {
    const { signal } = this.#scope.world;
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
    const { settings } = this.#scope;
    const flows = runs.map((run) => {
      const intervalMs = triggerInterval(run.tracked.flow, run.tracked.dataset, settings);
      return { run, intervalMs, trouble: troubles.get(run.stage.dataset) };
    });
    const { retryAfterMs } = this.#scope;
    return await runContinuously(flows, {
      limit: this.#limit,
      clock: this.#scope.clock,
      stop: this.#scope.world.signal ?? new AbortController().signal,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  get #limit(): number {
    return this.#scope.world.maxConcurrentFlows ?? Math.max(4, availableParallelism());
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
    const { openStore } = this.#scope.world;
    const [troubles] = await Promise.all([
      setUpTables(tables, refreshed, {
        engine: this.#scope.world.engine,
        session: this.#scope.flows.session(),
        pipelineId: this.#scope.settings.id,
        storage: this.#scope.flows.store.root,
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
    const { batchFrame, evaluateFrame } = this.#scope.world;
    return {
      stage,
      tracked: one,
      events: told,
      world: { ...this.#scope.flows, ...(batchFrame && { batchFrame }), ...(evaluateFrame && { evaluateFrame }) },
      retry: flowRetries(this.#scope.settings),
      clock: this.#scope.clock,
    };
  }
}

function found(runs: ReadonlyMap<string, FlowRun>, flow: string): FlowRun {
  const run = runs.get(flow);
  if (run === undefined) throw new Error(`Flow "${flow}" is not among those that run`);
  return run;
}
