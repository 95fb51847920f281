/**
 * What becomes of changes that are remembered of the chosen keys and that the sources no longer have: `refuse` changes nothing then; `keep` applies them as they are remembered
 * (of a table that remembers only the latest change of a key, such keys stay as they are); `forget` lets them go.
 */
export type LostChanges = "refuse" | "keep" | "forget";

/** Some keys of a table of changes that are to be made anew from what its sources have. */
export interface RestateRequest {
  /** SQL over the columns of the table: a key is chosen with all its rows when one of its rows meets it, as it is or as it would be. */
  readonly where: string;
  /** `refuse` unless given. */
  readonly lost?: LostChanges;
}

/** What a restatement would do. */
export interface RestatePreview {
  /** Keys that are chosen. */
  readonly keys: number;
  /** Changes read from the sources again; of a condition on keys those of the keys. */
  readonly changes: number;
  /** Changes that are remembered and that the sources no longer have. */
  readonly lost: number;
  /** Rows of the keys as they are. */
  readonly rows: number;
  readonly removed: number;
  readonly added: number;
  /** Some rows that differ, by keys: `side` is `-` for one that goes and `+` for one that comes; values as text, NULL as null, in the order of `columns`. */
  readonly columns: readonly string[];
  readonly sample: readonly { readonly side: "-" | "+"; readonly values: readonly (string | null)[] }[];
}
