import type { InputSlice, QueryResult } from "@sluice/pipelines";
import { analyze, collectLeaves, type Leaf, parseQuery, QueryError, type QueryProblem, scans } from "@sluice/query";
import { type FoundLeaf, findLeaf, type QueryScope } from "./query-names.ts";

/**
 * Answers a SELECT in Spark SQL over the pipeline's tables as they are now.
 *
 * @param limit - At most this many rows; absent: all.
 * @throws QueryError for everything that is wrong with the query.
 */
export async function runQuery(sql: string, scope: QueryScope, limit?: number): Promise<QueryResult> {
  const { settings, engine } = scope;
  const relation = parseQuery(sql, undefined, { timeZone: settings.timeZone });
  const found = new Map<Leaf, FoundLeaf | QueryProblem>();
  for (const leaf of collectLeaves(relation)) found.set(leaf, await findLeaf(leaf, scope));
  const plan = analyze(relation, {
    resolveLeaf: (leaf) => {
      const entry = found.get(leaf);
      if (entry === undefined) throw new Error(`a leaf that was not collected: ${leaf.kind}`);
      return "resolved" in entry ? entry.resolved : entry;
    },
    ansi: settings.ansi,
    timeZone: settings.timeZone,
  });
  const problems = engine.check(plan);
  if (problems.length > 0) throw new QueryError(problems);
  const inputs = new Map<number, InputSlice>();
  for (const scan of scans(plan)) {
    const entry = found.get(scan.leaf);
    if (entry !== undefined && "slice" in entry) inputs.set(scan.scan, entry.slice);
  }
  const session = { now: BigInt(Date.now()) * 1000n, timeZone: settings.timeZone, ansi: settings.ansi };
  return engine.query(plan, inputs, session, limit === undefined ? {} : { limit });
}
