import type { RefreshDecision } from "./refresh-decision.ts";
import type { RestatePreview, RestateRequest } from "./restate-request.ts";

/** Empties a streaming table and forgets how far its flows got. */
export interface ResetTable {
  readonly kind: "ResetTable";
  readonly dataset: string;
  readonly flows: readonly string[];
  readonly reason: string;
}

/** Creates a table, or adds columns and properties that it lacks. */
export interface SetUpTable {
  readonly kind: "SetUpTable";
  readonly dataset: string;
}

/** Makes some keys of a table of changes anew from what its sources have. */
export interface RestateTable {
  readonly kind: "RestateTable";
  readonly dataset: string;
  /** Absent: a restatement that was stopped is brought to its end. */
  readonly request?: RestateRequest;
  /** What it would do; only in a plan that is not carried out. */
  readonly preview?: RestatePreview;
  readonly reason: string;
}

/**
 * `Stream`: rows that are new. `Once`: all rows, the first time only. `Materialize`: replaces the contents by the query's result. `Snapshot`: brings the contents to
 * what the query gives, row by row.
 */
export interface RunFlow {
  readonly kind: "RunFlow";
  readonly flow: string;
  readonly dataset: string;
  readonly technique: "Stream" | "Once" | "Materialize" | "Snapshot";
  readonly isFullRefresh: boolean;
  /** Flows of this plan that must be done first. */
  readonly after: readonly string[];
  /** What a materialized view needs as things stand; absent when flows in `after` may change its sources. */
  readonly decision?: RefreshDecision;
  readonly reason: string;
}

/** `EXCLUDED`: not in the selection. `COMPLETED`: nothing left to do. */
export interface SkipFlow {
  readonly kind: "SkipFlow";
  readonly flow: string;
  readonly dataset: string;
  readonly status: "EXCLUDED" | "COMPLETED";
  readonly reason: string;
}

export type Stage = ResetTable | SetUpTable | RestateTable | RunFlow | SkipFlow;

/** What one update will do and why: resets, then tables, restatements, then flows with sources before their readers. Plain data. */
export interface UpdatePlan {
  readonly stages: readonly Stage[];
}

/** Does something with each kind of stage. */
export type StageVisitor<Result> = { readonly [S in Stage as S["kind"]]: (stage: S) => Result };

/** Calls the visitor's function for a stage. */
export function visitStage<Result>(stage: Stage, visitor: StageVisitor<Result>): Result {
  switch (stage.kind) {
    case "ResetTable":
      return visitor.ResetTable(stage);
    case "SetUpTable":
      return visitor.SetUpTable(stage);
    case "RestateTable":
      return visitor.RestateTable(stage);
    case "RunFlow":
      return visitor.RunFlow(stage);
    case "SkipFlow":
      return visitor.SkipFlow(stage);
  }
}

/** The stages of one kind, in order. */
export function stagesOf<Kind extends Stage["kind"]>(
  plan: UpdatePlan,
  kind: Kind,
): readonly Extract<Stage, { kind: Kind }>[] {
  return plan.stages.filter((stage): stage is Extract<Stage, { kind: Kind }> => stage.kind === kind);
}
