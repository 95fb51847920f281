import { describe, expect, test } from "vitest";
import { type BatchDecision, type BatchFacts, nextBatch } from "./batch-decision.ts";

const NEW: BatchFacts = {
  committed: undefined,
  committedOffsets: false,
  nextOffsets: false,
  laterOffsets: false,
  available: undefined,
  watermarkAdvanced: false,
};
const AT_SEVEN: BatchFacts = { ...NEW, committed: 7, committedOffsets: true };

describe("the next batch of a flow", () => {
  test.each<[string, BatchFacts, BatchDecision]>([
    ["a new flow looks for rows", NEW, { kind: "LookForRows", batch: 0 }],
    ["a new flow with rows runs batch 0", { ...NEW, available: true }, { kind: "Run", batch: 0 }],
    ["a new flow without rows is up to date", { ...NEW, available: false }, { kind: "UpToDate" }],
    ["a crash before the first commit replays batch 0", { ...NEW, nextOffsets: true }, { kind: "Replay", batch: 0 }],
    ["a flow at rest looks for rows", AT_SEVEN, { kind: "LookForRows", batch: 8 }],
    ["a flow with rows runs the next batch", { ...AT_SEVEN, available: true }, { kind: "Run", batch: 8 }],
    ["a flow without rows is up to date", { ...AT_SEVEN, available: false }, { kind: "UpToDate" }],
    [
      "a flow without rows closes what the watermark has passed",
      { ...AT_SEVEN, available: false, watermarkAdvanced: true },
      { kind: "Run", batch: 8 },
    ],
    ["a crash between offsets and commit replays", { ...AT_SEVEN, nextOffsets: true }, { kind: "Replay", batch: 8 }],
    [
      "a planned batch is replayed whatever else there is",
      { ...AT_SEVEN, nextOffsets: true, available: true },
      { kind: "Replay", batch: 8 },
    ],
    [
      "a table put back to an older version gets its later batches again",
      { ...AT_SEVEN, committed: 3, nextOffsets: true },
      { kind: "Replay", batch: 4 },
    ],
    [
      "a table with rows and no checkpoint is not filled twice",
      { ...AT_SEVEN, committedOffsets: false },
      { kind: "CheckpointLost", committed: 7 },
    ],
    [
      "a checkpoint whose table is gone is not taken for a new one",
      { ...NEW, laterOffsets: true },
      { kind: "TargetLost" },
    ],
  ])("%s", (_, facts, decision) => {
    expect(nextBatch(facts)).toEqual(decision);
  });
});
