import type { Expression, Plan, StructType } from "@sluice/query";
import { RESERVED_PREFIX } from "./change-columns.ts";
import type { StoredRead } from "./plan-algebra.ts";

/** The tables of a restatement in its plans: changes read again from the sources, the keys it is about, the target, and what is remembered of its changes. */
export const STAGED = "staged";
export const KEYS = "keys";
export const STORED = "stored";
export const REMEMBERED = "remembered";

/** The columns of those tables. */
export interface RestatedTables {
  readonly staged: StructType;
  readonly keys: StructType;
  readonly stored: StructType;
  readonly remembered: StructType;
}

/** Rows of a restatement, and which of their scans read which table. */
export interface RestatedRows {
  readonly plan: Plan;
  readonly reads: readonly StoredRead[];
}

/** A change of a table by a restatement: rows that go, by position, and rows that come. */
export interface RestatedChange {
  readonly added: Plan;
  readonly removed: Plan;
  readonly shared: readonly Plan[];
  readonly reads: readonly StoredRead[];
}

/**
 * Rows of a restatement. `chosen`: the keys. `changes`: those read again. `lost`: changes of the keys that are remembered, and that the sources no longer have; of a table that remembers only
 * the latest change of a key, those that no later one replaces. `safe`: the keys without those of lost changes. `before` and `after`: the target's rows of the keys as they are, and as
 * they will be. `gone` and `come`: where these differ.
 */
export type RestatedSet = "chosen" | "changes" | "lost" | "safe" | "before" | "after" | "gone" | "come";

/** Which rows a restatement is about: SQL over columns of the target; `isOnKeys` when they are keys only. */
export interface RestateCondition {
  readonly expression: Expression;
  readonly isOnKeys: boolean;
}

/** `+` for a row that comes, `-` for one that goes. */
export const SIDE: string = `${RESERVED_PREFIX}side`;
