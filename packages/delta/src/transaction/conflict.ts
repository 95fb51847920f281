import type { Action, AddFile } from "../action/action.ts";
import { fileKey } from "../action/data-path.ts";
import { type Commit, commitInfoOf } from "../log/commit.ts";
import type { ConflictCode } from "./table-change.ts";

/** What a commit built on, and what it does: all that decides whether a concurrent commit spoils it. */
export interface Attempt {
  readonly appId?: string;
  readonly domains: ReadonlySet<string>;
  readonly changesProtocol: boolean;
  readonly changesMetadata: boolean;
  /** `fileKey`s of the files it removes. */
  readonly removedKeys: ReadonlySet<string>;
  /** Whether rows of a new file could have been among those read. */
  readonly mayRead: (file: AddFile) => boolean;
  /** Whether a file that was there, by its `fileKey`, was read. */
  readonly hasRead: (key: string) => boolean;
  /** False when it only rearranges rows. */
  readonly dataChange: boolean;
  readonly isolation: "Serializable" | "WriteSerializable";
}

/** Why an attempt cannot follow a commit that won; undefined when it can. */
export interface Conflict {
  readonly code: ConflictCode;
  readonly message: string;
}

/** Says whether a concurrent commit spoils an attempt, by Delta's rules. The protocol that a winner brings is checked when the attempt is made anew. */
export function findConflict(attempt: Attempt, winner: Commit): Conflict | undefined {
  for (const rule of RULES) {
    const message = rule.check(attempt, winner);
    if (message !== undefined) return { code: rule.code, message: `Version ${winner.version} ${message}` };
  }
  return undefined;
}

interface Rule {
  readonly code: ConflictCode;
  /** What the winner did, as the rest of a sentence, when that is a conflict. */
  readonly check: (attempt: Attempt, winner: Commit) => string | undefined;
}

const RULES: readonly Rule[] = [
  { code: "DELTA_PROTOCOL_CHANGED", check: checkProtocol },
  { code: "DELTA_METADATA_CHANGED", check: checkMetadata },
  { code: "DELTA_DOMAIN_METADATA_CONFLICT", check: checkDomains },
  { code: "DELTA_CONCURRENT_TRANSACTION", check: checkTransaction },
  { code: "DELTA_CONCURRENT_APPEND", check: checkAppend },
  { code: "DELTA_CONCURRENT_DELETE_DELETE", check: checkDeleteDelete },
  { code: "DELTA_CONCURRENT_DELETE_READ", check: checkDeleteRead },
];

function checkProtocol(attempt: Attempt, winner: Commit): string | undefined {
  if (!attempt.changesProtocol || !has(winner, "Protocol")) return undefined;
  return "changed the protocol of the table, as this commit would.";
}

function checkMetadata(_attempt: Attempt, winner: Commit): string | undefined {
  return has(winner, "Metadata") ? "changed the schema or the properties of the table." : undefined;
}

function checkDomains(attempt: Attempt, winner: Commit): string | undefined {
  const shared = winner.actions.find(
    (action) => action.kind === "DomainMetadata" && attempt.domains.has(action.domain),
  );
  return shared?.kind === "DomainMetadata" ? `set the domain "${shared.domain}", as this commit would.` : undefined;
}

function checkTransaction(attempt: Attempt, winner: Commit): string | undefined {
  const isSameApp = winner.actions.some((action) => action.kind === "SetTransaction" && action.appId === attempt.appId);
  return isSameApp ? `was committed by another instance of "${attempt.appId}".` : undefined;
}

function checkAppend(attempt: Attempt, winner: Commit): string | undefined {
  if (!attempt.dataChange) return undefined;
  if (attempt.isolation === "WriteSerializable" && commitInfoOf(winner)?.isBlindAppend === true) return undefined;
  const seen = winner.actions.some(
    (action) => action.kind === "AddFile" && action.dataChange && attempt.mayRead(action),
  );
  return seen ? "added rows that this commit should have read." : undefined;
}

function checkDeleteDelete(attempt: Attempt, winner: Commit): string | undefined {
  const both = winner.actions.some(
    (action) => action.kind === "RemoveFile" && attempt.removedKeys.has(fileKey(action)),
  );
  return both ? "removed a file that this commit removes as well." : undefined;
}

function checkDeleteRead(attempt: Attempt, winner: Commit): string | undefined {
  const isRead = winner.actions.some((action) => action.kind === "RemoveFile" && attempt.hasRead(fileKey(action)));
  return isRead ? "removed a file that this commit has read." : undefined;
}

function has(commit: Commit, kind: Action["kind"]): boolean {
  return commit.actions.some((action) => action.kind === kind);
}
