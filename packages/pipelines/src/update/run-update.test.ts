import { beforeEach, describe, expect, test } from "vitest";
import { call, column, graphOf, literal, readTable, rule, scan, type TableSketch } from "../../test/sample-graph.ts";
import { STORAGE, TestPipeline } from "../../test/test-pipeline.ts";
import { EngineError } from "../engine/engine-error.ts";
import { pipelineSettings } from "../graph/pipeline-settings.ts";
import { explainPlan } from "../planner/explain-plan.ts";
import { planNextUpdate } from "./plan-next-update.ts";

let pipeline: TestPipeline;

beforeEach(() => {
  pipeline = new TestPipeline();
});

const bronze = (): TableSketch => ({ flows: [{ plan: scan(1, true), reads: { 1: pipeline.readFiles(2) } }] });
const silver = (): TableSketch => ({
  flows: [{ plan: scan(2, true), reads: { 2: readTable(STORAGE, "bronze", true) } }],
});
const gold = (): TableSketch => ({
  kind: "MaterializedView",
  flows: [{ plan: scan(3, false), reads: { 3: readTable(STORAGE, "silver", false) } }],
});
const medallion = () => ({ bronze: bronze(), silver: silver(), gold: gold() });

describe("an update", () => {
  test("fills tables in the order of their reads, and takes only what is new the next time [F63] [F88] [F97]", async () => {
    pipeline.addFile(1, 2);
    pipeline.addFile(3);
    pipeline.addFile(4);
    const first = await pipeline.update(medallion());
    expect(first.error).toBeUndefined();
    expect(pipeline.statuses(first)).toEqual({ bronze: "COMPLETED", silver: "COMPLETED", gold: "COMPLETED" });
    expect(pipeline.ids("gold")).toEqual([1, 2, 3, 4]);
    expect(first.flows.map((flow) => flow.commits)).toEqual([2, 1, 1]);
    const second = await pipeline.update(medallion());
    expect(second.flows.map((flow) => flow.commits)).toEqual([0, 0, 0]);
    pipeline.addFile(5);
    const third = await pipeline.update(medallion());
    expect(third.flows.map((flow) => [flow.rows, flow.commits])).toEqual([
      [1, 1],
      [1, 1],
      [5, 1],
    ]);
    expect(pipeline.ids("gold")).toEqual([1, 2, 3, 4, 5]);
  });

  test("tells what happens in order [8.7]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    const lines = pipeline.events.map((event) => {
      const status =
        "status" in event.details ? event.details.status : "state" in event.details ? event.details.state : "";
      return [event.eventType, event.origin.flow_name?.replace("main.default.", ""), status].filter(Boolean).join(" ");
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "user_action",
        "create_update",
        "update_progress QUEUED",
        "update_progress CREATED",
        "update_progress WAITING_FOR_RESOURCES",
        "update_progress INITIALIZING",
        "runtime_details",
        "dataset_definition",
        "dataset_definition",
        "dataset_definition",
        "flow_definition bronze",
        "flow_definition silver",
        "flow_definition gold",
        "update_progress SETTING_UP_TABLES",
        "update_progress RUNNING",
        "flow_progress bronze QUEUED",
        "flow_progress silver QUEUED",
        "flow_progress gold QUEUED",
        "flow_progress bronze STARTING",
        "flow_progress bronze RUNNING",
        "operation_progress bronze COMPLETED",
        "flow_progress bronze RUNNING",
        "stream_progress bronze",
        "flow_progress bronze COMPLETED",
        "flow_progress silver STARTING",
        "flow_progress silver RUNNING",
        "flow_progress silver RUNNING",
        "stream_progress silver",
        "flow_progress silver COMPLETED",
        "flow_progress gold STARTING",
        "flow_progress gold RUNNING",
        "planning_information gold",
        "flow_progress gold COMPLETED",
        "update_progress COMPLETED",
      ]
    `);
    const seen = pipeline.events.map((event) => event.sequence.data_plane_id.seq_no);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(pipeline.events.map((event) => event.id)).size).toBe(pipeline.events.length);
  });

  test("computes a materialized view only when something it follows from has changed [F66] [F68]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    const version = pipeline.version("gold");
    await pipeline.update(medallion());
    expect(pipeline.version("gold")).toBe(version);
    const chosen = pipeline
      .eventsOf("planning_information")
      .flatMap((event) =>
        event.details.technique_information.filter((one) => one.is_chosen).map((one) => one.maintenance_type),
      );
    expect(chosen).toEqual(["MAINTENANCE_TYPE_NO_OP"]);
    pipeline.engine.contents.get(`${STORAGE}/tables/default/silver`)?.clear([]);
    await pipeline.update({ gold: gold() });
    expect(pipeline.ids("gold")).toEqual([]);
  });

  test("computes a materialized view anew when its definition changes", async () => {
    pipeline.addFile(1, 2);
    await pipeline.update(medallion());
    const plan = scan(3, false);
    const changed: TableSketch = {
      kind: "MaterializedView",
      flows: [
        {
          plan: {
            kind: "Filter",
            output: plan.output,
            input: plan,
            condition: call(">", column(plan.output[0]!), literal(1)),
          },
          reads: { 3: readTable(STORAGE, "silver", false) },
        },
      ],
    };
    await pipeline.update({ ...medallion(), gold: changed });
    expect(pipeline.ids("gold")).toEqual([2]);
    expect(pipeline.eventsOf("planning_information")[0]?.message).toContain("its definition has changed");
  });

  test("renumbered columns and scans are not another definition", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    const renumbered = {
      ...gold(),
      flows: [{ plan: scan(7, false), reads: { 7: readTable(STORAGE, "silver", false) } }],
    };
    const result = await pipeline.update({ ...medallion(), gold: renumbered });
    expect(result.flows[2]?.commits).toBe(0);
  });

  test("keeps counts of rules in the events of each batch [F102] [F103] [F111] [F168]", async () => {
    const plan = scan(1, true);
    const id = column(plan.output[0]!);
    const table: TableSketch = {
      flows: [{ plan, reads: { 1: pipeline.readFiles(1) } }],
      rules: [
        rule("present", "drop", call("isnotnull", id)),
        rule("positive", "drop", call(">", id, literal(0))),
        rule("large", "warn", call(">", id, literal(10))),
      ],
    };
    pipeline.addFile(5, null, -1);
    pipeline.addFile(20);
    await pipeline.update({ bronze: table });
    expect(pipeline.ids("bronze")).toEqual([5, 20]);
    const quality = pipeline.eventsOf("flow_progress").flatMap((event) => event.details.data_quality ?? []);
    expect(quality).toEqual([
      {
        dropped_records: 2,
        expectations: [
          { name: "present", dataset: "main.default.bronze", passed_records: 2, failed_records: 1 },
          { name: "positive", dataset: "main.default.bronze", passed_records: 2, failed_records: 1 },
          { name: "large", dataset: "main.default.bronze", passed_records: 1, failed_records: 2 },
        ],
      },
      {
        dropped_records: 0,
        expectations: [
          { name: "present", dataset: "main.default.bronze", passed_records: 1, failed_records: 0 },
          { name: "positive", dataset: "main.default.bronze", passed_records: 1, failed_records: 0 },
          { name: "large", dataset: "main.default.bronze", passed_records: 1, failed_records: 0 },
        ],
      },
    ]);
  });

  test("a broken fail rule gives up the batch, and keeps only what is behind it from running [F93] [F104]", async () => {
    const plan = scan(1, true);
    const strict: TableSketch = {
      flows: [{ plan, reads: { 1: pipeline.readFiles(1) } }],
      rules: [rule("positive", "fail", call(">", column(plan.output[0]!), literal(0)))],
    };
    const other: TableSketch = { flows: [{ plan: scan(4, true), reads: { 4: pipeline.readFiles() } }] };
    pipeline.addFile(1);
    pipeline.addFile(2, -3);
    const tables = { bronze: strict, silver: silver(), gold: gold(), other };
    const result = await pipeline.update(tables);
    expect(result.state).toBe("FAILED");
    expect(pipeline.statuses(result)).toEqual({
      bronze: "FAILED",
      silver: "SKIPPED",
      gold: "SKIPPED",
      other: "COMPLETED",
    });
    expect(pipeline.ids("bronze")).toEqual([1]);
    const failed = pipeline.eventsOf("flow_progress").find((event) => event.details.status === "FAILED");
    expect(failed?.level).toBe("ERROR");
    expect(failed?.error).toMatchObject({ fatal: true });
    expect(failed?.error?.exceptions[0]?.message).toBe(
      "[EXPECTATION_VIOLATION.VERBOSITY_ALL] Flow 'main.default.bronze' failed to meet the expectation. Violated expectations: 'positive'. " +
        "Input data: '{}'. Output record: '{\"id\":-3}'. Missing input data: true",
    );
    expect(pipeline.statuses(await pipeline.update(tables))).toMatchObject({ bronze: "FAILED" });
    expect(pipeline.statuses(await pipeline.update({ ...tables, bronze: bronze() }))).toMatchObject({
      gold: "COMPLETED",
    });
    expect(pipeline.ids("gold")).toEqual([1, 2, -3]);
  });

  test("a pipeline that cannot be understood is a failed update", async () => {
    const graph = async () => {
      throw new Error("no such column");
    };
    const result = await pipeline.update({}, { graph });
    expect(result.state).toBe("FAILED");
    expect(pipeline.events.at(-1)).toMatchObject({
      message: expect.stringContaining("is FAILED: no such column"),
      error: { exceptions: [{ message: "no such column" }] },
    });
  });

  test("validation writes nothing [F87]", async () => {
    pipeline.addFile(1);
    const result = await pipeline.update(medallion(), { validateOnly: true });
    expect(result.state).toBe("COMPLETED");
    expect(pipeline.store.files.size).toBe(0);
    expect(pipeline.engine.contents.size).toBe(0);
    expect(pipeline.eventsOf("flow_definition").map((event) => event.details.input_datasets)).toEqual([
      [],
      ["main.default.bronze"],
      ["main.default.silver"],
    ]);
  });

  test("the event log is a table below the storage [F162]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    const log = pipeline.engine.contents.get(`${STORAGE}/system/events`);
    const rows = log?.rowsAt(log.version) ?? [];
    expect(rows.map((row) => row["id"])).toEqual(pipeline.events.map((event) => event.id));
    expect(log?.schema.fields.map((field) => field.name)).toEqual([
      ...[
        "id",
        "sequence",
        "origin",
        "timestamp",
        "message",
        "level",
        "maturity_level",
        "error",
        "details",
        "event_type",
      ],
    ]);
    const details = JSON.parse(String(rows.find((row) => row["event_type"] === "create_update")?.["details"]));
    expect(details.create_update.cause).toBe("USER_ACTION");
  });

  test("leaves the lock behind for nobody", async () => {
    await pipeline.update(medallion());
    expect([...pipeline.store.files.keys()].filter((path) => path.startsWith("system/update-lock"))).toEqual([]);
  });
});

describe("a plan", () => {
  const explain = async (request = {}) => {
    const { engine, store, settings } = pipeline;
    return explainPlan(await planNextUpdate(graphOf(STORAGE, medallion()), settings, request, { engine, store }));
  };

  test("says what the next update does and why, and writes nothing", async () => {
    expect(await explain()).toEqual([
      "set up default.bronze",
      "set up default.silver",
      "set up default.gold",
      "stream default.bronze: rows that are new since the last update",
      "stream default.silver after default.bronze: rows that are new since the last update",
      "materialize default.gold after default.silver: if its sources have changed by then",
    ]);
    expect(pipeline.store.files.size + pipeline.engine.contents.size).toBe(0);
  });

  test("knows of a view whose sources rest whether it must be computed", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    expect((await explain({ refresh: ["gold"] })).slice(3)).toEqual([
      "skip default.bronze (EXCLUDED): it is not in the selection",
      "skip default.silver (EXCLUDED): it is not in the selection",
      "leave default.gold: its sources are unchanged since the last refresh",
    ]);
  });

  test("names the tables that a full refresh empties", async () => {
    expect((await explain({ fullRefresh: ["silver"] })).filter((line) => !line.startsWith("set up"))).toEqual([
      "reset default.silver: a full refresh was asked for",
      "skip default.bronze (EXCLUDED): it is not in the selection",
      "stream default.silver: from the start: its table was reset",
      "skip default.gold (EXCLUDED): it is not in the selection",
    ]);
  });
});

describe("selections", () => {
  test("tables that are not selected are excluded [F84]", async () => {
    pipeline.addFile(1);
    const result = await pipeline.update(medallion(), { request: { refresh: ["bronze", "main.default.GOLD"] } });
    expect(pipeline.statuses(result)).toEqual({ bronze: "COMPLETED", silver: "EXCLUDED", gold: "COMPLETED" });
    expect(pipeline.ids("gold")).toEqual([]);
  });

  test("an unknown table is an error with a suggestion, and nothing runs", async () => {
    const result = await pipeline.update(medallion(), {
      request: { refresh: ["silvr"], fullRefresh: ["nothing_like_it"] },
    });
    expect(result.state).toBe("FAILED");
    expect(result.flows).toEqual([]);
    expect(String(result.error)).toContain('no table "silvr"');
    expect(result.error).toMatchObject({
      errors: [{ next: 'Did you mean "silver"?' }, { code: "SELECTED_TABLE_NOT_FOUND" }],
    });
  });

  test("a full refresh of all empties streaming tables and reads their sources again [F83]", async () => {
    pipeline.addFile(1);
    pipeline.addFile(2);
    await pipeline.update(medallion());
    const flowId = pipeline.eventsOf("flow_progress")[0]?.origin.flow_id;
    const result = await pipeline.update(medallion(), { request: { fullRefreshAll: true } });
    expect(result.state).toBe("COMPLETED");
    expect(pipeline.eventsOf("update_progress").map((event) => event.details.state)).toContain("RESETTING");
    expect(pipeline.eventsOf("flow_progress")[0]?.origin.flow_id).not.toBe(flowId);
    expect([pipeline.ids("bronze"), pipeline.ids("silver"), pipeline.ids("gold")]).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(result.flows.map((flow) => flow.rows)).toEqual([2, 2, 2]);
  });

  test("a full refresh of one table leaves its source alone [F83]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    const result = await pipeline.update(medallion(), { request: { fullRefresh: ["silver"] } });
    expect(pipeline.statuses(result)).toEqual({ bronze: "EXCLUDED", silver: "COMPLETED", gold: "EXCLUDED" });
    expect(pipeline.ids("silver")).toEqual([1]);
    expect(result.flows[1]?.rows).toBe(1);
  });

  test("a full refresh of only the source tells the reader what to do [F71]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    await pipeline.update(medallion(), { request: { fullRefresh: ["bronze"] } });
    const result = await pipeline.update(medallion());
    expect(pipeline.statuses(result)).toMatchObject({ silver: "FAILED", gold: "SKIPPED" });
    expect(String(result.flows[1]?.error)).toMatch(
      /Detected deleted data.*"default.bronze" at version \d+.*full refresh of "main.default.silver"/,
    );
  });

  test("a table with pipelines.reset.allowed=false keeps its rows [F86]", async () => {
    const tables = { ...medallion(), bronze: { ...bronze(), properties: { "pipelines.reset.allowed": "false" } } };
    pipeline.addFile(1);
    await pipeline.update(tables);
    const all = await pipeline.update(tables, { request: { fullRefreshAll: true } });
    expect(all.flows.map((flow) => flow.rows)).toEqual([0, 1, 1]);
    const named = await pipeline.update(tables, { request: { fullRefresh: ["bronze"] } });
    expect(named.error).toMatchObject({ errors: [{ code: "TABLE_NOT_RESETTABLE" }] });
  });

  test("a table removed from the pipeline stays as it is [F98]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    pipeline.addFile(2);
    await pipeline.update({ bronze: bronze() });
    expect(pipeline.ids("silver")).toEqual([1]);
    await pipeline.update(medallion());
    expect(pipeline.ids("silver")).toEqual([1, 2]);
  });
});

describe("flows", () => {
  test("several flows fill one table, and one more needs no full refresh [F29]", async () => {
    pipeline.addFile(1);
    const flow = (name: string, number: number) => ({
      name,
      plan: scan(number, true),
      reads: { [number]: pipeline.readFiles() },
    });
    await pipeline.update({ all: { flows: [flow("a", 1), flow("b", 2)] } });
    expect(pipeline.ids("all")).toEqual([1, 1]);
    pipeline.addFile(2);
    await pipeline.update({ all: { flows: [flow("a", 1), flow("b", 2), flow("c", 3)] } });
    expect([...pipeline.ids("all")].sort()).toEqual([1, 1, 1, 2, 2, 2]);
  });

  test("a once flow runs once, and again after a full refresh [F30]", async () => {
    pipeline.addFile(1);
    const once = {
      name: "backfill",
      plan: scan(1, false),
      reads: { 1: pipeline.readFiles(undefined, false) },
      once: true,
    };
    const tables = { all: { flows: [once] } };
    await pipeline.update(tables);
    pipeline.addFile(2);
    const second = await pipeline.update(tables);
    expect(second.flows).toMatchObject([{ status: "COMPLETED", commits: 0 }]);
    expect(pipeline.ids("all")).toEqual([1]);
    await pipeline.update(tables, { request: { fullRefreshAll: true } });
    expect(pipeline.ids("all")).toEqual([1, 2]);
  });

  test("a streaming table without flows exists and is empty [F28]", async () => {
    await pipeline.update({ empty: { flows: [] } });
    expect(pipeline.ids("empty")).toEqual([]);
  });

  test("duplicates are recognized across batches and updates, NULL keys too [F75]", async () => {
    const input = scan(1, true);
    const deduplicate: TableSketch = {
      flows: [
        {
          plan: { kind: "Deduplicate", output: input.output, input, keys: [100], withinWatermark: false },
          reads: { 1: pipeline.readFiles(1) },
        },
      ],
    };
    pipeline.addFile(1, 1, null);
    pipeline.addFile(2, 1, null);
    await pipeline.update({ bronze: deduplicate });
    pipeline.addFile(2, 3, 1);
    await pipeline.update({ bronze: deduplicate });
    expect(pipeline.ids("bronze")).toEqual([1, null, 2, 3]);
    await pipeline.update({ bronze: deduplicate }, { request: { fullRefreshAll: true } });
    expect(pipeline.ids("bronze")).toEqual([1, null, 2, 3]);
  });

  test("a stream joined with a table sees the table of its time [F77]", async () => {
    const left = scan(1, true);
    const right = scan(2, false);
    const join: TableSketch = {
      flows: [
        {
          plan: {
            kind: "Join",
            output: left.output,
            left,
            right,
            how: "inner",
            lateral: false,
            condition: call("=", column(left.output[0]!), column(right.output[0]!)),
          },
          reads: { 1: pipeline.readFiles(), 2: readTable(STORAGE, "known", false) },
        },
      ],
    };
    const known: TableSketch = { flows: [{ plan: scan(3, true), reads: { 3: pipeline.readFiles() } }] };
    pipeline.addFile(1, 2);
    await pipeline.update({ known, joined: join });
    expect(pipeline.ids("joined")).toEqual([1, 2]);
  });

  test("a commit that changes rows stops the stream unless it is to be skipped [F71] [F72]", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    pipeline.engine.contents.get(`${STORAGE}/tables/default/bronze`)?.commit({
      operation: "UPDATE",
      added: [{ id: 9n }],
      removesAll: true,
    });
    const stopped = await pipeline.update(medallion());
    expect(pipeline.statuses(stopped)).toMatchObject({ bronze: "COMPLETED", silver: "FAILED" });
    expect(stopped.flows[1]?.error).toMatchObject({ facts: { condition: "DELTA_SOURCE_TABLE_IGNORE_CHANGES" } });
    expect(String(stopped.flows[1]?.error)).toMatch(/Detected a data update.*skipChangeCommits/);
    const skipping = {
      plan: scan(2, true),
      reads: { 2: readTable(STORAGE, "bronze", true, { skipChangeCommits: "true" }) },
    };
    pipeline.addFile(2);
    await pipeline.update({ ...medallion(), silver: { flows: [skipping] } });
    expect(pipeline.ids("silver")).toEqual([1, 2]);
  });

  test("another table under the same name stops the stream", async () => {
    pipeline.addFile(1);
    await pipeline.update(medallion());
    pipeline.engine.contents.delete(`${STORAGE}/tables/default/bronze`);
    const result = await pipeline.update({ bronze: { flows: [] }, silver: silver() });
    expect(result.flows.at(-1)?.error).toMatchObject({
      facts: { condition: "DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE" },
    });
  });

  test("a target that was dropped is not filled with half of its rows", async () => {
    pipeline.addFile(1);
    await pipeline.update({ bronze: bronze() });
    pipeline.addFile(2);
    await pipeline.update({ bronze: bronze() });
    for (const path of pipeline.store.files.keys())
      if (path.endsWith("offsets/0.json")) pipeline.store.files.delete(path);
    pipeline.engine.contents.delete(`${STORAGE}/tables/default/bronze`);
    const result = await pipeline.update({ bronze: bronze() });
    expect(result.flows[0]?.error).toMatchObject({ facts: { condition: "STREAMING_TARGET_LOST" } });
  });
});

describe("trouble", () => {
  const flaky = (failures: number, retry: "never" | "backoff") => {
    let left = failures;
    const { engine } = pipeline;
    const write: typeof engine.write = async (request, signal) => {
      if (request.target.location.endsWith("bronze") && left-- > 0) {
        throw new EngineError("disk is full", { condition: "IO", domain: "external", retry });
      }
      return await engine.write(request, signal);
    };
    return {
      ...engine,
      name: "flaky",
      tables: engine.tables,
      check: () => [],
      write,
      inferSchema: engine.inferSchema,
      exportFiles: engine.exportFiles,
      query: engine.query.bind(engine),
      close: async () => {},
    };
  };
  const clock = (slept: number[]) => ({ now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) });
  const production = pipelineSettings({ name: "demo", storage: STORAGE, projectDir: "/project", development: false });

  test("production tries again what may pass, with growing pauses [F91] [F92]", async () => {
    pipeline.addFile(1);
    const slept: number[] = [];
    const world = { engine: flaky(2, "backoff"), clock: clock(slept) };
    const result = await pipeline.update(medallion(), { settings: production }, world);
    expect(result.state).toBe("COMPLETED");
    expect(slept).toEqual([5000, 10_000]);
    expect(pipeline.ids("gold")).toEqual([1]);
  });

  test("production gives up a flow after two retries [F92]", async () => {
    pipeline.addFile(1);
    const slept: number[] = [];
    const world = { engine: flaky(9, "backoff"), clock: clock(slept) };
    const settings = { ...production, configuration: { "pipelines.numUpdateRetryAttempts": "0" } };
    const result = await pipeline.update(medallion(), { settings }, world);
    expect(pipeline.statuses(result)).toEqual({ bronze: "FAILED", silver: "SKIPPED", gold: "SKIPPED" });
    expect(slept.length).toBe(2);
  });

  test("production tries an update again up to five times, as new updates with cause RETRY_ON_FAILURE [F91] [F92]", async () => {
    pipeline.addFile(1);
    const slept: number[] = [];
    const settings = { ...production, configuration: { "pipelines.maxFlowRetryAttempts": "0" } };
    const world = { engine: flaky(5, "backoff"), clock: clock(slept) };
    const result = await pipeline.update(medallion(), { settings, request: { fullRefresh: ["silver"] } }, world);
    expect(pipeline.statuses(result)).toEqual({ bronze: "EXCLUDED", silver: "COMPLETED", gold: "EXCLUDED" });
    const all = await pipeline.update(medallion(), { settings }, world);
    expect(all.state).toBe("COMPLETED");
    expect(slept).toEqual([5000, 10_000, 20_000, 40_000, 80_000]);
    expect(pipeline.eventsOf("create_update").map((event) => event.details.cause)).toEqual([
      "USER_ACTION",
      ...Array(5).fill("RETRY_ON_FAILURE"),
    ]);
    slept.length = 0;
    pipeline.addFile(2);
    const never = { engine: flaky(6, "backoff"), clock: clock(slept) };
    expect((await pipeline.update(medallion(), { settings }, never)).state).toBe("FAILED");
    expect(slept).toHaveLength(5);
  });

  test("nothing is tried again in development, or when it cannot help [F91] [F92]", async () => {
    pipeline.addFile(1);
    const slept: number[] = [];
    const never = { engine: flaky(1, "never"), clock: clock(slept) };
    expect((await pipeline.update(medallion(), { settings: production }, never)).state).toBe("FAILED");
    const development = { engine: flaky(1, "backoff"), clock: clock(slept) };
    expect((await pipeline.update(medallion(), {}, development)).state).toBe("FAILED");
    expect(slept).toEqual([]);
  });

  test("a stopped update ends CANCELED, with whole batches only [F95]", async () => {
    for (let i = 0; i < 6; i++) pipeline.addFile(i);
    const stop = new AbortController();
    const onEvent = (event: (typeof pipeline.events)[number]) => {
      pipeline.events.push(event);
      if (event.eventType === "stream_progress") stop.abort();
    };
    const result = await pipeline.update(medallion(), {}, { signal: stop.signal, onEvent });
    expect(result.state).toBe("CANCELED");
    expect(pipeline.statuses(result)).toEqual({ bronze: "STOPPED", silver: "STOPPED", gold: "STOPPED" });
    expect(pipeline.ids("bronze")).toEqual([0, 1]);
    expect(
      pipeline
        .eventsOf("update_progress")
        .map((event) => event.details.state)
        .slice(-3),
    ).toEqual(["RUNNING", "STOPPING", "CANCELED"]);
    await pipeline.update(medallion());
    expect(pipeline.ids("gold")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("an event log that cannot be written does not fail the update", async () => {
    pipeline.addFile(1);
    const { engine } = pipeline;
    const write: typeof engine.write = async (request, signal) => {
      if (request.target.name === "event_log") throw new Error("no space");
      return await engine.write(request, signal);
    };
    const world = { engine: { ...flaky(0, "never"), write } };
    expect((await pipeline.update(medallion(), {}, world)).state).toBe("COMPLETED");
  });

  test("a table that cannot be set up fails its own flows only", async () => {
    pipeline.addFile(1);
    const { engine } = pipeline;
    const ensure: typeof engine.tables.ensure = async (target) => {
      if (target.location.endsWith("silver"))
        throw new EngineError("type changed", { condition: "SCHEMA", domain: "user", retry: "never" });
      await engine.tables.ensure(target);
    };
    const world = { engine: { ...flaky(0, "never"), tables: { ...engine.tables, ensure } } };
    const result = await pipeline.update(medallion(), {}, world);
    expect(pipeline.statuses(result)).toEqual({ bronze: "COMPLETED", silver: "FAILED", gold: "SKIPPED" });
  });
});
