import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import {
  type StreamingQuery,
  StreamingQueryException,
  type StreamingQueryProgress,
  type StreamingQueryStatus,
} from "@sluice/query";
import { EngineError } from "../engine/engine-error.ts";
import { errorMessage } from "../event-log/event-error.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { recordSchemas } from "../graph/record-schemas.ts";
import { openStream, type SinkWorld } from "../sink/open-stream.ts";
import { sinkDescription } from "../sink/sink-description.ts";
import type { BatchReport } from "../streaming/batch-report.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { tableTarget } from "../streaming/table-write.ts";
import type { Clock } from "../update/clock.ts";
import { gracefulStop } from "../update/graceful-stop.ts";
import { planText } from "../update/plan-text.ts";
import { type QueryCheckpoint, takeCheckpoint } from "./query-checkpoint.ts";
import { QueryLoop, type QueryTrigger } from "./query-loop.ts";
import { queryProgress } from "./query-progress.ts";

/** What hears of a query, of its start first. */
export interface QueryListener {
  started(query: StreamingQuery): void;
  progress(progress: StreamingQueryProgress): void;
  idle(query: StreamingQuery): void;
  terminated(query: StreamingQuery): void;
}

/** A query to be started. */
export interface QueryStart {
  readonly flow: ResolvedFlow;
  readonly dataset: Dataset;
  readonly name: string | null;
  readonly trigger: QueryTrigger;
  /** What the progress calls the sink; absent: found by the sink. */
  readonly sink?: string;
}

/** What a query runs in. The store is rooted at its checkpoint. */
export interface QueryWorld extends Omit<FlowWorld, "updateId" | "signal" | "startOver" | "countsInput">, SinkWorld {
  readonly clock: Clock;
  readonly print: (text: string) => void;
  readonly listener: QueryListener;
}

const KEPT_PROGRESS = 100;
/** While nothing comes, listeners hear of it so often (`spark.sql.streaming.noDataProgressEventInterval`). */
const IDLE_MS = 10_000;
const START_OVER = "Give the query a new checkpointLocation to begin again from the sources.";

/** Takes the checkpoint and begins the query. @throws EngineError when another query holds the checkpoint, or another program wrote it */
export async function startQuery(start: QueryStart, world: QueryWorld): Promise<StreamingQuery> {
  const runId = randomUUID();
  const checkpoint = await takeCheckpoint(world.store, world.clock, runId);
  try {
    await setUp(start, world);
  } catch (error) {
    await checkpoint.lease.release();
    throw error;
  }
  const query = new RunningQuery(start, checkpoint, runId, world);
  world.listener.started(query);
  return query;
}

/** Keeps what a first start has found out: the schemas of sources, and the table that is written. */
async function setUp({ flow, dataset }: QueryStart, { engine, openStore }: QueryWorld): Promise<void> {
  if (openStore !== undefined) await recordSchemas(flow, openStore);
  const target = tableTarget(dataset);
  if (dataset.declaration.sink?.format !== "delta") return;
  if ((await engine.tables.describe(target.location)) === undefined) await engine.tables.ensure(target);
}

/** The query whose micro-batch the present code is called by, as the function of `foreachBatch` is. */
const calling = new AsyncLocalStorage<RunningQuery>();

class RunningQuery implements StreamingQuery {
  readonly id: string;
  readonly runId: string;
  readonly name: string | null;
  readonly #start: QueryStart;
  readonly #world: QueryWorld;
  readonly #checkpoint: QueryCheckpoint;
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #loop: QueryLoop;
  readonly #ended: Promise<void>;
  readonly #progress: StreamingQueryProgress[] = [];
  #status: StreamingQueryStatus = waiting("Initializing sources");
  #failure: StreamingQueryException | null = null;
  #isActive = true;
  #before: number | undefined;
  #idleAt = Number.NEGATIVE_INFINITY;

  constructor(start: QueryStart, checkpoint: QueryCheckpoint, runId: string, world: QueryWorld) {
    this.id = checkpoint.id;
    this.runId = runId;
    this.name = start.name;
    this.#start = start;
    this.#world = world;
    this.#checkpoint = checkpoint;
    checkpoint.lease.keepAlive(() => this.#lost.abort(new Error("Another query has taken the checkpoint over.")));
    const { signal, end } = gracefulStop(this.#stop.signal, this.#lost.signal, world.clock);
    const { flow, dataset, trigger } = start;
    const own = { updateId: runId, signal, startOver: START_OVER, countsInput: true };
    const stream = openStream({ flow, dataset, checkpoint: checkpoint.flow }, { ...world, ...own });
    const stop = AbortSignal.any([this.#stop.signal, this.#lost.signal]);
    this.#loop = new QueryLoop(stream, trigger, world.clock, stop, {
      working: () => this.#tell({ message: "Processing new data", isDataAvailable: true, isTriggerActive: true }),
      idle: () => this.#idle(),
      batch: (report, startedAt) => this.#batch(report, startedAt),
    });
    this.#ended = calling.run(this, () => this.#run()).finally(end);
  }

  get isActive(): boolean {
    return this.#isActive;
  }
  get status(): StreamingQueryStatus {
    return this.#status;
  }
  get lastProgress(): StreamingQueryProgress | null {
    return this.#progress.at(-1) ?? null;
  }
  get progress(): StreamingQueryProgress | null {
    return this.lastProgress;
  }
  get recentProgress(): readonly StreamingQueryProgress[] {
    return [...this.#progress];
  }

  exception(): StreamingQueryException | null {
    return this.#failure;
  }

  async awaitTermination(timeout?: number): Promise<boolean> {
    this.#refuseToWaitForItself();
    if (timeout === undefined) await this.#ended;
    else await this.#endedWithin(timeout * 1000);
    if (this.#failure !== null) throw this.#failure;
    return !this.#isActive;
  }

  async processAllAvailable(): Promise<void> {
    this.#refuseToWaitForItself();
    if (this.#isActive) await this.#loop.processAllAvailable().catch(() => this.#ended);
    if (this.#failure !== null) throw this.#failure;
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("The query was stopped."));
    // Its own batch would wait for itself.
    if (calling.getStore() !== this) await this.#ended;
  }

  async explain(): Promise<void> {
    this.#world.print(`== Plan ==\n${planText(this.#start.flow.plan)}`);
  }

  async #run(): Promise<void> {
    try {
      await this.#loop.run();
      this.#lost.signal.throwIfAborted();
      this.#tell(waiting("Stopped"));
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failure = new StreamingQueryException(this, error);
      this.#tell(waiting(this.#failure === null ? "Stopped" : `Terminated with exception: ${errorMessage(error)}`));
    }
    await this.#checkpoint.lease.release().catch(() => undefined);
    this.#isActive = false;
    this.#world.listener.terminated(this);
  }

  #refuseToWaitForItself(): void {
    if (calling.getStore() !== this) return;
    const what = "Cannot wait for a query state from the same thread that is running the query";
    throw new EngineError(`${what}: its batch would wait for itself. Await it outside of foreachBatch.`, {
      condition: "STREAMING_QUERY_WAITS_FOR_ITSELF",
      domain: "user",
      retry: "never",
    });
  }

  async #endedWithin(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#ended, this.#world.clock.sleep(ms, over.signal)]);
    over.abort();
  }

  #batch(report: BatchReport, startedAt: number): void {
    const { id, runId, name } = this;
    const sink = this.#start.sink ?? sinkDescription(this.#start.dataset);
    const facts = { id, runId, name, sink, startedAt, finishedAt: this.#world.clock.now(), before: this.#before };
    const progress = queryProgress(report, facts);
    this.#before = startedAt;
    this.#idleAt = Number.NEGATIVE_INFINITY;
    this.#progress.push(progress);
    if (this.#progress.length > KEPT_PROGRESS) this.#progress.shift();
    this.#tell(waiting("Waiting for next trigger"));
    this.#world.listener.progress(progress);
  }

  #idle(): void {
    this.#tell(waiting("Waiting for data to arrive"));
    const now = this.#world.clock.now();
    if (now - this.#idleAt < IDLE_MS) return;
    this.#idleAt = now;
    this.#world.listener.idle(this);
  }

  #tell(status: StreamingQueryStatus): void {
    this.#status = status;
  }
}

function waiting(message: string): StreamingQueryStatus {
  return { message, isDataAvailable: false, isTriggerActive: false };
}
