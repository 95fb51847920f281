import { field, LONG, STRING, type StructType, struct, TIMESTAMP, type Value } from "@sluice/query";
import type { FileState } from "./file-states.ts";

/** The columns of `cloud_files_state`. */
export const CLOUD_FILES_STATE: StructType = struct([
  field("path", STRING, false),
  field("size", LONG, false),
  field("create_time", TIMESTAMP, false),
  field("discovery_time", TIMESTAMP),
  field("processed_time", TIMESTAMP),
  field("commit_time", TIMESTAMP),
  field("archive_time", TIMESTAMP),
  field("archive_mode", STRING),
  field("move_location", STRING),
  field("source_id", STRING, false),
  field("flow_name", STRING, false),
]);

/** What flows have found as rows of `cloud_files_state`, in the order given. A batch is processed and committed at once, so that both times are the same. */
export function cloudFilesStateRows(states: readonly FileState[]): readonly (readonly Value[])[] {
  return states.map((state) => [
    state.path,
    BigInt(state.size),
    micros(state.createTime),
    micros(state.discoveryTime),
    micros(state.commitTime),
    micros(state.commitTime),
    micros(state.archiveTime),
    state.archiveMode ?? null,
    state.moveLocation ?? null,
    state.sourceId,
    state.flowName,
  ]);
}

function micros(milliseconds: number | undefined): bigint | null {
  return milliseconds === undefined ? null : BigInt(Math.trunc(milliseconds)) * 1000n;
}
