import type { Expression, Policy, Relation } from "@sluice/query";
import type { Dataset, ResolvedFlow } from "./dataflow-graph.ts";

/** A dataset whose columns are known, as its readers see it. */
export interface KnownDataset {
  readonly dataset: Dataset;
  /** Empty for views. */
  readonly flows: readonly ResolvedFlow[];
  readonly streaming: boolean;
  /** For views only: what takes the view's place in a query that reads it. */
  readonly view?: {
    readonly relation: Relation;
    readonly rules: readonly { readonly name: string; readonly policy: Policy; readonly condition: Expression }[];
  };
}
