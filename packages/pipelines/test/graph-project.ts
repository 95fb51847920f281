import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOUBLE, field, LONG, STRING, type StructType, struct, TIMESTAMP } from "@sluice/query";
import { collectDeclarations } from "../src/declaration/registry.ts";
import type { GraphWorld } from "../src/graph/graph-world.ts";
import { pipelineSettings } from "../src/graph/pipeline-settings.ts";
import { type Resolution, resolveGraph } from "../src/graph/resolve-graph.ts";
import { MemoryStore } from "./memory-store.ts";

/** The columns that all files seem to have. */
export const ORDERS: StructType = struct([
  field("id", LONG),
  field("customer_id", STRING),
  field("amount", DOUBLE),
  field("at", TIMESTAMP),
]);

/** What a test says of the world: tables by path below the storage, stored small files by folder. */
export interface WorldChanges {
  readonly tables?: Readonly<Record<string, StructType>>;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly fullRefresh?: "all" | readonly string[];
  readonly catalog?: string;
  readonly stores?: Map<string, MemoryStore>;
}

/** A folder with one file in `orders/`, and pipelines in it. `close` removes it. */
export class GraphProject {
  readonly folder: string = mkdtempSync(join(tmpdir(), "graph-"));
  readonly storage: string = join(this.folder, "storage");

  constructor() {
    mkdirSync(join(this.folder, "orders"));
    writeFileSync(join(this.folder, "orders", "1.json"), "{}");
  }

  world(changes: WorldChanges = {}): GraphWorld {
    const stores = changes.stores ?? new Map<string, MemoryStore>();
    const { catalog, configuration, fullRefresh, tables } = changes;
    return {
      settings: pipelineSettings({
        name: "test",
        storage: this.storage,
        projectDir: this.folder,
        ...(catalog === undefined ? {} : { catalog }),
        ...(configuration === undefined ? {} : { configuration }),
      }),
      openStore: (root) => {
        const store = stores.get(root) ?? new MemoryStore(root);
        stores.set(root, store);
        return store;
      },
      ...(fullRefresh === undefined ? {} : { fullRefresh }),
      engine: this.#engine(tables ?? {}),
    };
  }

  /** Resolves what `declare` declares. */
  async resolve(declare: () => void, changes: WorldChanges = {}): Promise<Resolution> {
    const world = this.world(changes);
    const { configuration } = world.settings;
    return resolveGraph(await collectDeclarations(async () => declare(), { configuration }), world);
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  #engine(tables: Readonly<Record<string, StructType>>): GraphWorld["engine"] {
    const facts = {
      ...{ id: "1", version: 3, partitionBy: [], clusterBy: [], properties: {}, files: 1, sizeBytes: 1, modifiedAt: 0 },
      protocol: { reader: 1, writer: 2, features: [] },
    };
    return {
      check: () => [],
      inferSchema: async () => ORDERS,
      tables: {
        describe: async (location) => {
          const schema = tables[location.replace(`${this.storage}/`, "")];
          return schema && { ...facts, location, schema };
        },
        files: async () => [],
        versionAt: async () => 2,
        transactionVersion: async () => undefined,
        tail: async () => ({ kind: "Appends", through: 3, files: [] }),
        changes: async () => [],
        propertyProblems: () => [],
        ensure: async () => undefined,
        history: async () => [],
        clear: async () => undefined,
      },
    };
  }
}
