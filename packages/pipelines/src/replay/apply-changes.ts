import type { Plan, StructType } from "@sluice/query";
import { commonSpec } from "../cdc/change-columns.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { ChangeTarget } from "../streaming/change-target.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { tableTarget } from "../streaming/table-write.ts";
import { changeQueries } from "./change-query.ts";
import { committed, inputsOf, type Replayed } from "./replayer.ts";
import type { Feeding, RowFeeder } from "./row-feeder.ts";

/** Applies quarantined changes to their table as if they came now, however late: taking a change twice changes nothing. */
export class ChangeApplier implements RowFeeder {
  /** Changes are remembered before the table has them. */
  readonly leavesTraces = true;
  readonly #dataset: Dataset;
  readonly #flows: readonly ResolvedFlow[];
  readonly #settings: PipelineSettings;
  readonly #world: FlowWorld;

  /** `flows` are those of changes into the dataset, at least one. */
  constructor(dataset: Dataset, flows: readonly ResolvedFlow[], settings: PipelineSettings, world: FlowWorld) {
    this.#dataset = dataset;
    this.#flows = flows;
    this.#settings = settings;
    this.#world = world;
  }

  counts(quarantine: StructType, where: string | undefined): Plan {
    return changeQueries(this.#dataset, this.#flows, quarantine, where, this.#settings).counts;
  }

  async feed(feeding: Feeding): Promise<Pick<Replayed, "version">> {
    const { quarantine, where, session, aside, commit } = feeding;
    const { engine, store, signal } = this.#world;
    const queries = changeQueries(this.#dataset, this.#flows, quarantine.schema, where, this.#settings);
    const inputs = inputsOf(queries.staying, quarantine);
    const { operation, operationParameters } = commit;
    await engine.write(
      {
        ...{ target: aside, mode: "overwrite", plan: queries.staying, inputs, session },
        ...{ states: [], operation, operationParameters },
      },
      signal,
    );
    const spec = commonSpec(this.#flows);
    const changes = { plan: queries.changes, inputs: inputsOf(queries.changes, quarantine), states: [] };
    const request = await new ChangeTarget(spec, this.#dataset, store.root).request(changes, session, engine.tables);
    const target = tableTarget(this.#dataset);
    const outcome = await engine.write({ target, ...request, session, ...commit }, signal);
    return { version: committed(outcome).version };
  }
}
