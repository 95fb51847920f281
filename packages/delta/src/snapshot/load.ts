import type { CommitInfo } from "../action/action.ts";
import { type Commit, commitInfoOf, readCommit, readCommits } from "../log/commit.ts";
import { commitPath } from "../log/file-names.ts";
import type { ParquetCodec } from "../log/parquet-codec.ts";
import { readCheckpoint } from "../log/read-checkpoint.ts";
import { EMPTY_STATE, Replay } from "../log/replay.ts";
import { type CommitFile, type LogSegment, readSegment } from "../log/segment.ts";
import { isDeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type CommitStamp, Snapshot } from "./snapshot.ts";

/** How to read a table: where from, and checkpoints with what. */
export interface TableAccess {
  readonly store: ObjectStore;
  readonly codec?: ParquetCodec;
}

/**
 * Reads a table from its log; the latest version if none is given. Undefined when there is no table.
 *
 * @throws DeltaError when the version or the table cannot be read.
 */
export async function loadSnapshot(access: TableAccess, version?: number): Promise<Snapshot | undefined> {
  const at = version === undefined ? {} : { atVersion: version };
  const segment = await readSegment(access.store, { useCheckpoints: access.codec !== undefined, ...at });
  if (segment === undefined) return undefined;
  try {
    return await replaySegment(access, segment);
  } catch (error) {
    if (!isDeltaError(error, "DELTA_LOG_CORRUPT") || segment.checkpoint === undefined) throw error;
    const withoutCheckpoint = await readSegment(access.store, { useCheckpoints: false, ...at }).catch(() => undefined);
    if (withoutCheckpoint === undefined) throw error;
    return replaySegment(access, withoutCheckpoint);
  }
}

async function replaySegment(access: TableAccess, segment: LogSegment): Promise<Snapshot> {
  const { store, codec } = access;
  const replay = new Replay(EMPTY_STATE);
  if (segment.checkpoint !== undefined && codec !== undefined) {
    replay.apply(await readCheckpoint(store, segment.checkpoint, codec));
  }
  let last: Commit | undefined;
  const versions = segment.commits.map((file) => file.version);
  for await (const commit of readCommits(store, versions)) {
    replay.apply(commit.actions);
    last = commit;
  }
  const stamp = await stampOf(store, segment);
  const info = last === undefined ? await readCommitInfo(store, segment.version) : commitInfoOf(last);
  const timestamp = info?.inCommitTimestamp ?? stamp?.modifiedAt ?? segment.checkpoint?.files[0]?.modifiedAt ?? 0;
  const facts = { root: store.root, version: segment.version, timestamp, state: replay.state() };
  return new Snapshot({ ...facts, ...(stamp === undefined ? {} : { stamp }) });
}

async function readCommitInfo(store: ObjectStore, version: number): Promise<CommitInfo | undefined> {
  const commit = await readCommit(store, version);
  return commit && commitInfoOf(commit);
}

async function stampOf(store: ObjectStore, segment: LogSegment): Promise<CommitStamp | undefined> {
  const last: CommitFile | undefined = segment.commits.at(-1);
  return last ?? store.head(commitPath(segment.version));
}

/**
 * The latest version of the table that a snapshot is of, for the price of the commits since. Reads the log anew when it no longer continues the snapshot
 * (cleaned up far enough, or another table at the same place); undefined when there is no table any more.
 */
export async function refreshSnapshot(access: TableAccess, snapshot: Snapshot): Promise<Snapshot | undefined> {
  const [untouched, latest] = await Promise.all([isUntouched(access, snapshot), followCommits(access, snapshot)]);
  return untouched ? latest : loadSnapshot(access);
}

async function followCommits({ store }: TableAccess, snapshot: Snapshot): Promise<Snapshot> {
  let latest = snapshot;
  for (;;) {
    const commit = await readCommit(store, latest.version + 1);
    if (commit === undefined) return latest;
    latest = await advance(store, latest, commit);
  }
}

/** The snapshot after a commit that storage holds. */
export async function advance(store: ObjectStore, snapshot: Snapshot, commit: Commit): Promise<Snapshot> {
  const stamp = await store.head(commitPath(commit.version));
  const timestamp = commitInfoOf(commit)?.inCommitTimestamp ?? stamp?.modifiedAt ?? Date.now();
  return snapshot.next(commit.actions, { timestamp, ...(stamp === undefined ? {} : { stamp }) });
}

/** A missing next commit means "none yet", and a present one is of the same table, only while our own commit is there and is the one we read. */
async function isUntouched(access: TableAccess, snapshot: Snapshot): Promise<boolean> {
  const found = await access.store.head(commitPath(snapshot.version));
  const { stamp } = snapshot;
  return (
    found !== undefined &&
    stamp !== undefined &&
    found.sizeBytes === stamp.sizeBytes &&
    found.modifiedAt === stamp.modifiedAt
  );
}
