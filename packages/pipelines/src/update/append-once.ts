import type { WriteOutcome } from "../engine/engine.ts";
import { withRules } from "../expectation/with-rules.ts";
import type { BatchRecord } from "../streaming/batch-record.ts";
import { type ChangeRequest, ChangeTarget } from "../streaming/change-target.ts";
import { BatchTaken } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { observeStatics, staticInputs, staticReads } from "../streaming/static-input.ts";
import { writeTargets } from "../streaming/table-write.ts";
import type { TrackedFlow } from "./flow-identity.ts";

/** Whether a once flow has run since the last full refresh of its table. */
export async function hasAppended({ dataset, checkpoint }: TrackedFlow, world: FlowWorld): Promise<boolean> {
  const version = await world.engine.tables.transactionVersion(dataset.location ?? "", checkpoint.appId);
  return version !== undefined;
}

/** Appends all rows of a batch query, once. After a crash the rows are those of the first attempt. */
export async function appendOnce(tracked: TrackedFlow, world: FlowWorld): Promise<WriteOutcome> {
  const { flow, dataset, checkpoint } = tracked;
  const record = (await checkpoint.read(0)) ?? (await planOnce(tracked, world));
  const plan = withRules(flow.plan, dataset.displayName, flow.rules, world.nullIsViolation);
  const inputs = await staticInputs(staticReads(flow), record.statics, world.signal);
  const changes = ChangeTarget.of(flow, dataset, world.store.root);
  if (changes === undefined) return await write(tracked, world, record, { mode: "append", plan, inputs, states: [] });
  const request = await changes.request({ plan, inputs, states: [] }, record.session, world.engine.tables);
  return await write(tracked, world, record, request);
}

async function write(
  { flow, dataset, checkpoint }: TrackedFlow,
  world: FlowWorld,
  record: BatchRecord,
  request: ChangeRequest,
): Promise<WriteOutcome> {
  return await world.engine.write(
    {
      ...writeTargets(dataset, flow, world.store.root),
      ...request,
      session: record.session,
      transaction: { appId: checkpoint.appId, version: 0 },
      operation: "WRITE",
      operationParameters: {
        mode: request.mode === "merge" ? "Update" : "Append",
        queryId: checkpoint.id,
        updateId: world.updateId,
      },
    },
    world.signal,
  );
}

async function planOnce({ flow, checkpoint }: TrackedFlow, world: FlowWorld): Promise<BatchRecord> {
  const statics = await observeStatics(staticReads(flow), world);
  const record = { batch: 0, session: world.session(), sources: [], statics, states: [] };
  try {
    await checkpoint.plan(record);
    return record;
  } catch (error) {
    if (!(error instanceof BatchTaken)) throw error;
    return (await checkpoint.read(0)) ?? record;
  }
}
