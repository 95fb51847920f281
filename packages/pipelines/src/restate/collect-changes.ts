import { needsHistory } from "../cdc/change-columns.ts";
import type { RestatedRows } from "../cdc/restated-tables.ts";
import type { TableTarget, WriteRequest } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { LostChanges } from "../planner/restate-request.ts";
import type { Restatement } from "./restatement.ts";
import { stagingFlows } from "./stage-changes.ts";

/** What was found in the sources and in what is remembered. */
export interface CollectedChanges {
  /** Changes that are remembered of the keys and that the sources no longer have. */
  readonly lost: number;
}

/** Reads the changes of a restatement from its sources again, and finds the keys that it is about. Writes its own tables only. @throws QueryError for a wrong condition; EngineError */
export async function collectChanges(restatement: Restatement, where: string): Promise<CollectedChanges> {
  const { scope, tables, plans } = restatement;
  const { dataset, flows, world, workStore, settings, runStaging } = scope;
  const condition = restatement.condition(where);
  await world.engine.tables.ensure(tables.staged);
  const own = { ...world, store: workStore };
  for (const staging of await stagingFlows(dataset, flows, condition, tables.staged, own, settings))
    await runStaging(staging, own);
  await write(restatement, tables.keys, "overwrite", plans.keys(condition));
  const [lost = 0] = await restatement.count("lost");
  return { lost };
}

/**
 * Decides what becomes of lost changes.
 *
 * @throws EngineError RESTATE_LOSES_CHANGES when there are some and nobody has said what becomes of them.
 */
export async function settleLost(
  restatement: Restatement,
  { lost }: CollectedChanges,
  choice: LostChanges,
): Promise<void> {
  const { plans, tables, spec, scope } = restatement;
  if (lost === 0 || choice === "forget") return;
  if (choice === "refuse") throw losesChanges(scope.dataset.displayName, lost);
  if (needsHistory(spec)) await write(restatement, tables.staged, "append", plans.rows("lost"));
  else await write(restatement, tables.keys, "overwrite", plans.rows("safe"));
}

function losesChanges(table: string, lost: number): EngineError {
  const condition = "RESTATE_LOSES_CHANGES";
  const what = lost === 1 ? "1 change" : `${lost} changes`;
  return new EngineError(
    `[${condition}] The sources of "${table}" no longer give ${what} that it was made from. Say what becomes of them: --lost keep applies them as they are remembered, --lost forget lets them go. Nothing has changed.`,
    { condition, domain: "user", retry: "never" },
  );
}

async function write(
  restatement: Restatement,
  target: TableTarget,
  mode: WriteRequest["mode"],
  rows: RestatedRows,
): Promise<void> {
  const { world } = restatement.scope;
  await world.engine.write(
    {
      ...{ target, mode, plan: rows.plan, inputs: await restatement.inputs(rows), session: restatement.session },
      states: [],
      operation: "WRITE",
      operationParameters: { updateId: world.updateId },
    },
    world.signal,
  );
}
