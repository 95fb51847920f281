import type { AddCdcFile, AddFile, DeletionVectorDescriptor, RemoveFile } from "../action/action.ts";
import { canonicalPath } from "../action/data-path.ts";
import { type Commit, commitInfoOf, readCommits } from "../log/commit.ts";
import { listCommits } from "../log/segment.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";

const FEED = "delta.enablechangedatafeed";

/** Rows that a commit changed, all of one file. `version` and `timestamp` (milliseconds since the epoch) are those of the commit. */
export type ChangedFile = { readonly version: number; readonly timestamp: number } & (
  | /** A file of changes, whose rows say in `_change_type` what happened to them. */
  { readonly kind: "Recorded"; readonly file: AddFile }
  /** All rows of a data file that its deletion vector leaves. */
  | { readonly kind: "Whole"; readonly type: "insert" | "delete"; readonly file: AddFile }
  /** The rows of a data file that its deletion vector deletes and `except` does not. */
  | {
      readonly kind: "Part";
      readonly type: "insert" | "delete";
      readonly file: AddFile;
      readonly except?: DeletionVectorDescriptor;
    }
);

/** Versions of a table, first and last included. */
export interface ChangeRange {
  readonly first: number;
  readonly last: number;
}

/** Whether properties of a table have its change data feed on. */
export function hasChangeFeed(configuration: Readonly<Record<string, string>>): boolean {
  return Object.entries(configuration).some(
    ([key, value]) => key.toLowerCase() === FEED && value.toLowerCase() === "true",
  );
}

/**
 * The files that hold the changes of commits, oldest first. A commit with files of changes is read from these only; else changes are what it added, removed, and
 * deleted by vectors (Delta's protocol, "Change Data Files"). Commits that only move rows have none.
 *
 * @throws DELTA_MISSING_CHANGE_DATA when the feed is turned off in the range, DELTA_VERSION_NOT_FOUND when a commit is gone
 */
export async function readChanges(store: ObjectStore, range: ChangeRange): Promise<readonly ChangedFile[]> {
  const times = new Map((await listCommits(store, range.first)).map((file) => [file.version, file.modifiedAt]));
  const versions = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  const changes: ChangedFile[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for await (const commit of readCommits(store, versions)) {
    checkFeed(store.root, commit, range);
    const carried = commitInfoOf(commit)?.inCommitTimestamp;
    const timestamp = carried ?? Math.max(times.get(commit.version) ?? 0, previous + 1);
    previous = timestamp;
    changes.push(...changesOf(commit, timestamp));
  }
  return changes;
}

/** The error of a range whose `version` has no changes recorded. */
export function missingChanges(table: string, { first, last }: ChangeRange, version: number): DeltaError {
  return new DeltaError("DELTA_MISSING_CHANGE_DATA", { table, first, last, version });
}

function checkFeed(table: string, { actions, version }: Commit, range: ChangeRange): void {
  for (const action of actions) {
    if (action.kind === "Metadata" && !hasChangeFeed(action.configuration)) throw missingChanges(table, range, version);
  }
}

function changesOf({ actions, version }: Commit, timestamp: number): readonly ChangedFile[] {
  const facts = { version, timestamp };
  const recorded = actions.flatMap((action) =>
    action.kind === "AddCdcFile" ? [{ kind: "Recorded" as const, file: fileOf(action), ...facts }] : [],
  );
  if (recorded.length > 0) return recorded;
  const removed = new Map<string, RemoveFile>();
  for (const action of actions) {
    if (action.kind === "RemoveFile" && action.dataChange) removed.set(canonicalPath(action.path), action);
  }
  const changes: ChangedFile[] = [];
  for (const action of actions) {
    if (action.kind !== "AddFile" || !action.dataChange) continue;
    const before = removed.get(canonicalPath(action.path));
    removed.delete(canonicalPath(action.path));
    if (before === undefined) changes.push({ kind: "Whole", type: "insert", file: action, ...facts });
    else changes.push(...vectorChanges(action, before).map((change) => ({ ...change, ...facts })));
  }
  for (const file of removed.values()) changes.push({ kind: "Whole", type: "delete", file: fileOf(file), ...facts });
  return changes;
}

/** A file that stays with another deletion vector: rows deleted, or brought back by a restore. */
function vectorChanges(now: AddFile, { deletionVector: before }: RemoveFile) {
  const { deletionVector: vector, ...file } = now;
  const part = (
    type: "insert" | "delete",
    deletionVector: DeletionVectorDescriptor | undefined,
    except: DeletionVectorDescriptor | undefined,
  ) =>
    deletionVector === undefined
      ? []
      : [
          {
            kind: "Part" as const,
            type,
            file: { ...file, deletionVector },
            ...(except === undefined ? {} : { except }),
          },
        ];
  return [...part("delete", vector, before), ...part("insert", before, vector)];
}

function fileOf(file: RemoveFile | AddCdcFile): AddFile {
  return {
    kind: "AddFile",
    path: file.path,
    partitionValues: file.partitionValues ?? {},
    size: file.size ?? 0,
    modificationTime: 0,
    dataChange: true,
    ...("deletionVector" in file && file.deletionVector !== undefined ? { deletionVector: file.deletionVector } : {}),
  };
}
