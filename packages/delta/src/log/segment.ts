import { isJsonObject } from "../action/exact-json.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore, StoredFile } from "../storage/object-store.ts";
import { LAST_CHECKPOINT_PATH, LOG_FOLDER, type LogFileName, padVersion, parseLogPath } from "./file-names.ts";

/** A commit file. `modifiedAt` is milliseconds since the epoch, as the storage gives it. */
export interface CommitFile extends StoredFile {
  readonly version: number;
}

/** A complete checkpoint: the state of the table at `version`, in one file or in parts. */
export interface CheckpointFiles {
  readonly version: number;
  readonly files: readonly StoredFile[];
}

/** The files that make a version: a checkpoint, if any, and every commit after it up to `version`, oldest first. */
export interface LogSegment {
  readonly version: number;
  readonly checkpoint?: CheckpointFiles;
  readonly commits: readonly CommitFile[];
}

interface LogListing {
  readonly commits: readonly CommitFile[];
  /** Complete ones only, oldest first. */
  readonly checkpoints: readonly CheckpointFiles[];
}

/** Options of `readSegment`: the version wanted (the latest if absent) and whether checkpoints can be read. */
export interface SegmentOptions {
  readonly atVersion?: number;
  readonly useCheckpoints: boolean;
}

/**
 * Finds the files that make a version. Undefined when there is no log.
 *
 * @throws DELTA_VERSION_NOT_FOUND, DELTA_VERSIONS_NOT_CONTIGUOUS, DELTA_CHECKPOINT_READER_MISSING
 */
export async function readSegment(store: ObjectStore, options: SegmentOptions): Promise<LogSegment | undefined> {
  const hinted = options.useCheckpoints && options.atVersion === undefined ? await readHint(store) : undefined;
  if (hinted !== undefined) {
    const listing = await listLog(store, hinted);
    if (listing.checkpoints.length > 0) return chooseSegment(store.root, listing, options);
  }
  const listing = await listLog(store);
  if (listing.commits.length === 0 && listing.checkpoints.length === 0) return undefined;
  return chooseSegment(store.root, listing, options);
}

/** The commit files of a log, oldest first, those of `fromVersion` and later. */
export async function listCommits(store: ObjectStore, fromVersion = 0): Promise<readonly CommitFile[]> {
  return (await listLog(store, fromVersion)).commits;
}

async function readHint(store: ObjectStore): Promise<number | undefined> {
  const content = await store.read(LAST_CHECKPOINT_PATH);
  if (content === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(content));
    const version = isJsonObject(json) ? json["version"] : undefined;
    return Number.isSafeInteger(version) ? Number(version) : undefined;
  } catch {
    return undefined;
  }
}

async function listLog(store: ObjectStore, fromVersion = 0): Promise<LogListing> {
  const startAfter = fromVersion > 0 ? `${LOG_FOLDER}/${padVersion(fromVersion)}` : undefined;
  const commits: CommitFile[] = [];
  const checkpoints: { name: LogFileName; file: StoredFile }[] = [];
  for (const file of await store.list(LOG_FOLDER, startAfter)) {
    const name = parseLogPath(file.path);
    if (name === undefined) continue;
    if (name.kind === "Commit") commits.push({ ...file, version: name.version });
    else if (file.sizeBytes > 0) checkpoints.push({ name, file });
  }
  return { commits, checkpoints: completeCheckpoints(checkpoints) };
}

function completeCheckpoints(
  found: readonly { readonly name: LogFileName; readonly file: StoredFile }[],
): readonly CheckpointFiles[] {
  const complete: CheckpointFiles[] = [];
  const parts = new Map<string, StoredFile[]>();
  for (const { name, file } of found) {
    if (name.kind !== "CheckpointPart") {
      complete.push({ version: name.version, files: [file] });
      continue;
    }
    const key = `${name.version}/${name.parts}`;
    const files = [...(parts.get(key) ?? []), file];
    parts.set(key, files);
    if (files.length === name.parts) complete.push({ version: name.version, files });
  }
  return complete.sort((left, right) => left.version - right.version);
}

function chooseSegment(table: string, listing: LogListing, options: SegmentOptions): LogSegment {
  const version = options.atVersion ?? latestVersion(listing);
  const checkpoint = listing.checkpoints.filter((one) => one.version <= version).at(-1);
  const usable = options.useCheckpoints ? checkpoint : undefined;
  const first = usable === undefined ? 0 : usable.version + 1;
  const commits = listing.commits.filter((one) => one.version >= first && one.version <= version);
  if (usable === undefined && checkpoint !== undefined && commits[0]?.version !== 0) {
    throw new DeltaError("DELTA_CHECKPOINT_READER_MISSING", { table, version: checkpoint.version });
  }
  if (options.atVersion !== undefined) checkReached(table, commits, first, version);
  checkContiguous(table, commits, first, version);
  return { version, commits, ...(usable === undefined ? {} : { checkpoint: usable }) };
}

function latestVersion(listing: LogListing): number {
  return Math.max(listing.commits.at(-1)?.version ?? -1, listing.checkpoints.at(-1)?.version ?? -1);
}

/** A version that was asked for may lie before what is left of the log: that is no damage. */
function checkReached(table: string, commits: readonly CommitFile[], first: number, version: number): void {
  const start = commits[0]?.version ?? first;
  if (start === first) return;
  const reason = `the log begins at version ${start}, after a clean-up`;
  throw new DeltaError("DELTA_VERSION_NOT_FOUND", { table, version, reason });
}

function checkContiguous(table: string, commits: readonly CommitFile[], first: number, version: number): void {
  commits.forEach((commit, index) => {
    if (commit.version === first + index) return;
    throw new DeltaError("DELTA_VERSIONS_NOT_CONTIGUOUS", { table, missing: first + index, found: commit.version });
  });
  const last = commits.at(-1)?.version ?? first - 1;
  if (last < version) {
    const reason = last < first ? "the log does not hold it" : `the latest version is ${last}`;
    throw new DeltaError("DELTA_VERSION_NOT_FOUND", { table, version, reason });
  }
}
