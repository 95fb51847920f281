import { collectLeaves, type Leaf, parseQuery, type QueryProblem } from "@sluice/query";
import type { FoundLeaf } from "./find-leaf.ts";

const COMPANIONS = ["dataset", "name", "passed_records", "failed_records", "expectations"];

const EVENTS_BY_RULE = `
  SELECT log.*, expectations, expectations.dataset, expectations.name, expectations.passed_records, expectations.failed_records
  FROM log LATERAL VIEW explode(from_json(details:flow_progress.data_quality.expectations,
    'array<struct<name: string, dataset: string, passed_records: bigint, failed_records: bigint>>')) AS expectations`;

type Leaves = ReadonlyMap<Leaf, FoundLeaf | QueryProblem>;

/**
 * The same leaves, but the event log with one row for each rule of each event and the columns `dataset`, `name`, `passed_records`, `failed_records` and
 * `expectations`, which people expect there. Undefined unless these columns are all that the query lacks: a query that is right without them sees the log as
 * it is.
 */
export function withCompanions(found: Leaves, problems: readonly QueryProblem[]): Leaves | undefined {
  if (!problems.every(asksForCompanion)) return undefined;
  const widened = new Map(found);
  for (const [leaf, one] of found) {
    if (!("resolved" in one) || one.isEventLog !== true) continue;
    const relation = parseQuery(EVENTS_BY_RULE);
    for (const inner of collectLeaves(relation)) widened.set(inner, one);
    const resolved = { kind: "View", relation, dataset: "event_log", rules: [], nullIsViolation: false } as const;
    widened.set(leaf, { resolved });
  }
  return widened.size === found.size ? undefined : widened;
}

function asksForCompanion({ condition, parameters }: QueryProblem): boolean {
  if (!condition.startsWith("UNRESOLVED_COLUMN")) return false;
  const parts = (parameters["objectName"] ?? "").replaceAll("`", "").toLowerCase().split(".");
  return parts.some((part) => COMPANIONS.includes(part));
}
