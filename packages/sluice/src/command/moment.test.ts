import { expect, test } from "vitest";
import { momentOf } from "./moment.ts";

const NOW = Date.UTC(2026, 10, 29, 12);

test.each([
  ["2026-11-28", "2026-11-28T00:00:00.000Z"],
  ["2026-11-28T10:30", "2026-11-28T10:30:00.000Z"],
  ["2026-11-28 10:30:15.5", "2026-11-28T10:30:15.500Z"],
  ["2026-11-28T10:30:00+02:00", "2026-11-28T08:30:00.000Z"],
  ["2026-11-28T10:30:00Z", "2026-11-28T10:30:00.000Z"],
  ["2 hours", "2026-11-29T10:00:00.000Z"],
  ["1 day 30 minutes", "2026-11-28T11:30:00.000Z"],
])("[F174] %s is the moment %s", (text, wanted) => {
  expect(momentOf("--since", text, NOW).toISOString()).toBe(wanted);
});

test.each(["yesterday", "2026-13-01", "12", "2026-11-28T10:30 x", ""])("%s is refused", (text) => {
  expect(() => momentOf("--since", text, NOW)).toThrow(/--since takes a time such as/);
});
