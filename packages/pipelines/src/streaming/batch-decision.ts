/** What is known about a flow before its next micro-batch. */
export interface BatchFacts {
  /** The batch recorded in the target; undefined when none ever was. */
  readonly committed: number | undefined;
  /** Whether the checkpoint holds the offsets of batch `committed`. Without meaning when nothing is committed. */
  readonly committedOffsets: boolean;
  /** Whether the checkpoint holds the offsets of the batch after `committed`. */
  readonly nextOffsets: boolean;
  /** Whether the checkpoint holds offsets of any later batch. Looked at only when nothing is committed and batch 0 has no offsets. */
  readonly laterOffsets: boolean;
  /** Whether the sources have rows beyond the offsets; undefined when nobody has looked. */
  readonly available: boolean | undefined;
  /** Whether the watermark has moved on since the last batch, and something waits for it. */
  readonly watermarkAdvanced: boolean;
}

/** What to do about a flow next. `Replay`: the batch was planned but not committed. */
export type BatchDecision =
  | { readonly kind: "Replay"; readonly batch: number }
  | { readonly kind: "LookForRows"; readonly batch: number }
  | { readonly kind: "Run"; readonly batch: number }
  | { readonly kind: "UpToDate" }
  /** The target has rows of this flow, but the checkpoint does not know how they came there. */
  | { readonly kind: "CheckpointLost"; readonly committed: number }
  /** The checkpoint is ahead of a target that holds nothing of this flow: the table was dropped or put back. */
  | { readonly kind: "TargetLost" };

/**
 * The next step of a flow: offsets come before work, the target's transaction after it, and each says how far the flow got. A batch may have no rows: it closes
 * what the watermark has passed (Spark's no-data batch).
 */
export function nextBatch(facts: BatchFacts): BatchDecision {
  const batch = (facts.committed ?? -1) + 1;
  if (facts.nextOffsets) return { kind: "Replay", batch };
  if (facts.committed === undefined && facts.laterOffsets) return { kind: "TargetLost" };
  if (facts.committed !== undefined && !facts.committedOffsets) {
    return { kind: "CheckpointLost", committed: facts.committed };
  }
  if (facts.available === undefined) return { kind: "LookForRows", batch };
  return facts.available || facts.watermarkAdvanced ? { kind: "Run", batch } : { kind: "UpToDate" };
}
