import { mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventType } from "../src/event-log/event-details.ts";
import type { PipelineEvent } from "../src/event-log/pipeline-event.ts";
import type { FlowRead } from "../src/graph/dataflow-graph.ts";
import { pipelineSettings } from "../src/graph/pipeline-settings.ts";
import { runUpdate } from "../src/update/run-update.ts";
import type { UpdateInput, UpdateResult, UpdateWorld } from "../src/update/update-input.ts";
import { MemoryEngine } from "./memory-engine.ts";
import { MemoryStore } from "./memory-store.ts";
import { graphOf, readFiles, type TableSketch } from "./sample-graph.ts";

export const STORAGE = "/pipeline";

type Finished = Extract<UpdateResult, { kind: "Finished" }>;

/** A pipeline over JSON files in a temporary folder, with tables and checkpoints in memory. */
export class TestPipeline {
  readonly folder: string = mkdtempSync(join(tmpdir(), "sluice-update-"));
  engine: MemoryEngine = new MemoryEngine();
  store: MemoryStore = new MemoryStore(STORAGE);
  events: PipelineEvent[] = [];
  settings = pipelineSettings({ name: "demo", storage: STORAGE, projectDir: "/project" });
  #files = 0;

  /** Adds a file with one row for each id, newer than the files before. */
  addFile(...ids: readonly (number | null)[]): void {
    const path = join(this.folder, `${String(this.#files).padStart(5, "0")}.json`);
    writeFileSync(path, ids.map((id) => JSON.stringify({ id })).join("\n"));
    utimesSync(path, 1_000_000 + this.#files, 1_000_000 + this.#files);
    this.#files++;
  }

  readFiles(maxFilesPerTrigger?: number, streaming = true): FlowRead {
    return readFiles(this.folder, maxFilesPerTrigger, streaming);
  }

  /** The ids in a table, in the order of their commits. */
  ids(table: string): readonly unknown[] {
    const stored = this.engine.contents.get(`${STORAGE}/tables/default/${table}`);
    if (stored === undefined) throw new Error(`no table ${table}`);
    return stored.rowsAt(stored.version).map((row) => row["id"]);
  }

  /** The version of a table. */
  version(table: string): number | undefined {
    return this.engine.contents.get(`${STORAGE}/tables/default/${table}`)?.version;
  }

  async update(
    tables: Readonly<Record<string, TableSketch>>,
    input: Partial<UpdateInput> = {},
    world: Partial<UpdateWorld> = {},
  ): Promise<Finished> {
    this.events = [];
    const graph = graphOf(STORAGE, tables);
    const { engine, store, settings } = this;
    const onEvent = (event: PipelineEvent) => this.events.push(event);
    const result = await runUpdate(
      { graph, settings, ...input },
      { engine, store, onEvent, onEventLogTrouble: () => {}, ...world },
    );
    if (result.kind !== "Finished") throw new Error("the pipeline is busy");
    return result;
  }

  statuses(result: Finished): Readonly<Record<string, string>> {
    return Object.fromEntries(result.flows.map((flow) => [flow.flow.replace("default.", ""), flow.status]));
  }

  eventsOf<Type extends EventType>(type: Type): readonly Extract<PipelineEvent, { eventType: Type }>[] {
    const isOfType = (event: PipelineEvent): event is Extract<PipelineEvent, { eventType: Type }> =>
      event.eventType === type;
    return this.events.filter(isOfType);
  }
}
