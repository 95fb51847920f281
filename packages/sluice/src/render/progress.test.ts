import { stripVTControlCharacters } from "node:util";
import type { PipelineEvent } from "@sluice/pipelines";
import colors from "picocolors";
import { expect, test, vi } from "vitest";
import { openProgress } from "./progress.ts";

const START = Date.UTC(2026, 0, 1);
let number = 0;

function event(draft: object, at = 0, flow?: string): PipelineEvent {
  const origin = { pipeline_id: "p", pipeline_name: "p", pipeline_type: "WORKSPACE", ...(flow && { flow_name: flow }) };
  const common = { id: String(number++), sequence: {}, level: "INFO", maturityLevel: "STABLE", message: "" };
  return { ...common, timestamp: START + at, origin, ...draft } as unknown as PipelineEvent;
}

const created = (continuous: boolean, cause = "USER_ACTION"): PipelineEvent =>
  event({
    eventType: "create_update",
    message: `Update started by ${cause}.`,
    details: { cause, config: { continuous } },
  });

const status = (flow: string, at: number, details: object, more: object = {}): PipelineEvent =>
  event({ eventType: "flow_progress", details, ...more }, at, flow);

const batch = (flow: string, at: number, rows: number, metrics: object = {}): PipelineEvent => {
  const all = { num_output_rows: rows, executor_time_ms: 100, ...metrics };
  const one = status(flow, at, { status: "RUNNING", metrics: all });
  return { ...one, origin: { ...one.origin, batch_id: 7 } };
};

function shown(events: readonly PipelineEvent[], stream: object = {}, now = 0): string {
  let text = "";
  const display = openProgress({ ...stream, write: (part: string) => (text += part) }, () => START + now);
  for (const one of events) display.show(one);
  display.end();
  return stripVTControlCharacters(text);
}

test("in a pipe a continuous update gives a line for each commit and for what is unusual, none while it rests", () => {
  const lines = shown([
    created(true),
    status("s.bronze", 0, { status: "STARTING" }),
    batch("s.bronze", 1000, 1000, { backlog_files: 3, backlog_bytes: 1_200_000 }),
    batch("s.kafka", 2000, 0, { backlog_records: 12_000, backlog_bytes: 0, backlog_files: 0 }),
    status("s.bronze", 3000, { status: "IDLE" }),
    status(
      "s.bronze",
      3000,
      { status: "QUEUED" },
      { level: "WARN", message: "Flow 's.bronze' is QUEUED for try 2 in 5 s" },
    ),
    created(true, "RETRY_ON_FAILURE"),
    status("s.bronze", 4000, { status: "STOPPED" }),
  ]).split("\n");
  expect(lines).toEqual([
    "2026-01-01 00:00:01  s.bronze      batch 7: 1,000 rows in 100 ms (10,000 rows/s), 3 files (1.2 MB) waiting",
    "2026-01-01 00:00:02  s.kafka       batch 7: 0 rows in 100 ms (0 rows/s), 12,000 records waiting",
    "2026-01-01 00:00:03  Flow 's.bronze' is QUEUED for try 2 in 5 s",
    "2026-01-01 00:00:00  Update started by RETRY_ON_FAILURE.",
    "- s.bronze      stopped       4.0 s  1,000 rows",
    "",
  ]);
});

test("in a pipe a triggered update gives a line when a flow ends", () => {
  const lines = shown([created(false), batch("s.bronze", 1000, 5), status("s.bronze", 2000, { status: "COMPLETED" })]);
  expect(lines).toBe("✓ s.bronze      completed            5 rows\n");
});

test("a terminal shows of each flow its state, rows, last batch with its speed, and what waits", () => {
  const text = shown(
    [
      created(true),
      batch("s.bronze", 1000, 50, { backlog_bytes: 2000, backlog_files: 1 }),
      status("s.gold", 1000, { status: "IDLE" }),
    ],
    { isTTY: true, columns: 200 },
    4000,
  );
  expect(text).toContain(
    "s.bronze      running              50 rows, 3.0 s ago batch 7: 50 rows in 100 ms (500 rows/s), 1 file (2.0 kB) waiting",
  );
  expect(text).toContain("· s.gold        idle");
});

test("flows of changes say how many rows they have upserted and deleted", () => {
  const merged = { status: "COMPLETED", metrics: { num_upserted_rows: 1200, num_deleted_rows: 3 } };
  expect(
    shown([created(false), status("s.customers", 0, { status: "STARTING" }), status("s.customers", 4000, merged)]),
  ).toBe("✓ s.customers   completed     4.0 s  1,200 rows, 3 deleted\n");
});

test("where a terminal has too few lines, flows at work and failed ones are shown, and all of them at the end", () => {
  vi.useFakeTimers();
  try {
    let text = "";
    const stream = { isTTY: true, rows: 6, columns: 80, write: (part: string) => (text += part) };
    const display = openProgress(stream, () => START);
    const names = ["a", "b", "c", "d", "e", "f"].map((name) => `s.${name}`);
    for (const name of names) display.show(status(name, 0, { status: "QUEUED" }));
    for (const name of names.slice(0, 4)) display.show(status(name, 0, { status: "COMPLETED" }));
    display.show(status("s.e", 0, { status: "RUNNING" }));
    vi.advanceTimersByTime(100);
    const flows = (): readonly string[] =>
      stripVTControlCharacters(text)
        .split("\n")
        .flatMap((line) => /s\.\w|\.\. .*/.exec(line) ?? []);
    expect(flows()).toEqual(["s.a", "s.e", "s.f", ".. and 3 completed"]);
    text = "";
    display.end();
    expect(flows()).toEqual(names);
  } finally {
    vi.useRealTimers();
  }
});

test("with colours, a flow that waits for nothing has nothing after its rows", async () => {
  vi.doMock("picocolors", () => ({ default: colors.createColors(true) }));
  vi.resetModules();
  try {
    const coloured = await import("./progress.ts");
    let text = "";
    const display = coloured.openProgress({ isTTY: true, write: (part: string) => (text += part) }, () => START);
    display.show(status("s.a", 0, { status: "RUNNING" }));
    display.end();
    expect(text).toContain("\u001b[36m");
    expect(stripVTControlCharacters(text).trimEnd()).toMatch(/0 rows$/);
  } finally {
    vi.doUnmock("picocolors");
    vi.resetModules();
  }
});
