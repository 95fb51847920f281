import { EngineError, type TableTarget, type Transaction } from "@sluice/pipelines";
import type { EvaluatedQuery } from "./evaluate-query.ts";
import { executionSession } from "./execution-session.ts";
import type { SessionState } from "./session-state.ts";

/** What a write is bound to. */
export interface WriteRowsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Its rows are written only if no write with it was before. */
  readonly transaction?: Transaction | undefined;
}

/** Commits the rows of a query to a table at once. Answers how many there were. @throws EngineError for trouble with data or world; the table is as it was then */
export async function writeRows(
  { plan, inputs }: EvaluatedQuery,
  target: TableTarget,
  mode: "append" | "overwrite",
  operation: string,
  state: SessionState,
  { signal, transaction }: WriteRowsOptions = {},
): Promise<number> {
  const engine = await state.engine();
  const written = engine.write(
    {
      target,
      mode,
      plan,
      inputs,
      session: executionSession(state),
      states: [],
      ...(transaction === undefined ? {} : { transaction }),
      operation,
      operationParameters: {
        mode: mode === "append" ? "Append" : "Overwrite",
        partitionBy: JSON.stringify(target.partitionBy),
      },
    },
    signal,
  );
  const outcome = await written.catch((error) => {
    throw storeFailure(error);
  });
  if (outcome.kind === "AlreadyCommitted") return 0;
  if (outcome.kind !== "Committed") throw new Error(`a write without rules came out as ${outcome.kind}`);
  return outcome.rows;
}

const REFUSED = /^\[(CAST_INVALID_INPUT|DELTA_VIOLATE_CONSTRAINT_WITH_VALUES)\] /;

/** A value that did not fit its column was refused by the plan itself, in Spark's words for it: see `assignColumns` and `computeColumns`. */
export function storeFailure(error: unknown): unknown {
  const condition = error instanceof EngineError ? REFUSED.exec(error.message)?.[1] : undefined;
  if (condition === undefined || !(error instanceof EngineError)) return error;
  return new EngineError(error.message.replace(REFUSED, ""), { ...error.facts, condition }, error);
}
