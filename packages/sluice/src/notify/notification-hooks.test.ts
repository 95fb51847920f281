import { expect, test } from "vitest";
import { alertReader } from "./notification-hooks.ts";

const event = (event_type: string, details: Record<string, unknown>, error?: unknown) => ({
  ...{
    id: "1",
    timestamp: "2026-01-01T00:00:00Z",
    message: "",
    level: "INFO",
    maturity_level: "STABLE",
    origin: { update_id: "u" },
  },
  ...{ event_type, details: { [event_type]: details }, error },
});

test("events are the four alerts of notifications, or nothing [F190]", () => {
  const alertOf = alertReader();
  expect(alertOf(event("update_progress", { state: "COMPLETED" }))).toBe("on-update-success");
  expect(alertOf(event("flow_progress", { status: "FAILED" }, { fatal: true }))).toBe("on-flow-failure");
  expect(alertOf(event("update_progress", { state: "FAILED" }))).toBe("on-update-fatal-failure");
  expect(alertOf(event("flow_progress", { status: "FAILED" }, { fatal: false }))).toBe("on-flow-failure");
  expect(alertOf(event("update_progress", { state: "FAILED" }))).toBe("on-update-failure");
  expect(alertOf(event("flow_progress", { status: "COMPLETED" }))).toBeUndefined();
  expect(alertOf(event("update_progress", { state: "RUNNING" }))).toBeUndefined();
});
