import type { TableDescription, TableTarget } from "../engine/engine.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { tableTarget } from "../streaming/table-write.ts";
import { committed, inputsOf, type Replayed, type Replayer } from "./replayer.ts";
import type { RescuedColumns } from "./rescued-columns.ts";
import { type RescuedQueries, rescuedQueries } from "./rescued-query.ts";

/**
 * Puts fields that were rescued into the columns that the table has now, in one commit: the files of the table are rewritten without a change of data, and the
 * rows that were set right are new data. So whoever streams from the table sees exactly these, once, and a crash leaves all or nothing.
 */
export class RescuedReplayer implements Replayer {
  readonly #dataset: Dataset;
  readonly #columns: RescuedColumns;
  readonly #settings: PipelineSettings;
  readonly #world: FlowWorld;
  readonly #appId: string;
  readonly #target: TableTarget;

  constructor(dataset: Dataset, columns: RescuedColumns, settings: PipelineSettings, world: FlowWorld) {
    this.#dataset = dataset;
    this.#columns = columns;
    this.#settings = settings;
    this.#world = world;
    this.#appId = `${settings.id}/replay-rescued/${dataset.name}`;
    this.#target = tableTarget(dataset);
  }

  async count(where: string | undefined): Promise<Replayed> {
    const table = await this.#table();
    return table === undefined ? { examined: 0, replayed: 0 } : this.#counted(table, this.#queries(table, where));
  }

  /** One commit leaves nothing half-way. */
  async finishEarlier(): Promise<boolean> {
    return false;
  }

  async replay(where: string | undefined): Promise<Replayed> {
    const { engine, signal, updateId } = this.#world;
    const table = await this.#table();
    if (table === undefined) return { examined: 0, replayed: 0 };
    const queries = this.#queries(table, where);
    const counted = await this.#counted(table, queries);
    if (counted.replayed === 0) return counted;
    const { location } = this.#target;
    const outcome = await engine.write(
      {
        target: this.#target,
        mode: "append",
        plan: queries.corrected,
        kept: { version: table.version, plan: queries.kept },
        inputs: new Map([...inputsOf(queries.corrected, table), ...inputsOf(queries.kept, table)]),
        session: this.#world.session(),
        transaction: {
          appId: this.#appId,
          version: ((await engine.tables.transactionVersion(location, this.#appId)) ?? 0) + 1,
        },
        states: [],
        operation: "REPLAY",
        operationParameters: { source: "rescued", where: where ?? "", updateId },
      },
      signal,
    );
    const { rows, version } = committed(outcome);
    return { examined: counted.examined, replayed: rows, version };
  }

  #table(): Promise<TableDescription | undefined> {
    return this.#world.engine.tables.describe(this.#target.location);
  }

  #queries(table: TableDescription, where: string | undefined): RescuedQueries {
    return rescuedQueries(this.#dataset, this.#columns, table.schema, where, this.#settings);
  }

  async #counted(table: TableDescription, { counts }: RescuedQueries): Promise<Replayed> {
    const { rows } = await this.#world.engine.query(counts, inputsOf(counts, table), this.#world.session());
    return { examined: Number(rows[0]?.[0] ?? 0), replayed: Number(rows[0]?.[1] ?? 0) };
  }
}
