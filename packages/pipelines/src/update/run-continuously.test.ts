import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../test/manual-clock.ts";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { readTable, scan, type TableSketch } from "../../test/sample-graph.ts";
import { STORAGE, TestPipeline } from "../../test/test-pipeline.ts";
import { EngineError } from "../engine/engine-error.ts";
import { pipelineSettings } from "../graph/pipeline-settings.ts";
import { STOP_GRACE_MS } from "./graceful-stop.ts";
import type { FinishedUpdate, UpdateWorld } from "./update-input.ts";

let pipeline: TestPipeline;
let clock: ManualClock;
let stop: AbortController;
let result: Promise<FinishedUpdate>;

beforeEach(() => {
  pipeline = new TestPipeline();
  clock = new ManualClock();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await result;
});

const bronze = (maxFiles?: number): TableSketch => ({
  flows: [{ plan: scan(1, true), reads: { 1: pipeline.readFiles(maxFiles) } }],
});
const silver = (): TableSketch => ({
  flows: [{ plan: scan(2, true), reads: { 2: readTable(STORAGE, "bronze", true) } }],
});
const gold = (): TableSketch => ({
  kind: "MaterializedView",
  flows: [{ plan: scan(3, false), reads: { 3: readTable(STORAGE, "silver", false) } }],
});
const medallion = (maxFiles?: number) => ({ bronze: bronze(maxFiles), silver: silver(), gold: gold() });

/** Starts a continuous update of `tables`; `world` may be worse than the usual one. */
function start(
  tables: Readonly<Record<string, TableSketch>>,
  world: Partial<UpdateWorld> = {},
  given: { readonly development?: boolean; readonly configuration?: Readonly<Record<string, string>> } = {},
): void {
  const settings = pipelineSettings({
    ...{ name: "demo", storage: STORAGE, projectDir: "/project", continuous: true },
    ...given,
  });
  result = pipeline.update(tables, { settings }, { clock, signal: stop.signal, ...world });
}

async function ended(): Promise<FinishedUpdate> {
  stop.abort();
  return await result;
}

const states = (): readonly string[] => pipeline.eventsOf("update_progress").map((event) => event.details.state);
const causes = (): readonly string[] => pipeline.eventsOf("create_update").map((event) => event.details.cause);

describe("a continuous update", () => {
  test("takes in a file within the interval, through all streams at once, and a view when its own interval lets it [F89] [F90]", async () => {
    pipeline.addFile(1);
    start(medallion());
    await clock.asleep(3);
    expect(pipeline.ids("gold")).toEqual([1]);
    pipeline.addFile(2);
    clock.advance(4999);
    await clock.asleep(3);
    expect(pipeline.ids("bronze")).toEqual([1]);
    clock.advance(1);
    await clock.asleep(3);
    expect(pipeline.ids("bronze")).toEqual([1, 2]);
    clock.advance(5000);
    await clock.asleep(3);
    expect([pipeline.ids("silver"), pipeline.ids("gold")]).toEqual([[1, 2], [1]]);
    clock.advance(50_000);
    await clock.asleep(3);
    expect(pipeline.ids("gold")).toEqual([1, 2]);
    clock.advance(100_000);
    await clock.asleep(3);
    pipeline.addFile(3);
    clock.advance(5000);
    await clock.asleep(3);
    expect(pipeline.ids("gold")).toEqual([1, 2, 3]);
    expect(await ended()).toMatchObject({ state: "CANCELED" });
  });

  test("says IDLE once and tells nothing more while nothing is to do; views are left alone [F89]", async () => {
    pipeline.addFile(1);
    start(medallion());
    await clock.asleep(3);
    clock.advance(60_000);
    await clock.asleep(3);
    const [told, version] = [pipeline.events.length, pipeline.version("gold")];
    expect(pipeline.eventsOf("flow_progress").filter((event) => event.details.status === "IDLE")).toHaveLength(3);
    for (let i = 0; i < 20; i++) {
      clock.advance(60_000);
      await clock.asleep(3);
    }
    expect(pipeline.events.slice(told).map((event) => event.message)).toEqual([]);
    expect(pipeline.version("gold")).toBe(version);
  });

  test("runs one micro-batch a trigger while a source has more", async () => {
    for (let i = 0; i < 5; i++) pipeline.addFile(i);
    start({ bronze: bronze(2) });
    for (const [i, ids] of [
      [0, 1],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ].entries()) {
      if (i > 0) clock.advance(5000);
      await clock.asleep(1);
      expect(pipeline.ids("bronze")).toEqual(ids);
    }
  });

  test("ends a batch at work before it stops, with STOPPING and CANCELED [F95]", async () => {
    pipeline.addFile(1);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const engine = new SlowEngine(held);
    start(medallion(), { engine });
    await engine.begun;
    stop.abort();
    await clock.asleep(1);
    expect(states().at(-1)).toBe("STOPPING");
    release();
    const done = await result;
    expect(done.state).toBe("CANCELED");
    expect(states().slice(-3)).toEqual(["RUNNING", "STOPPING", "CANCELED"]);
    expect(engine.contents.get(`${STORAGE}/tables/default/bronze`)?.version).toBe(1);
    expect(new Set(done.flows.map((flow) => flow.status))).toEqual(new Set(["STOPPED"]));
    expect(done.flows[0]).toMatchObject({ rows: 1, commits: 1 });
  });

  test("gives a batch up that takes too long to its commit; the next update does it [F95]", async () => {
    pipeline.addFile(1);
    const engine = new SlowEngine(new Promise(() => {}));
    start({ bronze: bronze() }, { engine });
    await engine.begun;
    stop.abort();
    await clock.asleep(1);
    clock.advance(STOP_GRACE_MS);
    expect(await result).toMatchObject({ state: "CANCELED", flows: [{ status: "STOPPED", commits: 0 }] });
    pipeline.engine = new MemoryEngine(engine.contents);
    await pipeline.update({ bronze: bronze() });
    expect(pipeline.ids("bronze")).toEqual([1]);
  });
});

describe("trouble in a continuous update", () => {
  test("is tried again by the flow, then by a new update without end; other flows go on [F91] [F92]", async () => {
    pipeline.addFile(1);
    const other: TableSketch = { flows: [{ plan: scan(4, true), reads: { 4: pipeline.readFiles() } }] };
    const engine = new FailingEngine("bronze", "backoff");
    start({ bronze: bronze(), other }, { engine });
    await clock.asleep(2);
    for (const pause of [5000, 10_000]) {
      pipeline.addFile(pause);
      clock.advance(pause);
      await clock.asleep(2);
    }
    expect(pipeline.eventsOf("flow_progress").filter((event) => event.details.status === "FAILED")).toHaveLength(1);
    expect(engine.ids("other")).toEqual([1, 5000, 10_000]);
    expect(causes()).toEqual(["USER_ACTION"]);
    clock.advance(5000);
    await clock.asleep(2);
    expect(causes()).toEqual(["USER_ACTION", "RETRY_ON_FAILURE"]);
    expect(states().slice(0, 7)).toEqual([...STARTING, "RUNNING", "FAILED"]);
    engine.isBroken = false;
    clock.advance(5000);
    await clock.asleep(2);
    expect(engine.ids("bronze")).toEqual([1, 5000, 10_000]);
    const done = await ended();
    expect(done.flows.map((flow) => flow.rows)).toEqual([3, 3]);
  });

  test("that cannot pass stops its flow alone; when all have stopped, the update is FAILED [F91] [F92]", async () => {
    pipeline.addFile(1);
    const other: TableSketch = { flows: [{ plan: scan(4, true), reads: { 4: pipeline.readFiles() } }] };
    const engine = new FailingEngine("bronze", "never");
    start({ bronze: bronze(), other }, { engine });
    await clock.asleep(1);
    pipeline.addFile(2);
    clock.advance(5000);
    await clock.asleep(1);
    expect(engine.ids("other")).toEqual([1, 2]);
    expect((await ended()).flows.map((flow) => flow.status)).toEqual(["FAILED", "STOPPED"]);
    stop = new AbortController();
    pipeline.addFile(3);
    start({ bronze: bronze() }, { engine });
    expect(await result).toMatchObject({ state: "FAILED", flows: [{ status: "FAILED" }] });
  });

  test("is not tried again in development [F91]", async () => {
    pipeline.addFile(1);
    start({ bronze: bronze() }, { engine: new FailingEngine("bronze", "backoff") }, { development: true });
    expect(await result).toMatchObject({ state: "FAILED" });
    expect(causes()).toEqual(["USER_ACTION"]);
  });

  test("ends after as many updates as are allowed, with longer and longer pauses [F92]", async () => {
    pipeline.addFile(1);
    const configuration = { "pipelines.maxFlowRetryAttempts": "0", "pipelines.numUpdateRetryAttempts": "2" };
    start({ bronze: bronze() }, { engine: new FailingEngine("bronze", "backoff") }, { configuration });
    for (const pause of [5000, 10_000]) {
      await clock.asleep(1);
      clock.advance(pause);
    }
    expect(await result).toMatchObject({ state: "FAILED" });
    expect(causes()).toEqual(["USER_ACTION", "RETRY_ON_FAILURE", "RETRY_ON_FAILURE"]);
  });

  test("can be stopped while it waits for the next update", async () => {
    pipeline.addFile(1);
    const configuration = { "pipelines.maxFlowRetryAttempts": "0" };
    start({ bronze: bronze() }, { engine: new FailingEngine("bronze", "backoff") }, { configuration });
    await clock.asleep(1);
    expect(await ended()).toMatchObject({ state: "CANCELED" });
    expect(causes()).toEqual(["USER_ACTION"]);
  });
});

const STARTING = ["QUEUED", "CREATED", "WAITING_FOR_RESOURCES", "INITIALIZING", "SETTING_UP_TABLES"];

/** Its first write of rows waits for `held`, or is given up. */
class SlowEngine extends MemoryEngine {
  readonly begun: Promise<void>;
  readonly #held: Promise<void>;
  #begin: () => void = () => {};

  constructor(held: Promise<void>) {
    super();
    this.#held = held;
    this.begun = new Promise((resolve) => (this.#begin = resolve));
  }

  override async write(...[request, signal]: Parameters<MemoryEngine["write"]>) {
    if (request.target.name !== "event_log") {
      this.#begin();
      const givenUp = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
      await Promise.race([this.#held, givenUp]);
    }
    return await super.write(request, signal);
  }
}

/** One table cannot be written while it is broken. */
class FailingEngine extends MemoryEngine {
  isBroken = true;
  readonly #table: string;
  readonly #retry: "never" | "backoff";

  constructor(table: string, retry: "never" | "backoff") {
    super();
    this.#table = table;
    this.#retry = retry;
  }

  ids(table: string): readonly unknown[] {
    const stored = this.contents.get(`${STORAGE}/tables/default/${table}`);
    return (stored?.rowsAt(stored.version) ?? []).map((row) => row["id"]);
  }

  override async write(...[request, signal]: Parameters<MemoryEngine["write"]>) {
    if (this.isBroken && request.target.location.endsWith(this.#table)) {
      throw new EngineError("disk is full", { condition: "IO", domain: "external", retry: this.#retry });
    }
    return await super.write(request, signal);
  }
}
