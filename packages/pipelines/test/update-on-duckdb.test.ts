import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { field, LONG, struct } from "@sluice/query";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../../delta/src/index.ts";
import { openDuckDbEngine } from "../../engine-duckdb/src/index.ts";
import type { Engine } from "../src/engine/engine.ts";
import type { FileStore } from "../src/engine/file-store.ts";
import type { DataflowGraph, FlowRead } from "../src/graph/dataflow-graph.ts";
import { pipelineSettings } from "../src/graph/pipeline-settings.ts";
import { runUpdate } from "../src/update/run-update.ts";
import type { UpdateInput } from "../src/update/update-input.ts";
import { call, column, graphOf, literal, readTable, rule, scan } from "./sample-graph.ts";

let engine: Engine;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sluice-duckdb-"));
  engine = await openDuckDbEngine();
});

afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

/** A pipeline of three tables over JSON files in a folder of its own. */
class Demo {
  readonly #input: string;
  readonly storage: string;
  readonly graph: DataflowGraph;

  constructor(name: string, filesPerBatch: number) {
    this.#input = join(root, name, "input");
    this.storage = join(root, name, "storage");
    mkdirSync(this.#input, { recursive: true });
    const input = scan(1, true);
    const bronze = { kind: "Deduplicate", output: input.output, input, keys: [100], withinWatermark: false } as const;
    const gold = scan(3, false);
    this.graph = graphOf(this.storage, {
      bronze: {
        flows: [{ plan: bronze, reads: { 1: this.#files(filesPerBatch) } }],
        rules: [
          rule("positive", "drop", call(">", column(input.output[0]!), literal(0))),
          rule("small", "quarantine", call("<", column(input.output[0]!), literal(100))),
        ],
      },
      silver: { flows: [{ plan: scan(2, true), reads: { 2: readTable(this.storage, "bronze", true) } }] },
      gold: {
        kind: "MaterializedView",
        flows: [{ plan: gold, reads: { 3: readTable(this.storage, "silver", false) } }],
      },
    });
  }

  addFile(name: string, ...ids: readonly number[]): void {
    writeFileSync(join(this.#input, `${name}.json`), ids.map((id) => JSON.stringify({ id })).join("\n"));
  }

  /** Runs an update whose process dies before its `steps`-th change of checkpoints or tables; true when it lived. */
  async update(input: Partial<UpdateInput> = {}, steps = Number.POSITIVE_INFINITY): Promise<boolean> {
    const settings = pipelineSettings({ name: "demo", storage: this.storage, projectDir: root });
    let left = steps;
    const step = () => {
      if (left-- <= 0) throw new Error("dead");
    };
    const store = mortalStore(openStore(this.storage), step);
    const world = { engine: mortalEngine(step), store, onEventLogTrouble: () => {} };
    const result = await runUpdate({ graph: this.graph, settings, ...input }, world).catch(() => undefined);
    return result?.kind === "Finished" && result.state === "COMPLETED";
  }

  /** All ids of a table in order, read through the engine. */
  async ids(table: string): Promise<readonly number[]> {
    const location = `${this.storage}/${table}`;
    const plan = scan(1, false);
    const version = (await engine.tables.describe(location))?.version;
    if (version === undefined) throw new Error(`no table ${location}`);
    const session = { now: 0n, timeZone: "UTC", ansi: false };
    const { rows } = await engine.query(plan, new Map([[1, { kind: "TableVersion", location, version }]]), session);
    return rows.map(([id]) => Number(id)).sort((a, b) => a - b);
  }

  async contents(): Promise<unknown> {
    return await Promise.all(["bronze", "silver", "gold"].map((table) => this.ids(`tables/default/${table}`)));
  }

  #files(maxFilesPerTrigger: number): FlowRead {
    const leaf = { kind: "DataSource", format: "json", paths: [this.#input], options: {}, streaming: true } as const;
    const schema = struct([field("id", LONG)]);
    const source = { format: "json", paths: [this.#input], options: {}, schema, recursive: true, maxFilesPerTrigger };
    return { kind: "Files", source, streaming: true, leaf };
  }
}

function mortalStore(store: FileStore, step: () => void): FileStore {
  const mortal =
    <Args extends readonly unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      step();
      return await act(...args);
    };
  return {
    root: store.root,
    read: (path) => store.read(path),
    list: (folder) => store.list(folder),
    folders: (folder) => store.folders(folder),
    head: (path) => store.head(path),
    putIfAbsent: mortal((path: string, content: Uint8Array) => store.putIfAbsent(path, content)),
    put: mortal((path: string, content: Uint8Array) => store.put(path, content)),
    delete: mortal((path: string) => store.delete(path)),
  };
}

function mortalEngine(step: () => void): Engine {
  return {
    ...engine,
    write: async (request, signal) => {
      step();
      return await engine.write(request, signal);
    },
    tables: {
      propertyProblems: (table, properties) => engine.tables.propertyProblems(table, properties),
      describe: (location, version) => engine.tables.describe(location, version),
      files: (location, version) => engine.tables.files(location, version),
      versionAt: (location, timestamp) => engine.tables.versionAt(location, timestamp),
      transactionVersion: (location, appId) => engine.tables.transactionVersion(location, appId),
      tail: (location, version, through) => engine.tables.tail(location, version, through),
      changes: (location, after, through) => engine.tables.changes(location, after, through),
      history: (location, limit) => engine.tables.history(location, limit),
      ensure: async (target) => {
        step();
        await engine.tables.ensure(target);
      },
      clear: async (location, appIds) => {
        step();
        await engine.tables.clear(location, appIds);
      },
    },
  };
}

describe("on DuckDB and Delta", () => {
  test("rows arrive once, duplicates of earlier batches and bad rows do not [F65] [F75] [F103] [F115]", async () => {
    const demo = new Demo("plain", 1);
    demo.addFile("a", 1, 2, 2, -1);
    demo.addFile("b", 2, 3, 100);
    expect(await demo.update()).toBe(true);
    expect(await demo.contents()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    demo.addFile("c", 3, 4, -1);
    expect(await demo.update()).toBe(true);
    expect(await demo.contents()).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(await demo.ids("tables/default/bronze_quarantine")).toEqual([100]);
    expect(await demo.ids("state/default.bronze/default.bronze/dedupe-0")).toEqual([-1, 1, 2, 3, 4, 100]);
    expect((await engine.tables.describe(`${demo.storage}/system/events`))?.rows).toBeGreaterThan(60);
    expect(await demo.update({ request: { fullRefreshAll: true } })).toBe(true);
    expect(await demo.contents()).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(await demo.ids("tables/default/bronze_quarantine")).toEqual([100]);
  });

  test("a process that dies leaves nothing that the next one does not finish, once [F65] [F83]", async () => {
    for (let steps = 1, died = true; died; steps += 4) {
      const demo = new Demo(`dying-${steps}`, 1);
      demo.addFile("a", 1, 2);
      demo.addFile("b", 2, 3);
      died = !(await demo.update({}, steps));
      demo.addFile("c", 4);
      await demo.update({ request: { fullRefreshAll: true } }, steps);
      expect(await demo.update(), `after dying before step ${steps}`).toBe(true);
      expect(await demo.contents()).toEqual([
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ]);
    }
  });
});
