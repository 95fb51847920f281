/** What a merge does to one file of its target. */
export type FileFate = "Keep" | "Remove" | "Vector" | "Rewrite";

/** What is known of a file before its fate is decided. Rows are counted in the file itself, deleted ones included in `physical`. */
export interface FileCounts {
  readonly physical: number;
  /** Deleted by earlier commits. */
  readonly deleted: number;
  /** Deleted by this merge. */
  readonly removed: number;
  readonly sizeBytes: number;
}

const SMALL_BYTES = 16 * 1024 * 1024;

/**
 * A file without rows left goes; of others the rows are deleted by a deletion vector where the table has them. A rewrite is cheaper, for every read that
 * follows, once most rows of a file are gone and what is left is quickly written.
 */
export function fateOf({ physical, deleted, removed, sizeBytes }: FileCounts, hasVectors: boolean): FileFate {
  if (removed === 0) return "Keep";
  const left = physical - deleted - removed;
  if (left === 0) return "Remove";
  if (!hasVectors) return "Rewrite";
  const leftBytes = (sizeBytes * left) / physical;
  return left * 2 < physical && leftBytes <= SMALL_BYTES ? "Rewrite" : "Vector";
}

/** What decides whether the removed rows are read in full. */
export interface OldRowsFacts {
  readonly hasFeed: boolean;
  readonly hasVectors: boolean;
  /** Rows of the files that rows are removed from, and how many are removed. */
  readonly physical: number;
  readonly removed: number;
  readonly sizeBytes: number;
  /** Whether pairs without a difference are not to be expected. */
  readonly seldomSame: boolean;
}

/**
 * Whether removed rows are compared with those that replace them, so that pairs without a difference are no change. The change feed needs the old rows
 * anyway, and a rewrite reads them; else it is worth reading files for when they are small, or when a good part of their rows is replaced.
 */
export function readsOldRows(facts: OldRowsFacts): boolean {
  const { hasFeed, hasVectors, physical, removed, sizeBytes, seldomSame } = facts;
  if (hasFeed || !hasVectors) return true;
  return !seldomSame && (sizeBytes <= SMALL_BYTES || removed * 100 >= physical);
}
