import { identityOf } from "../cdc/change-columns.ts";
import type { RestatedChange } from "../cdc/restated-tables.ts";
import type { MergeWrite, TableTarget, WriteOutcome } from "../engine/engine.ts";
import { quarantineLocation } from "../expectation/system-table.ts";
import type { RestateRequest } from "../planner/restate-request.ts";
import { changeStateTarget } from "../streaming/change-target.ts";
import { quarantineTarget, tableTarget } from "../streaming/table-write.ts";
import { collectChanges, settleLost } from "./collect-changes.ts";
import { newlyRefused } from "./restate-quarantine.ts";
import { beginRestate, type RestateRecord, settleRestate } from "./restate-record.ts";
import { Restatement, type RestateScope } from "./restatement.ts";

/**
 * Makes some keys of a table of changes anew from what its sources have. The changes are read again beside the table; then it is on record that the restatement
 * will be done, and what is remembered of the keys' changes, the table and its quarantine change, each in one commit. `folder` is that of the work store, relative to the storage. Only the
 * holder of the pipeline's lease may call it. @throws QueryError for a wrong condition; EngineError, RESTATE_LOSES_CHANGES among them: nothing has changed then
 */
export async function restateTable(
  request: RestateRequest,
  scope: RestateScope,
  folder: string,
): Promise<WriteOutcome> {
  const restatement = new Restatement(scope);
  const { dataset, world } = scope;
  const state = stateTarget(scope);
  await world.engine.tables.ensure(state);
  const collected = await collectChanges(restatement, request.where);
  await settleLost(restatement, collected, request.lost ?? "refuse");
  const number = 1 + Math.max(await recorded(scope, tableTarget(dataset)), await recorded(scope, state));
  const now = String(restatement.session.now);
  const record = { dataset: dataset.name, folder, number, where: request.where, now };
  await beginRestate(record, world.store);
  return await applyRestate(restatement, record);
}

/** Brings a restatement that was stopped to its end. */
export async function finishRestate(record: RestateRecord, scope: RestateScope): Promise<WriteOutcome> {
  const session = { ...scope.world.session(), now: BigInt(record.now) };
  return await applyRestate(new Restatement(scope, session), record);
}

async function applyRestate(restatement: Restatement, record: RestateRecord): Promise<WriteOutcome> {
  const { scope, plans, spec } = restatement;
  const state = stateTarget(scope);
  const target = tableTarget(scope.dataset);
  if ((await recorded(scope, state)) < record.number)
    await merge(restatement, record, state, plans.state(), "position");
  const outcome = await merge(restatement, record, target, plans.target(), identityOf(spec));
  await quarantine(restatement, record, target);
  await settleRestate(record, scope.world.store);
  return outcome;
}

async function merge(
  restatement: Restatement,
  record: RestateRecord,
  target: TableTarget,
  change: RestatedChange,
  identity: MergeWrite["identity"],
): Promise<WriteOutcome> {
  const { version } = await restatement.describe(target.location);
  const { world } = restatement.scope;
  return await world.engine.write(
    {
      target,
      mode: "merge",
      plan: change.added,
      merge: { version, removed: change.removed, identity },
      shared: change.shared,
      inputs: await restatement.inputs(change),
      session: restatement.session,
      ...committed(restatement, record),
    },
    world.signal,
  );
}

async function quarantine(restatement: Restatement, record: RestateRecord, target: TableTarget): Promise<void> {
  const { scope, tables, session } = restatement;
  const { engine, signal } = scope.world;
  const refused = await engine.tables.describe(quarantineLocation(tables.staged.location));
  if (refused === undefined) return;
  const own = quarantineTarget(target, scope.dataset);
  const known = await engine.tables.describe(own.location);
  const keys = await restatement.describe(tables.keys.location);
  const rows = newlyRefused(refused, known, keys, own.schema, session);
  await engine.write({ target: own, mode: "append", ...rows, session, ...committed(restatement, record) }, signal);
}

function committed({ scope }: Restatement, { where, number }: RestateRecord) {
  return {
    transaction: { appId: appIdOf(scope), version: number },
    states: [],
    operation: "MERGE",
    operationParameters: { restate: where, updateId: scope.world.updateId },
  };
}

async function recorded(scope: RestateScope, { location }: TableTarget): Promise<number> {
  return (await scope.world.engine.tables.transactionVersion(location, appIdOf(scope))) ?? 0;
}

function appIdOf({ settings, dataset }: RestateScope): string {
  return `${settings.id}/restate/${dataset.name}`;
}

function stateTarget({ dataset, world }: RestateScope): TableTarget {
  const state = changeStateTarget(dataset, world.store.root);
  if (state === undefined) throw new Error(`"${dataset.displayName}" has no flows of changes`);
  return state;
}
