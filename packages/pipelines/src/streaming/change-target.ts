import { type ChangeSpec, identityOf, needsHistory } from "../cdc/change-columns.ts";
import { STATE, TARGET } from "../cdc/change-parts.ts";
import { changePlans, compactState } from "../cdc/change-plans.ts";
import { tombstoneSeconds } from "../cdc/tombstones.ts";
import type { Compaction } from "../engine/compact-files.ts";
import type { InputSlice, Session, TableDescription, Tables, TableTarget, WriteRequest } from "../engine/engine.ts";
import { OWN_TABLE } from "../engine/own-table.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { isKeptOtherwise, keptOtherwise } from "./change-drift.ts";
import { freeNumbers } from "./free-number.ts";
import { tableTarget } from "./table-write.ts";

/** The part of a write that changes decide: what they do to the table and to what is remembered of them. */
export type ChangeRequest = Pick<WriteRequest, "mode" | "plan" | "merge" | "shared" | "states" | "inputs">;

/** Where what is remembered of the changes of a table is kept: all flows into the table share it. Undefined where nothing has to be remembered. */
export function changeStateTarget({ name, displayName, changes }: Dataset, storage: string): TableTarget | undefined {
  if (changes?.state === undefined) return undefined;
  return {
    location: `${storage}/state/${encodeURIComponent(name)}/@changes`,
    name: `changes of ${displayName}`,
    schema: changes.state,
    partitionBy: [],
    clusterBy: [],
    properties: OWN_TABLE,
    anyNames: true,
  };
}

/** A table that changes of its rows are merged into. */
export class ChangeTarget {
  readonly #spec: ChangeSpec;
  readonly #target: TableTarget;
  readonly #state: TableTarget;

  constructor(spec: ChangeSpec, dataset: Dataset, storage: string) {
    this.#spec = spec;
    this.#target = tableTarget(dataset);
    const state = changeStateTarget(dataset, storage);
    if (state === undefined) throw new Error(`"${dataset.displayName}" has no flows of changes`);
    this.#state = state;
  }

  static of({ changes }: ResolvedFlow, dataset: Dataset, storage: string): ChangeTarget | undefined {
    return changes === undefined ? undefined : new ChangeTarget(changes, dataset, storage);
  }

  /**
   * What a batch of changes writes, from what it would write if they were rows. The table and the state are read as they are now: nobody else may write them until
   * the request has been carried out. The same changes may come again, also when an earlier try has got as far as the state.
   *
   * @throws EngineError AUTOCDC_INVALID_STATE when what is remembered is about other keys or another type of sequence.
   */
  async request(
    { plan: changes, inputs, states }: Pick<WriteRequest, "plan" | "inputs" | "states">,
    session: Session,
    tables: Tables,
  ): Promise<ChangeRequest> {
    const [state, target] = await Promise.all([this.#currentState(tables), this.#currentTable(tables)]);
    const parts = changePlans(this.#spec, changes, this.#target.schema, {
      free: freeNumbers(changes, ...states.map((one) => one.plan)),
      ansi: session.ansi,
      timeZone: session.timeZone,
      tombstoneSeconds: tombstoneSeconds(this.#target.properties),
    });
    const stored = new Map([
      [STATE, state],
      [TARGET, target],
    ]);
    const reads = parts.reads.flatMap(({ scan, table }): [number, InputSlice][] => {
      const at = stored.get(table);
      return at === undefined ? [] : [[scan, { kind: "TableVersion", location: at.location, version: at.version }]];
    });
    return {
      mode: "merge",
      plan: parts.added,
      merge: {
        ...{ version: target.version, removed: parts.removed, identity: identityOf(this.#spec) },
        seldomSame: !needsHistory(this.#spec) || this.#spec.scdType === 2,
      },
      shared: parts.shared,
      states: [...states, { target: this.#state, plan: parts.next, mode: "append", version: state.version }],
      inputs: new Map([...inputs, ...reads]),
    };
  }

  /** How what is remembered is brought into fewer files. */
  compactions(session: Session): readonly Compaction[] {
    const plan = compactState(this.#spec, this.#state.schema, session);
    return [{ target: this.#state, plan, session, forgets: true }];
  }

  async #currentTable(tables: Tables): Promise<TableDescription> {
    const found = await tables.describe(this.#target.location);
    if (found === undefined) throw new Error(`"${this.#target.name}" was set up but cannot be found`);
    return found;
  }

  async #currentState(tables: Tables): Promise<TableDescription> {
    const before = await tables.describe(this.#state.location);
    if (before !== undefined && isKeptOtherwise(this.#spec, before.schema, this.#state.schema)) {
      throw keptOtherwise(this.#target, this.#state.location);
    }
    await tables.ensure(this.#state);
    const found = await tables.describe(this.#state.location);
    if (found === undefined) throw new Error(`${this.#state.location} was created but cannot be found`);
    return found;
  }
}
