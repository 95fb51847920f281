import { EngineError } from "@sluice/pipelines";
import { expect, test } from "vitest";
import { explainFailure } from "./failure.ts";

test("a failure of the engine names its condition once, whether its message does or not", () => {
  const facts = { condition: "DELTA_MISSING_CHANGE_DATA", domain: "user", retry: "never" } as const;
  for (const message of ["No changes were recorded.", "[DELTA_MISSING_CHANGE_DATA] No changes were recorded."]) {
    const { text, exitCode } = explainFailure(new EngineError(message, facts));
    expect(text.split("DELTA_MISSING_CHANGE_DATA")).toHaveLength(2);
    expect(text).toContain("[DELTA_MISSING_CHANGE_DATA] No changes were recorded.");
    expect(exitCode).not.toBe(0);
  }
});
