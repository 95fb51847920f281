import { describe, expect, test } from "vitest";
import { decideRefresh, type RefreshFacts } from "./refresh-decision.ts";

const NOW: RefreshFacts = {
  fingerprint: "f",
  timeZone: "UTC",
  ansi: false,
  sources: [{ id: "table", version: "3" }],
};
const PLAIN = { isFullRefresh: false, nonDeterminism: undefined };

describe("a materialized view", () => {
  test("whose sources, definition and settings are the same is left alone", () => {
    expect(decideRefresh(NOW, { ...NOW }, PLAIN)).toEqual({ kind: "NoOp" });
  });

  test.each([
    ["that was never filled", undefined, PLAIN, "CHANGE_SET_MISSING"],
    ["with another definition", { ...NOW, fingerprint: "g" }, PLAIN, "QUERY_FINGERPRINT_CHANGED"],
    ["with another time zone", { ...NOW, timeZone: "Asia/Tokyo" }, PLAIN, "TIME_ZONE_CHANGED"],
    ["with another arithmetic", { ...NOW, ansi: true }, PLAIN, "CONFIGURATION_CHANGED"],
    ["whose source has a new version", { ...NOW, sources: [{ id: "table", version: "2" }] }, PLAIN, "DATA_HAS_CHANGED"],
    ["whose source is another table", { ...NOW, sources: [{ id: "other", version: "3" }] }, PLAIN, "DATA_HAS_CHANGED"],
    ["with a source more", { ...NOW, sources: [] }, PLAIN, "DATA_HAS_CHANGED"],
    ["to be fully refreshed", NOW, { ...PLAIN, isFullRefresh: true }, "FULL_REFRESH"],
  ])("%s is computed", (_, committed, demand, issue) => {
    expect(decideRefresh(committed, NOW, demand)).toEqual({ kind: "Recompute", issue });
  });

  test("that depends on the time is computed each time [F69]", () => {
    const demand = { ...PLAIN, nonDeterminism: "TIME_FUNCTION" } as const;
    expect(decideRefresh(NOW, NOW, demand)).toMatchObject({
      issue: "PLAN_NOT_DETERMINISTIC",
      subType: "TIME_FUNCTION",
    });
  });
});
