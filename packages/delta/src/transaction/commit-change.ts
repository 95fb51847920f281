import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileKey } from "../action/data-path.ts";
import { printCommit } from "../action/print-action.ts";
import { type Commit, commitInfoOf, readCommit } from "../log/commit.ts";
import { commitPath } from "../log/file-names.ts";
import { mayMatch } from "../scan/may-match.ts";
import { advance, loadSnapshot, type TableAccess } from "../snapshot/load.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type Attempt, findConflict } from "./conflict.ts";
import { isolationOf, type Prepared, prepare } from "./prepare.ts";
import type { CommitOutcome, TableChange } from "./table-change.ts";

/** A commit's outcome, and the newest snapshot that was seen on the way; absent when there is still no table. */
export interface CommitResult {
  readonly outcome: CommitOutcome;
  readonly snapshot?: Snapshot;
}

/**
 * Commits a change on top of `latest`, the newest snapshot known (absent: no table). `readSnapshot` is the one that the change was made from, if it read
 * any; commits since then may spoil it. A lost race against a commit that does not matter is run again, without end: each round means that some commit
 * went through.
 *
 * @throws DeltaError when the change would break the table; errors of the storage, when it is not known whether the commit took effect, after looking.
 */
export async function commitChange(
  access: TableAccess,
  latest: Snapshot | undefined,
  change: TableChange,
  readSnapshot?: Snapshot,
): Promise<CommitResult> {
  const run = { access, change, txnId: randomUUID(), readSnapshot };
  let base = latest;
  const missed = alreadyRecorded(latest, change) ?? (await replayMissed(run, latest));
  if (missed !== undefined) return missed;
  for (let round = 0; ; round += 1) {
    const recorded = alreadyRecorded(base, change);
    if (recorded !== undefined) return recorded;
    const result = await attempt(run, base);
    if (result.kind === "Finished") return result.result;
    base = result.base;
    if (round > 1) await sleep(Math.random() * Math.min(100, 2 ** round));
  }
}

interface Run {
  readonly access: TableAccess;
  readonly change: TableChange;
  readonly txnId: string;
  readonly readSnapshot: Snapshot | undefined;
}

type Round =
  | { readonly kind: "Finished"; readonly result: CommitResult }
  | { readonly kind: "Lost"; readonly base: Snapshot | undefined };

function alreadyRecorded(base: Snapshot | undefined, change: TableChange): CommitResult | undefined {
  const { transaction } = change;
  if (transaction === undefined || base === undefined) return undefined;
  const recorded = base.transactionVersion(transaction.appId);
  if (recorded === undefined || recorded < transaction.version) return undefined;
  return { outcome: { kind: "AlreadyCommitted", version: base.version }, snapshot: base };
}

/** Commits between the snapshot that a change was made from and the newest one count as concurrent. */
async function replayMissed(run: Run, latest: Snapshot | undefined): Promise<CommitResult | undefined> {
  const { readSnapshot, access } = run;
  if (readSnapshot === undefined || latest === undefined) return undefined;
  for (let version = readSnapshot.version + 1; version <= latest.version; version += 1) {
    const winner = await readCommit(access.store, version);
    if (winner === undefined) throw goneCommit(access.store, version);
    const conflict = findConflict(describeAttempt(run, readSnapshot, undefined), winner);
    if (conflict !== undefined) return { outcome: { kind: "Conflicted", version, ...conflict }, snapshot: latest };
  }
  return undefined;
}

async function attempt(run: Run, base: Snapshot | undefined): Promise<Round> {
  const { store } = run.access;
  const readVersion = (run.readSnapshot ?? base)?.version;
  const facts = { root: store.root, txnId: run.txnId, now: Date.now() };
  const prepared = prepare(base, run.change, { ...facts, ...(readVersion === undefined ? {} : { readVersion }) });
  if (prepared.isEmpty && base !== undefined) {
    return { kind: "Finished", result: { outcome: { kind: "Unchanged", version: base.version }, snapshot: base } };
  }
  const written = await writeCommit(store, prepared, run);
  if (written === "created") return { kind: "Finished", result: await committed(run, base, prepared) };
  if (base === undefined) return { kind: "Lost", base: await loadSnapshot(run.access) };
  return afterLoss(run, base, prepared, written);
}

/** Puts the commit file; gives the commit that is there instead when another was first. A lost answer is looked up. */
async function writeCommit(
  store: ObjectStore,
  prepared: Prepared,
  { txnId, change: { after } }: Run,
): Promise<"created" | Commit> {
  const { version } = prepared;
  let failure: unknown;
  try {
    const content = printCommit(prepared.actions);
    if ((await store.putIfAbsent(commitPath(version), content, after)) === "created") return "created";
  } catch (error) {
    failure = error;
  }
  const found = await readCommit(store, version).catch((error: unknown) => {
    throw failure ?? error;
  });
  if (found === undefined) throw failure ?? goneCommit(store, version);
  return commitInfoOf(found)?.txnId === txnId ? "created" : found;
}

async function committed(run: Run, base: Snapshot | undefined, prepared: Prepared): Promise<CommitResult> {
  const commit: Commit = { version: prepared.version, actions: prepared.actions };
  const snapshot =
    base === undefined ? await loadSnapshot(run.access, 0) : await advance(run.access.store, base, commit);
  const timestamp = snapshot?.timestamp ?? Date.now();
  const outcome: CommitOutcome = { kind: "Committed", version: commit.version, timestamp };
  return { outcome, ...(snapshot === undefined ? {} : { snapshot }) };
}

async function afterLoss(run: Run, base: Snapshot, prepared: Prepared, winner: Commit): Promise<Round> {
  const snapshot = await advance(run.access.store, base, winner);
  const recorded = alreadyRecorded(snapshot, run.change);
  if (recorded !== undefined) return { kind: "Finished", result: recorded };
  const conflict = findConflict(describeAttempt(run, run.readSnapshot ?? base, prepared), winner);
  if (conflict === undefined) return { kind: "Lost", base: snapshot };
  const outcome: CommitOutcome = { kind: "Conflicted", version: winner.version, ...conflict };
  return { kind: "Finished", result: { outcome, snapshot } };
}

/** `remove: "all"` reads nothing: it takes away whatever is there when its turn comes. */
function describeAttempt(run: Run, read: Snapshot, prepared: Prepared | undefined): Attempt {
  const { change } = run;
  const reads = change.reads ?? "nothing";
  const where = typeof reads === "object" ? reads.where : undefined;
  const named = Array.isArray(change.remove) ? change.remove : [];
  const removed = [...named, ...(change.update ?? []).map((update) => update.file)];
  const removedKeys = new Set(removed.map(fileKey));
  const mayRead = (file: Parameters<Attempt["mayRead"]>[0]): boolean =>
    reads === "table" || (where !== undefined && mayMatch(read.metadata, file, where));
  const hasRead = (key: string): boolean => {
    const file = read.state.files.get(key);
    return removedKeys.has(key) || reads === "table" || (file !== undefined && mayRead(file));
  };
  return {
    ...(change.transaction === undefined ? {} : { appId: change.transaction.appId }),
    domains: new Set(Object.keys(change.domains ?? {})),
    changesProtocol: prepared?.changesProtocol ?? false,
    changesMetadata: prepared?.changesMetadata ?? change.definition !== undefined,
    removedKeys,
    mayRead,
    hasRead,
    dataChange: change.dataChange ?? true,
    isolation: change.isolation ?? isolationOf(read),
  };
}

function goneCommit(store: ObjectStore, version: number): DeltaError {
  const reason = "its commit file is gone";
  return new DeltaError("DELTA_VERSION_NOT_FOUND", { table: store.root, version, reason });
}
