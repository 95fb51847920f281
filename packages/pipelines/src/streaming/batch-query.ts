import type { Plan, WatermarkPlan } from "@sluice/query";
import { type Compaction, isManaged } from "../engine/compact-files.ts";
import type { InputSlice, Inputs, StateWrite, Tables, TableTarget, WriteRequest } from "../engine/engine.ts";
import { withRules } from "../expectation/with-rules.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { hasOutbox } from "../graph/sink-rules.ts";
import { type OutputMode, type StateOperator, UNTIL } from "../stateful/operator.ts";
import { outputMode } from "../stateful/output-mode.ts";
import { pushFilters } from "../stateful/push-filters.ts";
import { rewriteStateful, type StatefulPlan } from "../stateful/stateful-plan.ts";
import { watermarkNodes } from "../stateful/watermark.ts";
import type { BatchRecord } from "./batch-record.ts";
import { ChangeTarget } from "./change-target.ts";
import { stateTarget } from "./flow-state.ts";
import { freeNumbers } from "./free-number.ts";
import { writeTargets } from "./table-write.ts";

/** The flow whose query is run, and where its target and states are. */
export interface BatchQueryFacts {
  readonly flow: ResolvedFlow;
  readonly dataset: Dataset;
  /** Absolute path or URL. */
  readonly storage: string;
  /** Of the states, absolute. */
  readonly stateFolder: string;
  readonly nullIsViolation: boolean;
}

/** The part of a write that the query decides. */
export type QueryRequest = Pick<
  WriteRequest,
  "target" | "quarantine" | "violations" | "plan" | "states" | "mode" | "inputs" | "merge" | "shared" | "keepsOrder"
>;

/** The query of a flow as micro-batches run it: plain algebra over new rows and the tables of its states. */
export class BatchQuery {
  readonly mode: OutputMode;
  /** The tables of the states, in the order of a record's versions. */
  readonly states: readonly TableTarget[];
  /** The watermarks of its streams, in the order of what a batch learns of them. */
  readonly watermarks: readonly WatermarkPlan[];
  /** Whether the watermark alone, without new rows, makes rows come out or go out of the states. */
  readonly isTimed: boolean;
  /** Where the rows are changes: what they are merged into. */
  readonly changes: ChangeTarget | undefined;
  readonly #facts: BatchQueryFacts;
  readonly #plan: Plan;
  readonly #free: { readonly scan: number; readonly attribute: number };
  readonly #targets: Pick<WriteRequest, "target" | "quarantine" | "violations">;

  constructor(facts: BatchQueryFacts) {
    this.#facts = facts;
    this.mode = facts.dataset.declaration.sink?.outputMode ?? outputMode(facts.flow.plan);
    this.#plan = pushFilters(facts.flow.plan);
    this.watermarks = watermarkNodes(this.#plan);
    this.#free = freeNumbers(facts.flow.plan);
    this.changes = ChangeTarget.of(facts.flow, facts.dataset, facts.storage);
    this.#targets = writeTargets(facts.dataset, facts.flow, facts.storage);
    const { states } = this.rewritten({ batch: 0 });
    this.states = states.map((state) => stateTarget(state, facts.stateFolder, facts.flow.name));
    this.isTimed = this.mode !== "complete" && states.some((one) => one.expired !== undefined || one.replaces);
  }

  get target(): TableTarget {
    return this.#targets.target;
  }

  /** The query over the new rows of a batch and states, as of its watermark. */
  rewritten({ batch, watermark = { late: 0, current: 0 } }: Pick<BatchRecord, "batch" | "watermark">): StatefulPlan {
    return rewriteStateful(this.#plan, this.#free, {
      batch,
      mode: this.mode,
      watermark: watermark.current,
      lateWatermark: watermark.late,
    });
  }

  /** What a batch writes. `inputs` are those of the sources. Where it is a merge, nobody else may write the target until that is done. */
  async request(record: BatchRecord, rewritten: StatefulPlan, inputs: Inputs, tables: Tables): Promise<QueryRequest> {
    const { flow, dataset, nullIsViolation } = this.#facts;
    const own = {
      ...this.#targets,
      mode: this.mode === "complete" ? "overwrite" : "append",
      ...(hasOutbox(dataset.declaration) ? { keepsOrder: true } : {}),
      plan: withRules(rewritten.plan, dataset.displayName, flow.rules, nullIsViolation),
      inputs: new Map([...inputs, ...rewritten.states.map((state, i) => this.#stateInput(state, i, record))]),
      states: rewritten.states.map((state, i) => this.#stateWrite(state, i, record)),
    } as const;
    const merged = await this.changes?.request(own, record.session, tables);
    return { ...own, ...merged };
  }

  /** How the tables that a batch added to can be brought into fewer files once it is committed. */
  compactions(record: BatchRecord): readonly Compaction[] {
    const { session } = record;
    const { states } = this.rewritten(record);
    const ofStates = [
      ...(this.changes?.compactions(session) ?? []),
      ...states.flatMap((state, i) =>
        state.replaces ? [] : [{ target: this.#stateAt(i), plan: state.compact, session, forgets: true }],
      ),
    ];
    const { dataset } = this.#facts;
    if (dataset.declaration.sink !== undefined || !isManaged(this.target)) return ofStates;
    return [...ofStates, { target: this.target, session, forgets: false }];
  }

  #stateInput({ scan }: StateOperator, i: number, record: BatchRecord): [number, InputSlice] {
    return [scan, { kind: "TableVersion", location: this.#stateAt(i).location, version: record.states[i] ?? 0 }];
  }

  #stateWrite(state: StateOperator, i: number, record: BatchRecord): StateWrite {
    return {
      target: this.#stateAt(i),
      plan: state.next,
      mode: state.replaces ? "replace" : "append",
      version: record.states[i] ?? 0,
      ...(state.expired === undefined ? {} : { expired: { column: UNTIL, through: state.expired } }),
    };
  }

  #stateAt(i: number): TableTarget {
    const state = this.states[i];
    if (state === undefined) throw new Error(`Flow "${this.#facts.flow.name}" has no state ${i}`);
    return state;
  }
}
