import type { NonDeterminism } from "./time-dependence.ts";

/** One source as a refresh saw it: a table's id and version, or paths and a digest of the files there. */
export interface SourceVersion {
  readonly id: string;
  readonly version: string;
}

/** All that the contents of a materialized view follow from. */
export interface RefreshFacts {
  readonly fingerprint: string;
  readonly timeZone: string;
  readonly ansi: boolean;
  /** In the order of the scans. */
  readonly sources: readonly SourceVersion[];
}

/** Why a materialized view is computed anew, in Databricks' words. */
type RefreshIssue =
  | "CHANGE_SET_MISSING"
  | "QUERY_FINGERPRINT_CHANGED"
  | "CONFIGURATION_CHANGED"
  | "TIME_ZONE_CHANGED"
  | "PLAN_NOT_DETERMINISTIC"
  | "DATA_HAS_CHANGED"
  | "FULL_REFRESH";

export type RefreshDecision =
  | { readonly kind: "NoOp" }
  | { readonly kind: "Recompute"; readonly issue: RefreshIssue; readonly subType?: NonDeterminism };

/** What else bears on a refresh besides versions. */
export interface RefreshDemand {
  readonly isFullRefresh: boolean;
  readonly nonDeterminism: NonDeterminism | undefined;
}

/** Whether a materialized view must be computed: `committed` is what its contents were made from, undefined before the first refresh. */
export function decideRefresh(
  committed: RefreshFacts | undefined,
  current: RefreshFacts,
  demand: RefreshDemand,
): RefreshDecision {
  const recompute = (issue: RefreshIssue): RefreshDecision => ({ kind: "Recompute", issue });
  if (demand.isFullRefresh) return recompute("FULL_REFRESH");
  if (committed === undefined) return recompute("CHANGE_SET_MISSING");
  if (committed.fingerprint !== current.fingerprint) return recompute("QUERY_FINGERPRINT_CHANGED");
  if (committed.ansi !== current.ansi) return recompute("CONFIGURATION_CHANGED");
  if (committed.timeZone !== current.timeZone) return recompute("TIME_ZONE_CHANGED");
  if (demand.nonDeterminism !== undefined) {
    return { kind: "Recompute", issue: "PLAN_NOT_DETERMINISTIC", subType: demand.nonDeterminism };
  }
  return sameSources(committed.sources, current.sources) ? { kind: "NoOp" } : recompute("DATA_HAS_CHANGED");
}

/** The decision as a sentence's end: `because its sources have changed`. */
export function refreshReason(decision: RefreshDecision): string {
  return decision.kind === "NoOp" ? "its sources are unchanged since the last refresh" : REASONS[decision.issue];
}

const REASONS: Readonly<Record<RefreshIssue, string>> = {
  CHANGE_SET_MISSING: "it was never filled",
  QUERY_FINGERPRINT_CHANGED: "its definition has changed",
  CONFIGURATION_CHANGED: "spark.sql.ansi.enabled has changed",
  TIME_ZONE_CHANGED: "spark.sql.session.timeZone has changed",
  PLAN_NOT_DETERMINISTIC: "its query depends on the time or on chance",
  DATA_HAS_CHANGED: "its sources have changed",
  FULL_REFRESH: "a full refresh was asked for",
};

function sameSources(left: readonly SourceVersion[], right: readonly SourceVersion[]): boolean {
  return (
    left.length === right.length && left.every((one, i) => one.id === right[i]?.id && one.version === right[i]?.version)
  );
}
