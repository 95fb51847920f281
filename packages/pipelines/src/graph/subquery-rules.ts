import { type Plan, planSubqueries, type QueryProblem, walkPlan } from "@sluice/query";
import { readsStream } from "../stateful/event-time.ts";

/** A node of a query with a stream in one of its sub-queries, which no micro-batch could have all rows of. */
export interface StreamInSubquery {
  readonly node: Plan;
  readonly problem: QueryProblem;
}

/** The first stream that is read in a sub-query (`IN (SELECT ..)`, `EXISTS`, `(SELECT ..)` as a value), which Spark refuses wherever it stands. */
export function streamInSubquery(plan: Plan): StreamInSubquery | undefined {
  const node = [...walkPlan(plan)].find((one) => planSubqueries(one).some((subquery) => readsStream(subquery)));
  if (node === undefined) return undefined;
  const problem = {
    condition: "INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY",
    sqlState: "42823",
    message:
      "Invalid subquery: Streaming query is not allowed in subquery expressions. Read the table without STREAM there, or join the two streams.",
    parameters: {},
  };
  return { node, problem };
}
