import type { Metadata, RemoveFile } from "../action/action.ts";
import { periodOf } from "../action/period.ts";

const WEEK_MS = 604_800_000;

/** Whether a log must still remember that a file was removed: for `delta.deletedFileRetentionDuration`, 1 week by default. `now` is in milliseconds since the epoch. */
export function isTombstoneKept(
  metadata: Pick<Metadata, "configuration"> | undefined,
  now: number,
): (tombstone: RemoveFile) => boolean {
  const from = now - periodOf(metadata?.configuration["delta.deletedFileRetentionDuration"], WEEK_MS);
  return ({ deletionTimestamp = 0 }) => deletionTimestamp > from;
}
