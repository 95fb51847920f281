import type { StructType } from "@sluice/query";
import type { AddFile, RemoveFile } from "../action/action.ts";
import { type Commit, commitInfoOf, readCommits } from "../log/commit.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { toTableMetadata } from "./table-metadata.ts";

/** What one commit did to the rows of a table. */
type CommitChange =
  /** New rows only, all of them in `files`. */
  | {
      readonly kind: "Appended";
      readonly version: number;
      readonly files: readonly AddFile[];
      readonly schema?: StructType;
    }
  /** Rows were removed or rewritten. */
  | {
      readonly kind: "Changed";
      readonly version: number;
      readonly operation: string;
      readonly added: readonly AddFile[];
      readonly removed: readonly RemoveFile[];
      readonly schema?: StructType;
    }
  /** Same rows as before: only metadata, transactions or the layout of files changed. */
  | { readonly kind: "Unchanged"; readonly version: number; readonly schema?: StructType };

/** The appends of a stretch of commits. */
export interface TableTail {
  /** The last version looked at that is no change; the version asked from when nothing followed. */
  readonly through: number;
  /** Commits that added rows, oldest first, with the files they added. */
  readonly appends: readonly { readonly version: number; readonly files: readonly AddFile[] }[];
  /** Commits that set the schema, oldest first: new columns, comments, or the same again. */
  readonly schemas: readonly { readonly version: number; readonly schema: StructType }[];
  /** The first commit that removed or rewrote rows, and whether it also added files; nothing after it was looked at. */
  readonly changed?: { readonly version: number; readonly operation: string; readonly adds: boolean };
}

/** Says what a commit did. `schema` is present when the commit has a metadata action. `table` is for messages. */
function classifyCommit(table: string, commit: Commit): CommitChange {
  const added: AddFile[] = [];
  const removed: RemoveFile[] = [];
  let schema: StructType | undefined;
  for (const action of commit.actions) {
    if (action.kind === "AddFile" && action.dataChange) added.push(action);
    if (action.kind === "RemoveFile" && action.dataChange) removed.push(action);
    if (action.kind === "Metadata") schema = toTableMetadata(table, action).schema;
  }
  const facts = { version: commit.version, ...(schema === undefined ? {} : { schema }) };
  if (removed.length > 0) {
    const operation = commitInfoOf(commit)?.operation ?? "UNKNOWN";
    return { kind: "Changed", operation, added, removed, ...facts };
  }
  return added.length > 0 ? { kind: "Appended", files: added, ...facts } : { kind: "Unchanged", ...facts };
}

/**
 * Reads the commits after a version, up to and with `through`, until the first that removes or rewrites rows.
 *
 * @throws DELTA_VERSION_NOT_FOUND when a commit of the range is gone
 */
export async function readTail(store: ObjectStore, after: number, through: number): Promise<TableTail> {
  const versions = Array.from({ length: Math.max(0, through - after) }, (_, index) => after + 1 + index);
  const appends: { version: number; files: readonly AddFile[] }[] = [];
  const schemas: { version: number; schema: StructType }[] = [];
  for await (const commit of readCommits(store, versions)) {
    const change = classifyCommit(store.root, commit);
    if (change.kind === "Changed") {
      const { version, operation, added } = change;
      return { through: version - 1, appends, schemas, changed: { version, operation, adds: added.length > 0 } };
    }
    if (change.schema !== undefined) schemas.push({ version: change.version, schema: change.schema });
    if (change.kind === "Appended") appends.push({ version: change.version, files: change.files });
  }
  return { through, appends, schemas };
}
