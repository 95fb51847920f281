import { compactFiles, isCompactionDue } from "../engine/compact-files.ts";
import type { Inputs, TableDescription, WriteOutcome, WriteRequest } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { Dataset, FlowRead, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { type BatchFacts, nextBatch } from "./batch-decision.ts";
import { BatchQuery } from "./batch-query.ts";
import type { BatchRecord } from "./batch-record.ts";
import type { BatchReport } from "./batch-report.ts";
import { countRows, keepsEachRow } from "./count-input.ts";
import {
  evolveSources,
  readThrough,
  SchemaChanged,
  stoppedAtNewerSchema,
  stoppedAtNewFields,
} from "./evolve-sources.ts";
import { BatchTaken, type FlowCheckpoint } from "./flow-checkpoint.ts";
import { FlowSources } from "./flow-sources.ts";
import { currentState, stateName } from "./flow-state.ts";
import { FlowWatermark } from "./flow-watermark.ts";
import type { FlowWorld } from "./flow-world.ts";
import { observeStatics, staticInputs, staticReads } from "./static-input.ts";

/** A streaming flow at work: one micro-batch after the other, each exactly once, until nothing is left of what there was when it began. */
export class StreamFlow {
  readonly #flow: ResolvedFlow;
  readonly #checkpoint: FlowCheckpoint;
  readonly #world: FlowWorld;
  readonly #query: BatchQuery;
  readonly #watermark: FlowWatermark;
  readonly #sources: FlowSources;
  readonly #statics: readonly (readonly [number, FlowRead])[];
  #committed: number | undefined;
  #last: BatchRecord | undefined;
  #next: BatchRecord | undefined;
  #planned: Promise<void> | undefined;
  #hasLaterOffsets = false;
  /** The states as they were when the batch was planned; undefined for a batch that an earlier run has planned. */
  #states: readonly TableDescription[] | undefined;
  /** The places of the states whose late rows the batch counts. */
  #late: readonly number[] = [];
  #isOpen = false;

  constructor(flow: ResolvedFlow, dataset: Dataset, checkpoint: FlowCheckpoint, world: FlowWorld) {
    this.#flow = flow;
    this.#checkpoint = checkpoint;
    this.#world = world;
    this.#query = new BatchQuery({
      flow,
      dataset,
      storage: world.store.root,
      stateFolder: `${world.store.root}/${checkpoint.stateFolder}`,
      nullIsViolation: world.nullIsViolation,
    });
    this.#watermark = new FlowWatermark(this.#query.watermarks, world.watermarkPolicy, checkpoint.appId);
    this.#sources = new FlowSources(flow, dataset.displayName, checkpoint, world);
    this.#statics = staticReads(flow, new Set(this.#sources.reads.map(([scan]) => scan)));
  }

  /** Lets the next step look at the sources as they are then. */
  renew(): void {
    this.#sources.renew();
  }

  /**
   * Runs the next micro-batch; undefined when the flow is up to date. A batch whose `fail` rule was broken is reported as such and is still the next one.
   *
   * @throws SchemaChanged when a source has got new columns; the batch is still the next one.
   * @throws EngineError for trouble with the data, the sources or the checkpoint.
   */
  async step(): Promise<BatchReport | undefined> {
    const startedAt = performance.now();
    const record = await this.#decide();
    if (record === undefined) return undefined;
    try {
      return await this.#run(record, startedAt);
    } catch (error) {
      if (!(error instanceof BatchTaken)) throw error;
      this.#planned = undefined;
      this.#next = await this.#checkpoint.read(record.batch);
      return await this.step();
    } finally {
      await this.#planned?.catch(() => undefined);
      this.#planned = undefined;
    }
  }

  async #run(record: BatchRecord, startedAt: number): Promise<BatchReport> {
    const inputs = await this.#inputs(record);
    const plannedAt = performance.now();
    const outcome = await this.#write(record, inputs);
    const rows = this.#world.countsInput ? await this.#inputRows(record, inputs, outcome) : undefined;
    const report = {
      record,
      outcome,
      sources: this.#sources.states.map((source, i) => ({
        ...source,
        before: this.#last?.sources[i],
        ...(rows === undefined ? {} : { rows: rows[i] ?? 0 }),
      })),
      backlog: this.#sources.backlog,
      states: this.#statesOf(outcome),
      durationMs: { planning: plannedAt - startedAt, execution: performance.now() - plannedAt },
    };
    if (outcome.kind !== "Violated") await this.#settle(record, outcome);
    return report;
  }

  #statesOf(outcome: WriteOutcome): BatchReport["states"] {
    const observed = outcome.kind === "Committed" ? (outcome.observed ?? []) : [];
    const counts = observed.slice(this.#query.watermarks.length);
    return this.#query.states.map((state, i) => {
      const rows = this.#states?.[i]?.rows;
      const late = this.#late.reduce((sum, at, n) => sum + (at === i ? Number(counts[n] ?? 0n) : 0), 0);
      return { name: stateName(state), late, ...(rows === undefined ? {} : { rows }) };
    });
  }

  async #decide(): Promise<BatchRecord | undefined> {
    if (!this.#isOpen) await this.#open();
    for (;;) {
      const decision = nextBatch(this.#facts());
      switch (decision.kind) {
        case "Replay":
          return this.#checked(this.#next);
        case "LookForRows":
          this.#checked(this.#last);
          await this.#sources.look(this.#last, decision.batch);
          break;
        case "Run":
          return await this.#planBatch(decision.batch);
        case "UpToDate":
          await this.#sources.finish(this.#last);
          return undefined;
        case "CheckpointLost":
          throw this.#broken(
            "CHECKPOINT_LOST",
            `The table holds batch ${decision.committed} of flow "${this.#flow.name}", but the checkpoint does not know that batch`,
          );
        case "TargetLost":
          throw this.#broken(
            "STREAMING_TARGET_LOST",
            `The checkpoint of flow "${this.#flow.name}" has batches, but its table "${this.#query.target.name}" does not: it was dropped or put back to an older state`,
          );
      }
    }
  }

  async #open(): Promise<void> {
    const { engine } = this.#world;
    this.#committed = await engine.tables.transactionVersion(this.#query.target.location, this.#checkpoint.appId);
    const committed = this.#committed ?? -1;
    [this.#last, this.#next] = await Promise.all([
      committed < 0 ? undefined : this.#checkpoint.read(committed),
      this.#checkpoint.read(committed + 1),
    ]);
    this.#hasLaterOffsets = committed < 0 && this.#next === undefined && (await this.#checkpoint.hasBatches());
    await this.#watermark.open(engine.tables, this.#query.target.location);
    this.#isOpen = true;
  }

  #facts(): BatchFacts {
    return {
      committed: this.#committed,
      committedOffsets: this.#last !== undefined,
      nextOffsets: this.#next !== undefined,
      laterOffsets: this.#hasLaterOffsets,
      available: this.#sources.available,
      watermarkAdvanced:
        this.#query.isTimed && this.#watermark.after(this.#last) > (this.#last?.watermark?.current ?? 0),
    };
  }

  async #planBatch(batch: number): Promise<BatchRecord> {
    const [statics, states] = await Promise.all([observeStatics(this.#statics, this.#world), this.#currentStates()]);
    this.#states = states;
    const watermark = this.#watermark.next(this.#last);
    const record: BatchRecord = {
      batch,
      session: this.#world.session(),
      sources: this.#sources.nextRanges(this.#last),
      statics,
      states: states.map((state) => state.version),
      ...(watermark === undefined ? {} : { watermark }),
    };
    this.#planned = this.#checkpoint.begin(record);
    return record;
  }

  async #currentStates(): Promise<readonly TableDescription[]> {
    const { tables } = this.#world.engine;
    return await Promise.all(
      this.#query.states.map((state) => currentState(tables, state, this.#flow.name, this.#world.startOver)),
    );
  }

  async #inputs(record: BatchRecord): Promise<Inputs> {
    const streams = await this.#sources.slices(record);
    const statics = await staticInputs(this.#statics, record.statics, this.#world.signal);
    return new Map([...streams, ...statics]);
  }

  /** Writes a batch once the schemas of its sources have all its fields. @throws SchemaChanged when one of them has got new ones */
  async #write(record: BatchRecord, inputs: Inputs): Promise<WriteOutcome> {
    const { engine, signal } = this.#world;
    await evolveSources(this.#sources.reads, inputs, "Before", this.#world);
    try {
      return await engine.write(await this.#writeRequest(record, inputs), signal);
    } catch (error) {
      if (stoppedAtNewerSchema(error)) throw new SchemaChanged(error.message, error.facts, error);
      if (!stoppedAtNewFields(error)) throw error;
      await evolveSources(this.#sources.reads, inputs, "Stopped", this.#world, error);
      return await engine.write(await this.#writeRequest(record, readThrough(inputs)), signal);
    }
  }

  async #writeRequest(record: BatchRecord, inputs: Inputs): Promise<WriteRequest> {
    const plan = this.#query.rewritten(record);
    if (this.#states === undefined) await this.#currentStates();
    this.#late = plan.late.map((one) => one.state);
    return {
      ...(await this.#query.request(record, plan, inputs, this.#world.engine.tables)),
      observations: [...this.#watermark.observations(plan), ...plan.late.map((one) => ({ plan: one.plan }))],
      session: record.session,
      transaction: { appId: this.#checkpoint.appId, version: record.batch },
      ...(this.#planned === undefined ? {} : { after: this.#planned }),
      operation: "STREAMING UPDATE",
      operationParameters: {
        outputMode: this.#query.changes === undefined ? MODE_NAMES[this.#query.mode] : MODE_NAMES.update,
        queryId: this.#checkpoint.id,
        epochId: String(record.batch),
        updateId: this.#world.updateId,
      },
    };
  }

  async #inputRows(record: BatchRecord, inputs: Inputs, outcome: WriteOutcome): Promise<readonly number[]> {
    const written = outcome.kind === "Committed" && keepsEachRow(this.#flow.plan) ? outcome.rows : undefined;
    return await Promise.all(
      this.#sources.reads.map(
        ([scan]) =>
          written ?? countRows(this.#flow.plan, scan, readThrough(inputs), record.session, this.#world.engine),
      ),
    );
  }

  async #settle(record: BatchRecord, outcome: WriteOutcome): Promise<void> {
    await this.#watermark.settle(outcome, this.#world.engine.tables, this.#query.target.location);
    const isReplay = this.#next !== undefined;
    this.#committed = record.batch;
    this.#last = record;
    this.#next = undefined;
    this.#states = undefined;
    await Promise.all([this.#checkpoint.settle(record.batch), this.#sources.settle(record)]);
    if (isReplay) this.#next = await this.#checkpoint.read(record.batch + 1);
    else if (isCompactionDue(record.batch)) await this.#compact(record);
  }

  /** Only when no batch is planned: the next one reads the states as they are then. */
  async #compact(record: BatchRecord): Promise<void> {
    const { engine } = this.#world;
    await Promise.all(this.#query.compactions(record).map((one) => compactFiles(engine, one)));
  }

  #checked(record: BatchRecord | undefined): BatchRecord | undefined {
    if (record === undefined || this.#sources.fit(record)) return record;
    throw this.#broken(
      "STREAMING_SOURCES_CHANGED",
      `The streaming sources of flow "${this.#flow.name}" are not those that its checkpoint was made for`,
    );
  }

  #broken(condition: string, what: string): EngineError {
    const usual = `Run a full refresh of "${this.#query.target.name}" to begin again from the sources.`;
    const next = this.#world.startOver ?? usual;
    const file = `${this.#world.store.root}/${this.#checkpoint.folder}`;
    return new EngineError(`${what}. ${next}`, { condition, domain: "user", retry: "never", file });
  }
}

const MODE_NAMES = { append: "Append", complete: "Complete", update: "Update" } as const;
