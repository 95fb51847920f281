import type { TableChange } from "@sluice/delta";
import {
  EngineError,
  type KeptAside,
  type RuleCounts,
  type TableTarget,
  type WriteOutcome,
  type WriteRequest,
} from "@sluice/pipelines";
import type { Connection, DuckDb } from "../connection/duck-db.ts";
import { WorkFolder } from "../connection/work-folder.ts";
import { BadRecords, type Keeper } from "../read/bad-records.ts";
import { type DeltaTables, toTableError } from "../read/delta-tables.ts";
import type { LocalCopies } from "../read/local-copies.ts";
import { ignoresCorruptFiles, type Tolerance, withTolerance } from "../read/tolerance.ts";
import { allSettled } from "./all-settled.ts";
import { commitOutput } from "./commit-output.ts";
import { isNumbered } from "./numbering.ts";
import { violationOf } from "./rule-observer.ts";
import { SampleCollector } from "./rule-samples.ts";
import type { Output, StageContext } from "./stage-output.ts";
import {
  hasViolations,
  observeRows,
  stageKept,
  stageMain,
  stageShared,
  stageStates,
  stageViolations,
} from "./stage-write.ts";

/** What a write works with. */
export interface WriteContext {
  readonly db: DuckDb;
  readonly tables: DeltaTables;
}

/**
 * Evaluates a request and commits its tables, the target last. A transaction that the target has recorded costs no evaluation. What was written for a commit
 * that did not happen is deleted.
 */
export async function writeTable(
  context: WriteContext,
  request: WriteRequest,
  signal: AbortSignal | undefined,
): Promise<WriteOutcome> {
  signal?.throwIfAborted();
  request.after?.catch(() => undefined);
  try {
    const done = await recordedVersion(context.tables, request.target, request);
    if (done !== undefined) return { kind: "AlreadyCommitted", version: done };
    return await context.tables.cache.use((copies) =>
      withTolerance(
        (tolerance) => numbered(request, () => attempt(context, request, { tolerance, copies }, signal)),
        ignoresCorruptFiles(request.inputs),
      ),
    );
  } catch (error) {
    throw toTableError(error);
  }
}

const NUMBERINGS = 10;

/** Rows that others have numbered meanwhile are before ours: these are numbered anew. */
async function numbered(request: WriteRequest, write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
  for (let again = isNumbered(request.target) ? NUMBERINGS : 1; ; again -= 1) {
    try {
      return await write();
    } catch (error) {
      const failure = toTableError(error);
      const isLate = failure instanceof EngineError && failure.facts.condition === "DELTA_CONCURRENT_WRITE";
      if (!isLate || again <= 1) throw error;
    }
  }
}

/** The version of a table that has recorded the request's transaction; undefined when it is still to be done. */
async function recordedVersion(
  tables: DeltaTables,
  target: TableTarget,
  request: WriteRequest,
): Promise<number | undefined> {
  if (request.transaction === undefined) return undefined;
  const { appId, version } = request.transaction;
  const snapshot = await tables.latest(target.location);
  const recorded = snapshot?.transactionVersion(appId);
  return snapshot !== undefined && recorded !== undefined && recorded >= version ? snapshot.version : undefined;
}

async function attempt(
  context: WriteContext,
  request: WriteRequest,
  how: Pick<Attempt, "tolerance" | "copies">,
  signal: AbortSignal | undefined,
): Promise<WriteOutcome> {
  const folder = new WorkFolder(context.db.folder, "write");
  const outputs: Output[] = [];
  const samples = request.violations === undefined ? undefined : new SampleCollector(request.violations.limit);
  try {
    const facts = await context.db.use(request.session.timeZone, signal, (connection) =>
      stage(context, { request, connection, folder, outputs, samples, signal, ...how }),
    );
    return await commitAll(context.tables, request, outputs, facts, settled(request, outputs, signal));
  } catch (error) {
    const violated = violationOf(error);
    if (violated !== undefined) return violated;
    throw error;
  } finally {
    samples?.close();
    await Promise.all(outputs.map((output) => output.state === "staged" && output.files.discard()));
    folder.remove();
  }
}

interface Attempt {
  readonly request: WriteRequest;
  readonly connection: Connection;
  readonly folder: WorkFolder;
  readonly copies: LocalCopies;
  readonly tolerance: Tolerance;
  readonly outputs: Output[];
  readonly samples: SampleCollector | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What was learned from the rows of a write. */
interface RowFacts {
  readonly counts: readonly RuleCounts[];
  readonly observed: readonly (bigint | undefined)[];
  readonly keptAside: readonly KeptAside[];
}

/** A write that is made again after a crash keeps the same records in the same files. */
function keeperOf({ transaction, session, target }: WriteRequest): Keeper {
  const id = transaction === undefined ? crypto.randomUUID() : `${transaction.appId} ${transaction.version}`;
  return { now: session.now, id: `${target.location} ${id}` };
}

async function stage(context: WriteContext, one: Attempt): Promise<RowFacts> {
  const { request, connection, folder, copies, tolerance, outputs, samples } = one;
  if (request.keepsOrder) await connection.keepOrder();
  const pending = [];
  for (const state of request.states) {
    const done = await recordedVersion(context.tables, state.target, request);
    if (done === undefined) pending.push(state);
  }
  const badRecords = new BadRecords();
  const staging: StageContext = {
    request,
    connection,
    outputs,
    samples,
    read: { connection, folder, tables: context.tables, copies, inputs: request.inputs, tolerance, badRecords },
  };
  const shared = await stageShared(staging, pending);
  const countRules = await stageMain(staging, shared);
  const others = async (): Promise<RowFacts> => {
    const counts = await countRules();
    await stageStates(staging, shared);
    await stageKept(staging);
    const observed = await observeRows(staging, shared);
    const keptAside = await badRecords.keep(connection, folder, keeperOf(request));
    return { counts, observed, keptAside };
  };
  const [facts] = await allSettled([others(), stageBeside(context, staging, one.signal)] as const);
  return facts;
}

/** Rows that broke rules are at hand: they are written meanwhile, in a conversation of their own. */
async function stageBeside(
  { db }: WriteContext,
  staging: StageContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!hasViolations(staging)) return;
  await db.use(staging.request.session.timeZone, signal, (connection) => stageViolations({ ...staging, connection }));
}

/** Fulfilled when nothing stands in the way of the first commit. Failures are those of whoever waits for it. */
function settled(request: WriteRequest, outputs: readonly Output[], signal: AbortSignal | undefined): Promise<unknown> {
  const all = Promise.all([request.after, ...outputs.map((output) => output.files.settle())]).then(() => {
    signal?.throwIfAborted();
  });
  all.catch(() => undefined);
  return all;
}

/** The commits get ready side by side, and take effect one after the other: the target's last. */
async function commitAll(
  tables: DeltaTables,
  request: WriteRequest,
  outputs: readonly Output[],
  { counts, observed, keptAside }: RowFacts,
  after: Promise<unknown>,
): Promise<WriteOutcome> {
  const main = outputs.find((output) => output.role === "main");
  if (main === undefined) throw new Error("nothing was staged for the target");
  const kept = outputs.find((output) => output.role === "kept");
  const others = outputs.filter((output) => output !== main && output !== kept && output.role !== "changes");
  const commits = others.map((output) => commitOutput(tables, request, output, { after }));
  const before = allSettled([after, ...commits]);
  const records = recordsOf(request, observed);
  const [outcome] = await allSettled([
    commitOutput(tables, request, main, { after: before, kept, records }),
    before,
  ] as const);
  if (outcome.kind === "AlreadyCommitted") return { kind: "AlreadyCommitted", version: outcome.version };
  const done = [outcome, ...(await Promise.all(commits))];
  const places = [main, ...others];
  await Promise.all(done.map(({ removed }, i) => tables.delete(places[i]?.target.location ?? "", removed)));
  const rows = main.files.files.reduce((sum, file) => sum + file.rows, 0) - (main.merged?.copied ?? 0);
  const bytes = main.files.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const learned = request.observations === undefined ? {} : { observed };
  const merged = main.merged === undefined ? {} : { merged: main.merged.counts };
  const aside = keptAside.length === 0 ? {} : { keptAside };
  return { kind: "Committed", version: outcome.version, rows, bytes, counts, ...merged, ...learned, ...aside };
}

function recordsOf({ observations = [] }: WriteRequest, observed: RowFacts["observed"]): TableChange["records"] {
  return observations.flatMap(({ appId }, i) => {
    const value = observed[i];
    return appId === undefined || value === undefined || value < 0n ? [] : [{ appId, version: Number(value) }];
  });
}
