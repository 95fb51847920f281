import { randomUUID } from "node:crypto";
import type { RefreshRequest } from "../planner/selection.ts";
import type { FlowResult, UpdateInput, UpdateResult } from "./update-input.ts";

/** So many times one run starts again because of new columns; each time at least one column is new. */
const MOST_RESTARTS = 1000;

type Finished = Extract<UpdateResult, { kind: "Finished" }>;

/** How one of several starts is run; without `mayRestart` an update that meets new columns fails. */
export type RunOnce = (input: UpdateInput, updateId: string, mayRestart: boolean) => Promise<Finished>;

/** Runs an update, and again with cause SCHEMA_CHANGE as long as sources get new columns and `signal` lets it. The result is that of the last, with the rows of all. */
export async function untilSchemaSettles(
  input: UpdateInput,
  updateId: string,
  run: RunOnce,
  signal: AbortSignal,
): Promise<Finished> {
  const canRestart = typeof input.graph === "function";
  let last = await run(input, updateId, canRestart);
  for (let restarts = 1; needsRestart(last) && !signal.aborted; restarts++) {
    const again = await run(restartOf(input), randomUUID(), restarts < MOST_RESTARTS);
    last = { ...again, startedAt: last.startedAt, flows: again.flows.map((flow) => withRowsOf(flow, last.flows)) };
  }
  return last;
}

/** The update that goes on where one stopped: tables that were to be emptied have been. */
function restartOf(input: UpdateInput): UpdateInput {
  const { refresh, fullRefresh, fullRefreshAll } = input.request ?? {};
  const named = [...(refresh ?? []), ...(fullRefresh ?? [])];
  const request: RefreshRequest = fullRefreshAll === true || named.length === 0 ? {} : { refresh: named };
  return { ...input, request, cause: "SCHEMA_CHANGE" };
}

function needsRestart({ state, flows }: Finished): boolean {
  return state === "CANCELED" && flows.some((flow) => flow.schemaChanged);
}

function withRowsOf(flow: FlowResult, earlier: readonly FlowResult[]): FlowResult {
  const before = earlier.find((one) => one.flow === flow.flow);
  return before === undefined
    ? flow
    : { ...flow, rows: flow.rows + before.rows, commits: flow.commits + before.commits };
}
