import { QueryError, sqlStateOf } from "@sluice/query";

/** A mistake in how a streaming query is told to run. */
export function refusal(
  condition: string,
  message: string,
  parameters: Readonly<Record<string, string>> = {},
): QueryError {
  const sqlState = sqlStateOf(condition);
  return new QueryError([{ condition, message, parameters, ...(sqlState && { sqlState }) }]);
}
