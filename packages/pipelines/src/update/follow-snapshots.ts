import { columnOf, type Expression, type Plan, replaceTyped, struct, type Typed } from "@sluice/query";
import { currentTimestamp } from "@sluice/query/api";
import { identityOf } from "../cdc/change-columns.ts";
import { COPIES, snapshotPlans, snapshotRows } from "../cdc/snapshot-plans.ts";
import { isAfter, loadVersion, storeVersion, versionLiteral } from "../cdc/snapshot-version.ts";
import type { QueryLike, SnapshotVersion } from "../declaration/declaration.ts";
import type { InputSlice, Inputs, WriteOutcome, WriteRequest } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { ResolvedRule } from "../expectation/rule.ts";
import { withRules } from "../expectation/with-rules.ts";
import { conformPlan } from "../graph/conform-plan.ts";
import type { ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { BatchRecord, StaticInput } from "../streaming/batch-record.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { freeNumbers } from "../streaming/free-number.ts";
import { observeStatics, staticInputs, staticReads } from "../streaming/static-input.ts";
import { tableTarget, writeTargets } from "../streaming/table-write.ts";
import type { TrackedFlow } from "./flow-identity.ts";

/** The rows of a DataFrame as they are now. */
export type EvaluateFrame = (frame: QueryLike) => Promise<{ readonly plan: Plan; readonly inputs: Inputs }>;

/** What following snapshots needs of the world. */
export type SnapshotWorld = FlowWorld & {
  /** Absent: snapshots of functions cannot be read. */
  readonly evaluateFrame?: EvaluateFrame;
};

/** A snapshot that is to be followed: its rows, its version, and what is kept of it. */
interface Snapshot {
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly version: Expression;
  readonly kept: Pick<BatchRecord, "statics" | "snapshot">;
}

/**
 * Brings a table to the snapshot that follows the last one, in one commit; undefined when there is none, or what the table is made from is as it was.
 *
 * @throws EngineError AUTOCDC_SNAPSHOT_VERSION_NOT_ASCENDING for a version that does not come after the one before.
 */
export async function followSnapshot(tracked: TrackedFlow, world: SnapshotWorld): Promise<WriteOutcome | undefined> {
  const { dataset, checkpoint } = tracked;
  const committed = await world.engine.tables.transactionVersion(dataset.location ?? "", checkpoint.appId);
  const last = committed === undefined ? undefined : await checkpoint.read(committed);
  const snapshot = await nextSnapshot(tracked, last, world);
  if (snapshot === undefined) return undefined;
  const batch = await freeBatch(tracked, (committed ?? -1) + 1);
  const record: BatchRecord = { batch, session: world.session(), sources: [], states: [], ...snapshot.kept };
  await checkpoint.plan(record);
  const outcome = await world.engine.write(await requestOf(tracked, record, snapshot, world), world.signal);
  if (outcome.kind !== "Violated") await checkpoint.settle(batch);
  return outcome;
}

/** A number is never used for two plans: one that was planned and not committed is passed over. */
async function freeBatch({ checkpoint }: TrackedFlow, from: number): Promise<number> {
  let batch = from;
  while ((await checkpoint.read(batch)) !== undefined) batch += 1;
  return batch;
}

async function nextSnapshot(
  tracked: TrackedFlow,
  last: BatchRecord | undefined,
  world: SnapshotWorld,
): Promise<Snapshot | undefined> {
  const { flow } = tracked;
  const next = flow.declaration.snapshots?.next;
  if (next !== undefined) return await givenSnapshot(tracked, next(latestOf(last)), last, world);
  const statics = await observeStatics(staticReads(flow), world);
  if (last !== undefined && isSame(last.statics, statics)) return undefined;
  const inputs = await staticInputs(staticReads(flow), statics, world.signal);
  return { plan: flow.plan, inputs, version: currentTimestamp().expression, kept: { statics } };
}

function isSame(left: readonly StaticInput[], right: readonly StaticInput[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function latestOf(last: BatchRecord | undefined): SnapshotVersion | undefined {
  return last?.snapshot === undefined ? undefined : loadVersion(last.snapshot);
}

async function givenSnapshot(
  { flow, dataset }: TrackedFlow,
  given: { readonly frame: QueryLike; readonly version: SnapshotVersion } | undefined | null,
  last: BatchRecord | undefined,
  world: SnapshotWorld,
): Promise<Snapshot | undefined> {
  if (given === undefined || given === null) return undefined;
  const before = latestOf(last);
  if (before !== undefined && !isAfter(given.version, before)) throw notAscending(flow.name, given.version, before);
  if (world.evaluateFrame === undefined) throw new Error("snapshots of functions cannot be read here");
  const relation = snapshotRows(flow.snapshots?.keys ?? [], given.frame.relation);
  const { plan, inputs } = await world.evaluateFrame({ relation });
  checkColumns(flow, plan);
  const kept = { statics: [], snapshot: storeVersion(given.version) };
  const rows = conformPlan(plan, dataset.schema, struct([]));
  return { plan: rows, inputs, version: versionLiteral(given.version), kept };
}

/** All snapshots have the columns of the first, in any order. */
function checkColumns(flow: ResolvedFlow, { output }: Plan): void {
  const [first, now] = [flow.plan.output, output].map((columns) =>
    columns
      .map(({ name }) => name)
      .filter((name) => name !== COPIES)
      .toSorted()
      .join(", "),
  );
  if (first === now) return;
  const message = `A snapshot of flow "${flow.name}" has the columns ${now}, the first one had ${first}. Give all snapshots the same columns, or run a full refresh of its table.`;
  const condition = "AUTOCDC_SNAPSHOT_COLUMNS_CHANGED";
  throw new EngineError(message, { condition, domain: "user", retry: "never" });
}

function notAscending(flow: string, version: SnapshotVersion, before: SnapshotVersion): EngineError {
  const condition = "AUTOCDC_SNAPSHOT_VERSION_NOT_ASCENDING";
  const [now, then] = [version, before].map((one) => storeVersion(one).value);
  const message = `[${condition}] Flow "${flow}" got snapshot ${now} after snapshot ${then}. Give snapshots in rising order, each once: the function is called with the version of the last one.`;
  return new EngineError(message, { condition, domain: "user", retry: "never" });
}

/** The rules of a flow over the columns of the same names of another plan. */
function rulesOver(flow: ResolvedFlow, plan: Plan): readonly ResolvedRule[] {
  if (plan === flow.plan) return flow.rules;
  const names = new Map(flow.plan.output.map((one) => [one.id, one.name]));
  const moved = (part: Typed): Typed | undefined => {
    const column = part.kind === "Column" ? plan.output.find((one) => one.name === names.get(part.id)) : undefined;
    return column === undefined ? undefined : columnOf(column);
  };
  return flow.rules.map((rule) => ({ ...rule, condition: replaceTyped(rule.condition, moved) }));
}

async function requestOf(
  { flow, dataset, checkpoint }: TrackedFlow,
  record: BatchRecord,
  { plan, inputs, version }: Snapshot,
  world: SnapshotWorld,
): Promise<WriteRequest> {
  const target = tableTarget(dataset);
  const table = await world.engine.tables.describe(target.location);
  const spec = flow.snapshots;
  if (spec === undefined || table === undefined) throw new Error(`"${target.name}" was set up but cannot be found`);
  const { session, batch } = record;
  const rows = withRules(plan, dataset.displayName, rulesOver(flow, plan), world.nullIsViolation);
  const parts = snapshotPlans(spec, rows, target.schema, version, { free: freeNumbers(rows), ...session });
  const at = { kind: "TableVersion", location: table.location, version: table.version } as const;
  return {
    ...writeTargets(dataset, flow, world.store.root),
    mode: "merge",
    plan: parts.added,
    merge: {
      version: table.version,
      removed: parts.removed,
      identity: identityOf(spec),
    },
    shared: parts.shared,
    inputs: new Map<number, InputSlice>([...inputs, ...parts.reads.map(({ scan }) => [scan, at] as const)]),
    session,
    transaction: { appId: checkpoint.appId, version: batch },
    states: [],
    operation: "MERGE",
    operationParameters: { queryId: checkpoint.id, epochId: String(batch), updateId: world.updateId },
  };
}
