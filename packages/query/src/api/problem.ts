import type { Origin } from "../expression/expression.ts";
import { QueryError, type QueryProblem } from "../expression/problem.ts";
import { callerOrigin } from "./origin.ts";

/** A mistake in the use of the API, at the person's call. */
export function apiError(
  condition: string,
  message: string,
  parameters: Readonly<Record<string, string>> = {},
): QueryError {
  const origin = callerOrigin();
  return new QueryError([{ condition, message, parameters, ...(origin === undefined ? {} : { origin }) }]);
}

/** The result of reading text of the person's; problems get the place of the call when they have none. */
export function atCaller<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof QueryError) throw new QueryError(error.problems.map(withOrigin(callerOrigin())));
    throw error;
  }
}

function withOrigin(origin: Origin | undefined): (problem: QueryProblem) => QueryProblem {
  return (problem) => (origin === undefined || problem.origin !== undefined ? problem : { ...problem, origin });
}

/** The error of a method that would run the query, such as `collect()`. */
export function actionError(action: string): QueryError {
  return apiError(
    "ACTION_NOT_ALLOWED",
    `\`${action}\` runs a query, but here a query may only be described: the pipeline runs it when its turn comes. ` +
      "Return the DataFrame, and look at its rows after an update with `sluice query`; in a program of your own, make it with a session (openSession).",
    { action },
  );
}
