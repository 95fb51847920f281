import { type ChangeSpec, commonSpec } from "../cdc/change-columns.ts";
import { RestatedPlans } from "../cdc/restated-plans.ts";
import {
  KEYS,
  REMEMBERED,
  type RestateCondition,
  type RestatedChange,
  type RestatedRows,
  type RestatedSet,
  type RestatedTables,
  STAGED,
  STORED,
} from "../cdc/restated-tables.ts";
import { tombstoneSeconds } from "../cdc/tombstones.ts";
import type { InputSlice, Inputs, Session, TableDescription } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { changeStateTarget } from "../streaming/change-target.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { tableTarget } from "../streaming/table-write.ts";
import { restateCondition } from "./restate-condition.ts";
import { restatedTables, type WorkTables, workTables } from "./restate-tables.ts";
import type { RunStaging } from "./stage-changes.ts";

/** A table of changes that is restated, and the world that this acts on. */
export interface RestateScope {
  readonly dataset: Dataset;
  /** All flows of changes into the table. */
  readonly flows: readonly ResolvedFlow[];
  readonly settings: PipelineSettings;
  readonly world: FlowWorld;
  /** Where the changes read again are kept; emptied by whoever opened it. */
  readonly workStore: FileStore;
  readonly runStaging: RunStaging;
}

/** What the parts of a restatement share: its tables, and the plans over them. */
export class Restatement {
  readonly scope: RestateScope;
  readonly spec: ChangeSpec;
  readonly tables: WorkTables;
  readonly plans: RestatedPlans;
  readonly session: Session;
  readonly #columns: RestatedTables;

  constructor(scope: RestateScope, session: Session = scope.world.session()) {
    const { dataset, flows, workStore } = scope;
    this.scope = scope;
    this.spec = commonSpec(flows);
    this.session = session;
    this.#columns = restatedTables(dataset, flows, this.spec);
    this.tables = workTables(workStore.root, dataset, this.#columns);
    const context = { ...session, tombstoneSeconds: tombstoneSeconds(tableTarget(dataset).properties) };
    this.plans = new RestatedPlans(this.spec, this.#columns, context);
  }

  /** @throws QueryError for a condition that is wrong */
  condition(where: string): RestateCondition {
    const { dataset, settings } = this.scope;
    return restateCondition(where, this.spec, dataset.schema, settings);
  }

  /** The tables that plans read, as they are now. @throws Error for one that is not there */
  async inputs({ reads }: Pick<RestatedRows | RestatedChange, "reads">): Promise<Inputs> {
    const locations: Readonly<Record<string, string>> = {
      [STAGED]: this.tables.staged.location,
      [KEYS]: this.tables.keys.location,
      [STORED]: tableTarget(this.scope.dataset).location,
      [REMEMBERED]: changeStateTarget(this.scope.dataset, this.scope.world.store.root)?.location ?? "",
    };
    const entries = reads.map(async ({ scan, table }): Promise<[number, InputSlice]> => {
      const { location, version } = await this.describe(locations[table] ?? table);
      return [scan, { kind: "TableVersion", location, version }];
    });
    return new Map(await Promise.all(entries));
  }

  /** How many rows sets have, in their order. */
  async count(...sets: readonly RestatedSet[]): Promise<readonly number[]> {
    const counts = this.plans.counts(...sets);
    const { rows } = await this.scope.world.engine.query(counts.plan, await this.inputs(counts), this.session);
    return (rows[0] ?? []).map(Number);
  }

  async describe(location: string): Promise<TableDescription> {
    const found = await this.scope.world.engine.tables.describe(location);
    if (found === undefined) throw new Error(`${location} cannot be found`);
    return found;
  }
}
