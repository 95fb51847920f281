import type { Action, CommitInfo } from "../action/action.ts";
import { parseAction } from "../action/parse-action.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { commitPath } from "./file-names.ts";

const BATCH = 64;
const decoder = new TextDecoder();

/** A version with its actions, in file order. */
export interface Commit {
  readonly version: number;
  readonly actions: readonly Action[];
}

/** Reads one commit; undefined when there is none. @throws DELTA_LOG_CORRUPT */
export async function readCommit(store: ObjectStore, version: number): Promise<Commit | undefined> {
  const path = commitPath(version);
  const content = await store.read(path);
  return content && { version, actions: parseActions(path, decoder.decode(content).split("\n")) };
}

/** Reads commits in order, several at a time, giving other work a turn between batches. @throws DELTA_LOG_CORRUPT, DELTA_VERSION_NOT_FOUND */
export async function* readCommits(store: ObjectStore, versions: readonly number[]): AsyncGenerator<Commit> {
  for (let start = 0; start < versions.length; start += BATCH) {
    const batch = versions.slice(start, start + BATCH);
    const commits = await Promise.all(batch.map((version) => readCommit(store, version)));
    for (const [index, commit] of commits.entries()) {
      if (commit === undefined) throw missing(store, batch[index] ?? 0);
      yield commit;
    }
    if (versions.length > BATCH) await new Promise(setImmediate);
  }
}

/** Lines of a commit or checkpoint as actions. @throws DELTA_LOG_CORRUPT naming file and line */
export function parseActions(file: string, lines: readonly string[]): readonly Action[] {
  const actions: Action[] = [];
  lines.forEach((line, index) => {
    try {
      const action = parseAction(line);
      if (action !== undefined) actions.push(action);
    } catch (error) {
      const reason = `line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`;
      throw new DeltaError("DELTA_LOG_CORRUPT", { file, reason }, error);
    }
  });
  return actions;
}

/** The commitInfo of a commit; undefined when it has none. */
export function commitInfoOf(commit: Commit): CommitInfo | undefined {
  return commit.actions.find((action) => action.kind === "CommitInfo");
}

function missing(store: ObjectStore, version: number): DeltaError {
  const reason = "its commit file is gone";
  return new DeltaError("DELTA_VERSION_NOT_FOUND", { table: store.root, version, reason });
}
