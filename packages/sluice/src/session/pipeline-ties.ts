import type { Relation, ResolvedLeaf } from "@sluice/query";

/** A view that a pipeline's files declare, ready to be put in the place of its name. */
export interface DeclaredView {
  readonly relation: Relation;
  readonly resolved: Extract<ResolvedLeaf, { kind: "View" }>;
}

/** What a session of a pipeline knows beyond tables. */
export interface PipelineTies {
  readonly id: string;
  readonly name: string;
  readonly storage: string;
  /** The views of the pipeline's files, by canonical name; the files are evaluated when first asked. Broken files have none. */
  readonly views: () => Promise<ReadonlyMap<string, DeclaredView>>;
}
