import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Action, AddFile } from "../action/action.ts";
import { periodOf } from "../action/period.ts";
import { printAction } from "../action/print-action.ts";
import { checkpointPath, LAST_CHECKPOINT_PATH } from "../log/file-names.ts";
import { withTemporaryFolder } from "../log/local-files.ts";
import type { ParquetCodec } from "../log/parquet-codec.ts";
import { isTombstoneKept } from "../log/tombstone.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { CHECKPOINT_SCHEMA } from "./checkpoint-schema.ts";

const DEFAULT_INTERVAL = 10;

/** Whether a table wants a checkpoint at this version: every `delta.checkpointInterval` versions, 10 by default. */
export function wantsCheckpoint(snapshot: Snapshot): boolean {
  const wanted = Number(snapshot.metadata.configuration["delta.checkpointInterval"] ?? DEFAULT_INTERVAL);
  const interval = Number.isInteger(wanted) && wanted > 0 ? wanted : DEFAULT_INTERVAL;
  return snapshot.version > 0 && snapshot.version % interval === 0;
}

/**
 * Writes a classic checkpoint of a snapshot and then names it in `_last_checkpoint`. A checkpoint that is there already is replaced by an equal one.
 * Tombstones older than `delta.deletedFileRetentionDuration` (1 week) and transactions older than `delta.setTransactionRetentionDuration` (kept for ever by
 * default) are left out.
 *
 * @param now Milliseconds since the epoch.
 */
export async function writeCheckpoint(
  store: ObjectStore,
  codec: ParquetCodec,
  snapshot: Snapshot,
  now: number = Date.now(),
): Promise<void> {
  const rows = checkpointActions(snapshot, now).map(printAction);
  const content = await withTemporaryFolder(async (folder) => {
    const path = join(folder, "checkpoint.parquet");
    await codec.writeCheckpoint(path, CHECKPOINT_SCHEMA, rows);
    return readFile(path);
  });
  await store.put(checkpointPath(snapshot.version), content);
  const hint = {
    version: snapshot.version,
    size: rows.length,
    sizeInBytes: content.length,
    numOfAddFiles: snapshot.fileCount,
  };
  await store.put(LAST_CHECKPOINT_PATH, new TextEncoder().encode(JSON.stringify(hint)));
}

/** What a checkpoint of a snapshot holds at a time: all that a reader needs to go on from its version. */
function checkpointActions(snapshot: Snapshot, now: number): readonly Action[] {
  const { state, metadata, protocol, metadataAction } = snapshot;
  const transactionsFrom =
    now - periodOf(metadata.configuration["delta.setTransactionRetentionDuration"], Number.POSITIVE_INFINITY);
  return [
    protocol,
    metadataAction,
    ...[...state.transactions.values()].filter((one) => (one.lastUpdated ?? now) >= transactionsFrom),
    ...state.domains.values(),
    ...[...state.tombstones.values()].filter(isTombstoneKept(metadata, now)),
    ...[...state.files.values()].map(withoutDataChange),
  ];
}

function withoutDataChange(file: AddFile): AddFile {
  return file.dataChange ? { ...file, dataChange: false } : file;
}
