import type { Engine } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { Connectors } from "../source/connector.ts";
import type { GraphMemory } from "./graph-memory.ts";
import type { PipelineSettings } from "./pipeline-settings.ts";

/** What resolving a graph may ask. Nothing is written. */
export interface GraphWorld {
  readonly engine: Pick<Engine, "tables" | "inferSchema" | "check">;
  readonly settings: PipelineSettings;
  /** Opens the small files below an absolute folder; for stored schemas. */
  readonly openStore: (root: string) => FileStore;
  /** Sources that other packages bring. */
  readonly connectors?: Connectors;
  /** Where tables outside of the pipeline lie, by their names; absent: below the storage. */
  readonly locateTable?: (name: readonly string[]) => Promise<string>;
  /** What was understood the last time; absent: everything is understood anew. */
  readonly memory?: GraphMemory;
  /** Datasets about to be emptied and read anew, by name: what is stored of them does not bind. */
  readonly fullRefresh?: "all" | readonly string[];
}
