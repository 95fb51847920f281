import { describe, expect, test } from "vitest";
import type { UpdateState } from "../event-log/event-details.ts";
import { NEXT_STATES, UpdateLifecycle } from "./update-state.ts";

describe("the states of an update", () => {
  test("pass from QUEUED to COMPLETED", () => {
    const told: UpdateState[] = [];
    const lifecycle = new UpdateLifecycle((state) => told.push(state));
    const path = [
      "QUEUED",
      "CREATED",
      "WAITING_FOR_RESOURCES",
      "INITIALIZING",
      "SETTING_UP_TABLES",
      "RUNNING",
      "COMPLETED",
    ] as const;
    for (const state of path) lifecycle.enter(state);
    expect(told).toEqual(path);
  });

  test("cannot be skipped or left once they are final", () => {
    const lifecycle = new UpdateLifecycle(() => {});
    expect(() => lifecycle.enter("RUNNING")).toThrow("from nothing to RUNNING");
    lifecycle.enter("QUEUED");
    lifecycle.enter("FAILED");
    expect(() => lifecycle.enter("RUNNING")).toThrow("from FAILED to RUNNING");
  });

  test("end in one of three", () => {
    const final = Object.entries(NEXT_STATES).filter(([, next]) => next.length === 0);
    expect(final.map(([state]) => state)).toEqual(["COMPLETED", "FAILED", "CANCELED"]);
  });
});
