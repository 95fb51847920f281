import { randomUUID } from "node:crypto";
import type { RefreshRequest } from "../planner/selection.ts";
import type { FinishedUpdate, UpdateInput } from "./update-input.ts";

/** So many times one run starts again because of new columns; each time at least one column is new. */
const MOST_RESTARTS = 1000;

/** How one of several starts is run; without `mayRestart` an update that meets new columns fails. */
export type RunOnce = (input: UpdateInput, updateId: string, mayRestart: boolean) => Promise<FinishedUpdate>;

/** Runs an update, and again with cause SCHEMA_CHANGE as long as sources get new columns and `signal` lets it. The result is that of the last, with the rows of all. */
export async function untilSchemaSettles(
  input: UpdateInput,
  updateId: string,
  run: RunOnce,
  signal: AbortSignal,
): Promise<FinishedUpdate> {
  const canRestart = typeof input.graph === "function";
  let last = await run(input, updateId, canRestart);
  for (let restarts = 1; needsRestart(last) && !signal.aborted; restarts++) {
    const again = await run({ ...restartOf(input), cause: "SCHEMA_CHANGE" }, randomUUID(), restarts < MOST_RESTARTS);
    last = withRowsOf(again, last);
  }
  return last;
}

/** The update that goes on where one stopped: tables that were to be emptied have been. */
export function restartOf(input: UpdateInput): UpdateInput {
  const { refresh, fullRefresh, fullRefreshAll } = input.request ?? {};
  const named = [...(refresh ?? []), ...(fullRefresh ?? [])];
  const request: RefreshRequest = fullRefreshAll === true || named.length === 0 ? {} : { refresh: named };
  return { ...input, request };
}

function needsRestart({ state, flows }: FinishedUpdate): boolean {
  return state === "CANCELED" && flows.some((flow) => flow.schemaChanged);
}

/** The later of two updates as if both were one. */
export function withRowsOf(later: FinishedUpdate, earlier: FinishedUpdate): FinishedUpdate {
  const before = new Map(earlier.flows.map((flow) => [flow.flow, flow]));
  const flows = later.flows.map((flow) => {
    const { rows = 0, commits = 0 } = before.get(flow.flow) ?? {};
    return { ...flow, rows: flow.rows + rows, commits: flow.commits + commits };
  });
  return { ...later, startedAt: earlier.startedAt, flows };
}
