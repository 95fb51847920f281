import { type Commit, commitInfoOf, readCommit } from "../log/commit.ts";
import { type CommitFile, listCommits } from "../log/segment.ts";
import type { ObjectStore } from "../storage/object-store.ts";

/** One commit as people want to see it. */
export interface HistoryEntry {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly operationMetrics: Readonly<Record<string, string>>;
  readonly isBlindAppend?: boolean;
  readonly engineInfo?: string;
  /** The application versions recorded by the commit. */
  readonly transactions: readonly { readonly appId: string; readonly version: number }[];
}

/** The commits that the log still holds, newest first; at most `limit`. Empty when there is no table. */
export async function readHistory(
  store: ObjectStore,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<readonly HistoryEntry[]> {
  const files = (await listCommits(store)).toReversed().slice(0, limit);
  const entries: HistoryEntry[] = [];
  for (const file of files) {
    const commit = await readCommit(store, file.version);
    if (commit !== undefined) entries.push(toEntry(commit, file));
  }
  return entries;
}

function toEntry(commit: Commit, file: CommitFile): HistoryEntry {
  const info = commitInfoOf(commit);
  return {
    version: commit.version,
    timestamp: info?.inCommitTimestamp ?? file.modifiedAt,
    operation: info?.operation ?? "UNKNOWN",
    operationParameters: info?.operationParameters ?? {},
    operationMetrics: info?.operationMetrics ?? {},
    ...(info?.isBlindAppend === undefined ? {} : { isBlindAppend: info.isBlindAppend }),
    ...(info?.engineInfo === undefined ? {} : { engineInfo: info.engineInfo }),
    transactions: commit.actions.flatMap((action) =>
      action.kind === "SetTransaction" ? [{ appId: action.appId, version: action.version }] : [],
    ),
  };
}

/**
 * The latest version committed at or before a time (milliseconds since the epoch); undefined when the log holds none. Times of commits are those that
 * they carry, else those of their files, each made later than the one before where clocks disagreed.
 */
export async function findVersionAt(store: ObjectStore, timestamp: number): Promise<number | undefined> {
  const files = await listCommits(store);
  const last = files.at(-1);
  const carriesTime = last !== undefined && (await commitTime(store, last.version)) !== undefined;
  let found: number | undefined;
  let previous = Number.NEGATIVE_INFINITY;
  for (const file of files) {
    const carried = carriesTime ? await commitTime(store, file.version) : undefined;
    const time = Math.max(carried ?? file.modifiedAt, previous + 1);
    if (time > timestamp) break;
    previous = time;
    found = file.version;
  }
  return found;
}

async function commitTime(store: ObjectStore, version: number): Promise<number | undefined> {
  const commit = await readCommit(store, version);
  return commit && commitInfoOf(commit)?.inCommitTimestamp;
}
