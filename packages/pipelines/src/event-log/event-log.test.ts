import { describe, expect, test } from "vitest";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { DeltaEventWriter, eventLogLocation } from "./delta-event-writer.ts";
import { toEventError } from "./event-error.ts";
import { EventRecorder } from "./event-recorder.ts";
import { EVENT_SCHEMA, fromEventRow, toEventJson, toEventRow } from "./event-row.ts";
import { EventStamp } from "./event-stamp.ts";
import { jsonLinesWriter, MemoryEventWriter } from "./event-writer.ts";
import type { PipelineEvent } from "./pipeline-event.ts";

const ORIGIN = { pipeline_id: "p", pipeline_name: "demo", pipeline_type: "WORKSPACE", update_id: "u" } as const;

function recorded(count: number, now = Date.now()): readonly PipelineEvent[] {
  const writer = new MemoryEventWriter();
  const recorder = new EventRecorder(new EventStamp(() => now, "here"), ORIGIN, [writer]);
  for (let i = 0; i < count; i++) {
    recorder.record({
      eventType: "update_progress",
      message: `m${i}`,
      details: { state: "RUNNING" },
      origin: { batch_id: i },
    });
  }
  return writer.events;
}

describe("events", () => {
  test("have time-based ids and a place in the sequence, even within one millisecond", () => {
    const events = recorded(50, 1_700_000_000_123);
    expect(new Set(events.map((event) => event.id)).size).toBe(50);
    for (const event of events)
      expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const numbers = events.map((event) => event.sequence.data_plane_id.seq_no);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(new Set(events.map((event) => event.timestamp))).toEqual(new Set([1_700_000_000_123]));
  });

  test("have the columns of the event log [F162]", () => {
    const [event] = recorded(1, 1_700_000_000_123);
    expect(toEventRow(event!).length).toBe(EVENT_SCHEMA.fields.length);
    expect(toEventJson(event!)).toMatchObject({
      origin: { pipeline_id: "p", update_id: "u", batch_id: 0 },
      timestamp: "2023-11-14T22:13:20.123Z",
      level: "INFO",
      maturity_level: "STABLE",
      details: { update_progress: { state: "RUNNING" } },
      event_type: "update_progress",
    });
  });

  test("come back from the log as they were told", () => {
    const [event] = recorded(1);
    const error = toEventError(new TypeError("outer", { cause: new Error("inner") }), true);
    const failed = { ...event, level: "ERROR", error } as PipelineEvent;
    expect(fromEventRow(toEventRow(failed))).toEqual(failed);
    expect(fromEventRow(toEventRow(event!))).toEqual(event);
  });

  test("carry an error with its causes and places", () => {
    const error = new TypeError("outer", { cause: new Error("inner") });
    const { fatal, exceptions } = toEventError(error, true);
    expect([fatal, exceptions.map((one) => `${one.class_name}: ${one.message}`)]).toEqual([
      true,
      ["TypeError: outer", "Error: inner"],
    ]);
    expect(exceptions[0]?.stack[0]?.file_name).toContain("event-log.test.ts");
    expect(exceptions[0]?.stack[0]?.line_number).toBeGreaterThan(0);
  });

  test("can be lines of JSON", () => {
    const lines: string[] = [];
    const writer = jsonLinesWriter((line) => lines.push(line));
    for (const event of recorded(2)) writer.write(event);
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(["m0", "m1"]);
  });
});

describe("the event log table", () => {
  const rowsOf = (engine: MemoryEngine) => {
    const table = engine.contents.get(eventLogLocation("/s"));
    return table?.rowsAt(table.version) ?? [];
  };

  test("gets what gathered in one commit", async () => {
    const engine = new MemoryEngine();
    const writer = new DeltaEventWriter(engine, "/s");
    const events = recorded(30);
    for (const event of events) writer.write(event);
    await writer.flush();
    expect(engine.contents.get(eventLogLocation("/s"))?.version).toBe(1);
    const [row, expected] = [rowsOf(engine)[29], toEventRow(events[29]!)];
    expect(EVENT_SCHEMA.fields.map((field) => row?.[field.name])).toEqual(expected);
  });

  test("gets events of a clock that was put back", async () => {
    const engine = new MemoryEngine();
    for (const now of [2_000_000, 1_000_000, 1_000_000]) {
      const writer = new DeltaEventWriter(engine, "/s");
      for (const event of recorded(1, now)) writer.write(event);
      await writer.flush();
    }
    expect(rowsOf(engine).length).toBe(3);
  });

  test("is flushed within a second while events come in", async () => {
    const engine = new MemoryEngine();
    const writer = new DeltaEventWriter(engine, "/s");
    for (const event of recorded(1)) writer.write(event);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(rowsOf(engine).length).toBe(1);
  });

  test("hears of trouble without raising it", async () => {
    const troubles: unknown[] = [];
    const engine = new MemoryEngine(new Map(), () => {
      throw new Error("no space");
    });
    const writer = new DeltaEventWriter(engine, "/s", { onTrouble: (error) => troubles.push(error) });
    for (const event of recorded(1)) writer.write(event);
    await writer.flush();
    expect(troubles).toMatchObject([{ message: "no space" }]);
  });
});
