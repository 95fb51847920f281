import type { Policy, Typed } from "@sluice/query";

/** A rule with its condition resolved over the columns of the dataset's flow. */
export interface ResolvedRule {
  readonly name: string;
  readonly policy: Policy;
  /** The condition as SQL, for people. */
  readonly text: string;
  readonly condition: Typed;
}
