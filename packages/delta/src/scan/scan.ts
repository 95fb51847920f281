import type { Typed } from "@sluice/query";
import type { AddFile } from "../action/action.ts";
import { resolveDataPath } from "../action/data-path.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { mayMatch } from "./may-match.ts";

/** What to read of a snapshot. */
export interface ScanOptions {
  /** A condition that rows must meet to be wanted; see `mayMatch` for what is understood of it. */
  readonly where?: Typed;
}

/**
 * The files that hold the rows wanted. Rows that do not meet the condition are among theirs: filter them again. So are rows that a file's deletion vector
 * deletes: leave them out (`readDeletionVector`).
 */
export interface Scan {
  readonly files: readonly AddFile[];
  /** Absolute local paths, or URLs, of `files`, in their order. */
  readonly paths: readonly string[];
  /** What was left out. */
  readonly skipped: { readonly files: number; readonly sizeBytes: number };
}

/** The files of a table that can hold wanted rows. Columns that a file lacks are NULL in it; partition columns are in `partitionValues`. */
export function scan(snapshot: Snapshot, options: ScanOptions = {}): Scan {
  const { where } = options;
  const { files: all, metadata, root } = snapshot;
  const files = where === undefined ? all : all.filter((file) => mayMatch(metadata, file, where));
  const sizeBytes = files.reduce((sum, file) => sum + file.size, 0);
  const skipped = { files: all.length - files.length, sizeBytes: snapshot.sizeBytes - sizeBytes };
  return { files, paths: files.map((file) => resolveDataPath(root, file.path)), skipped };
}
