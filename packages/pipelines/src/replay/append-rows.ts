import type { Plan, StructType } from "@sluice/query";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { tableTarget } from "../streaming/table-write.ts";
import { quarantineQueries } from "./quarantine-query.ts";
import { committed, inputsOf, type Replayed } from "./replayer.ts";
import type { Feeding, RowFeeder } from "./row-feeder.ts";

/** Appends quarantined rows to their table. What does not pass is put aside by the same evaluation. */
export class RowAppender implements RowFeeder {
  readonly leavesTraces = false;
  readonly #dataset: Dataset;
  readonly #settings: PipelineSettings;
  readonly #world: FlowWorld;

  constructor(dataset: Dataset, settings: PipelineSettings, world: FlowWorld) {
    this.#dataset = dataset;
    this.#settings = settings;
    this.#world = world;
  }

  counts(quarantine: StructType, where: string | undefined): Plan {
    return quarantineQueries(this.#dataset, quarantine, where, this.#settings).counts;
  }

  async feed({ quarantine, where, session, aside, commit }: Feeding): Promise<Pick<Replayed, "version">> {
    const { checked } = quarantineQueries(this.#dataset, quarantine.schema, where, this.#settings);
    const outcome = await this.#world.engine.write(
      {
        ...{ target: tableTarget(this.#dataset), mode: "append", plan: checked, inputs: inputsOf(checked, quarantine) },
        ...{ session, states: [] },
        ...(checked.kind === "Expect" ? { quarantine: aside } : {}),
        ...commit,
      },
      this.#world.signal,
    );
    return { version: committed(outcome).version };
  }
}
