import { createHash } from "node:crypto";
import type { WriteOutcome, WriteRequest } from "../engine/engine.ts";
import { withRules } from "../expectation/with-rules.ts";
import { flowFingerprint } from "../planner/plan-fingerprint.ts";
import {
  decideRefresh,
  type RefreshDecision,
  type RefreshDemand,
  type RefreshFacts,
  type SourceVersion,
} from "../planner/refresh-decision.ts";
import { nonDeterminism } from "../planner/time-dependence.ts";
import type { BatchRecord, StaticInput } from "../streaming/batch-record.ts";
import { BatchTaken } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { observeStatics, staticInputs, staticReads } from "../streaming/static-input.ts";
import { writeTargets } from "../streaming/table-write.ts";
import type { TrackedFlow } from "./flow-identity.ts";
import { compactView, viewWrite } from "./view-write.ts";

/** What a refresh of a materialized view found and decided, before it acts. */
export interface RefreshAssessment {
  readonly decision: RefreshDecision;
  readonly demand: RefreshDemand;
  /** The number of the last committed refresh. */
  readonly committed: number | undefined;
  readonly facts: RefreshFacts;
  readonly committedFacts?: RefreshFacts;
  /** What the query would read, in the order of the scans. */
  readonly inputs: readonly StaticInput[];
}

/** Looks at a materialized view and its sources as they are now. Writes nothing. */
export async function assessRefresh(
  tracked: TrackedFlow,
  world: FlowWorld,
  isFullRefresh: boolean,
): Promise<RefreshAssessment> {
  const { flow, dataset, checkpoint } = tracked;
  const { tables } = world.engine;
  const { timeZone, ansi } = world.session();
  const [committed, inputs] = await Promise.all([
    tables.transactionVersion(dataset.location ?? "", checkpoint.appId),
    observeStatics(staticReads(flow), world),
  ]);
  const record = committed === undefined ? undefined : await checkpoint.read(committed);
  const fingerprint = flowFingerprint(flow, dataset, world.nullIsViolation);
  const facts = { fingerprint, timeZone, ansi, sources: inputs.map(sourceVersion) };
  const committedFacts = record && recordedFacts(record);
  const demand = { isFullRefresh, nonDeterminism: nonDeterminism(flow.plan) };
  const decision = decideRefresh(committedFacts, facts, demand);
  return { decision, demand, committed, facts, inputs, ...(committedFacts === undefined ? {} : { committedFacts }) };
}

/**
 * Makes its query's result over the inputs assessed the contents of a materialized view, in one commit. What the commit is made from is stored before
 * it, under the number that its transaction carries.
 */
export async function replaceContents(
  tracked: TrackedFlow,
  assessment: RefreshAssessment,
  world: FlowWorld,
): Promise<WriteOutcome> {
  const { checkpoint } = tracked;
  for (let batch = (assessment.committed ?? -1) + 1; ; batch++) {
    if ((await checkpoint.read(batch)) !== undefined) continue;
    const outcome = await refreshAs(batch, tracked, assessment, world).catch((error) => {
      if (error instanceof BatchTaken) return undefined;
      throw error;
    });
    if (outcome !== undefined) return outcome;
  }
}

/** A number is never used for two plans: one that was planned and not committed is passed over. */
async function refreshAs(
  batch: number,
  { flow, dataset, checkpoint }: TrackedFlow,
  { facts: { fingerprint }, demand, inputs }: RefreshAssessment,
  world: FlowWorld,
): Promise<WriteOutcome> {
  const record = { batch, session: world.session(), sources: [], statics: inputs, states: [], fingerprint };
  const [rows, table] = await Promise.all([
    staticInputs(staticReads(flow), record.statics, world.signal),
    world.engine.tables.describe(dataset.location ?? ""),
  ]);
  const write = viewWrite(dataset, table, demand.isFullRefresh);
  const { parameters, ...how } = write;
  const planned = checkpoint.begin(record);
  const request: WriteRequest = {
    ...writeTargets(dataset, flow, world.store.root),
    ...how,
    plan: withRules(flow.plan, dataset.displayName, flow.rules, world.nullIsViolation),
    inputs: rows,
    session: record.session,
    transaction: { appId: checkpoint.appId, version: record.batch },
    after: planned,
    states: [],
    operationParameters: {
      ...parameters,
      queryId: checkpoint.id,
      epochId: String(record.batch),
      updateId: world.updateId,
    },
  };
  const outcome = await world.engine.write(request, world.signal).finally(() => planned.catch(() => undefined));
  if (outcome.kind !== "Violated") {
    await checkpoint.settle(record.batch);
    await compactView(dataset, write, record.batch, { engine: world.engine, session: record.session });
  }
  return outcome;
}

function recordedFacts(record: BatchRecord): RefreshFacts {
  const { timeZone, ansi } = record.session;
  return { fingerprint: record.fingerprint ?? "", timeZone, ansi, sources: record.statics.map(sourceVersion) };
}

function sourceVersion(input: StaticInput): SourceVersion {
  if (input.kind === "Table") return { id: input.id ?? input.location, version: String(input.version ?? "none") };
  const hash = createHash("sha256");
  if (input.kind === "Range") return { id: "range", version: hash.update(JSON.stringify(input.range)).digest("hex") };
  for (const file of input.files) hash.update(`${file.path}\n${file.sizeBytes}\n${file.modifiedAt}\n`);
  return { id: "files", version: hash.digest("hex") };
}
