import type { RuleCounts, StateWrite, TableTarget, WriteRequest } from "@sluice/pipelines";
import type { ExpectPlan, Plan } from "@sluice/query";
import { QUARANTINE_COLUMN } from "../compile/context.ts";
import { exposeFilePaths, hasFilePath } from "../compile/file-path.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { visitPlan } from "../compile/walk.ts";
import { type Evaluation, type EvaluationContext, evaluate, topmostExpect } from "../read/evaluation.ts";
import { isQuick } from "../read/key-ranges.ts";
import type { ScanSource } from "../read/prepare-scans.ts";
import { FILE_COLUMN, ROW_COLUMN } from "../read/row-address.ts";
import { firstRows } from "./first-rows.ts";
import { stageMerge } from "./merge/stage-merge.ts";
import { type Numbering, numberingOf, numberSql } from "./numbering.ts";
import { RuleObserver } from "./rule-observer.ts";
import { seenKeys } from "./seen-keys.ts";
import { type SharedPlans, shareNodes } from "./shared-nodes.ts";
import { type Output, type StageContext, stageOutput } from "./stage-output.ts";
import { targetColumns } from "./target-columns.ts";
import { splitNullKeys } from "./unseen-rows.ts";

/** The plans of a request after what they share was put into temporary tables. */
export interface SharedRows {
  readonly main: Plan;
  readonly states: readonly StateWrite[];
  readonly observations: readonly Plan[];
  /** Of a merge that says which rows go. */
  readonly removed: Plan | undefined;
  readonly known: readonly ScanSource[];
  readonly observe: RuleObserver;
  /** Rules that were applied to rows that are shared, and how many of these are good or quarantined. */
  readonly judged?: { readonly expect: ExpectPlan; readonly rows: number };
}

/** Evaluates once what the target's plan and those of the states have in common. */
export async function stageShared(context: StageContext, pending: readonly StateWrite[]): Promise<SharedRows> {
  const observe = new RuleObserver(context.connection, context.samples);
  const observed = (context.request.observations ?? []).map((one) => one.plan);
  const removed = removedPlan(context.request);
  const others = [...pending.map((state) => state.plan), ...observed, ...removed];
  const plans = sharedPlans(context.request.plan, others, context.request.shared);
  const known: ScanSource[] = [];
  let judged: SharedRows["judged"];
  for (const [i, { node, scan }] of plans.shared.entries()) {
    const place = { i, known, observe };
    if (node.kind === "Expect") {
      const { source, rows } = await judgedRows(context, node, place);
      known.push({ scan, ...source });
      judged = { expect: node, rows };
    } else known.push({ scan, ...(await sharedRows(context, node, place)) });
  }
  const states = pending.map((state, i) => ({ ...state, plan: plans.others[i] ?? state.plan }));
  const observations = plans.others.slice(pending.length, pending.length + observed.length);
  return {
    main: plans.main,
    states,
    observations,
    removed: plans.others[pending.length + observed.length],
    known,
    observe,
    ...(judged === undefined ? {} : { judged }),
  };
}

function removedPlan({ merge }: WriteRequest): readonly Plan[] {
  return merge === undefined || merge.removed === "rest" ? [] : [merge.removed];
}

/** Rows that rules let pass, in a temporary table; those of a quarantine rule are written to the quarantine. */
async function judgedRows(
  context: StageContext,
  node: ExpectPlan,
  { i, known, observe }: SharedPlace,
): Promise<{ readonly source: Omit<ScanSource, "scan">; readonly rows: number }> {
  const { connection, read, request } = context;
  const setAside = node.rules.some((rule) => rule.policy === "quarantine") && request.quarantine !== undefined;
  const evaluation = await evaluate(node, {
    ...{ read, session: request.session, known, observe },
    keepQuarantined: setAside,
  });
  await observe.setUp();
  const name = `shared_${i}`;
  await connection.createTemporaryTable(name, evaluation.sql);
  if (setAside) await stageQuarantine(context, evaluation, name);
  const [row = {}] = await connection.rows(`SELECT count(*) AS n FROM ${name}`);
  const good = setAside ? ` WHERE ${quoteName(QUARANTINE_COLUMN)} IS NULL` : "";
  return { source: { sql: `SELECT * FROM ${name}${good}`, nameOf: evaluation.name }, rows: Number(row["n"]) };
}

/** A temporary table does not know the files of its rows: where they are asked for, nothing is shared. */
function sharedPlans(main: Plan, others: readonly Plan[], always: readonly Plan[] = []): SharedPlans {
  const plans = shareNodes(main, others, always);
  const asked = [plans.main, ...plans.others].some((plan) => {
    let found = false;
    visitPlan(exposeFilePaths(plan), {
      plan: (node) => {
        if (node.kind === "Scan" && node.scan < 0 && hasFilePath(node)) found = true;
      },
    });
    return found;
  });
  return asked ? { shared: [], main, others } : plans;
}

interface SharedPlace {
  readonly i: number;
  readonly known: readonly ScanSource[];
  readonly observe: RuleObserver;
}

/** The rows of a shared node where they need not be evaluated in full again: mostly a temporary table. */
async function sharedRows(
  { connection, read, request }: StageContext,
  node: Plan,
  { i, known, observe }: SharedPlace,
): Promise<Omit<ScanSource, "scan">> {
  if (node.kind !== "Deduplicate")
    return await inTemporaryTable(node, { read, session: request.session, known, observe });
  const { plan, inputs } = splitNullKeys({ plan: node.input, inputs: read.inputs });
  const withKeys = { read: { ...read, inputs }, session: request.session, known };
  const seen = await seenKeys(connection, plan, withKeys, `seen_${i}`);
  const context = { ...withKeys, known: [...known, ...seen.known] };
  const unseen = { ...node, input: seen.plan };
  const first = await firstRows(connection, unseen, context, `repeated_${i}`);
  return first ?? (await inTemporaryTable(unseen, { ...context, observe }));

  async function inTemporaryTable(plan: Plan, evaluation: EvaluationContext): Promise<Omit<ScanSource, "scan">> {
    const { sql, name } = await evaluate(plan, evaluation);
    await observe.setUp();
    await connection.createTemporaryTable(`shared_${i}`, sql);
    return { sql: `SELECT * FROM shared_${i}`, nameOf: name };
  }
}

/** Asks for the counts of rules, once. */
type CountRules = () => Promise<readonly RuleCounts[]>;

/** Writes the target's files, and those of the quarantine when there are rules for it. Answers what asks for the counts of the rules. */
export async function stageMain(context: StageContext, shared: SharedRows): Promise<CountRules> {
  const { request } = context;
  const { observe } = shared;
  const topmost = topmostExpect(shared.main);
  const setAside = topmost?.rules.some((rule) => rule.policy === "quarantine") && request.quarantine !== undefined;
  const evaluation = await evaluate(shared.main, {
    read: context.read,
    session: request.session,
    known: shared.known,
    observe,
    keepQuarantined: setAside ?? false,
  });
  await observe.setUp();
  const numbering = await numberingOf(context.read.tables, request, evaluation.plan.output);
  const main = setAside
    ? await stageApart(context, shared, evaluation, numbering)
    : await stageTarget(context, shared, mainSelect(request, evaluation, numbering), numbering);
  const { judged } = shared;
  if (judged !== undefined) return () => observe.counts(judged.expect, judged.rows);
  return () => observe.counts(topmostExpect(evaluation.plan), main.rows);
}

/** What was written for the target, and the rows that its plan gave. */
interface StagedTarget {
  readonly output: Output;
  readonly rows: number;
}

async function stageTarget(
  context: StageContext,
  shared: SharedRows,
  select: string,
  numbering: Numbering | undefined,
): Promise<StagedTarget> {
  const { merge, target } = context.request;
  if (merge !== undefined) {
    const { version, identity } = merge;
    return await stageMerge(
      context,
      { plan: shared.removed ?? merge.removed, version, identity, known: shared.known, repeatable: isPutAside(shared) },
      select,
    );
  }
  const output = await stageOutput(context, "main", target, select);
  if (numbering !== undefined) output.numbering = numbering;
  return { output, rows: output.files.files.reduce((sum, file) => sum + file.rows, 0) };
}

/** Whether the rows of the target come from temporary tables alone, and are the same in every evaluation. */
function isPutAside({ main, known }: SharedRows): boolean {
  const scans = new Set(known.map((one) => one.scan.scan));
  return isQuick(main, (scan) => scans.has(scan));
}

async function stageApart(
  context: StageContext,
  shared: SharedRows,
  evaluation: Evaluation,
  numbering: Numbering | undefined,
): Promise<StagedTarget> {
  const { request, connection } = context;
  const mark = quoteName(QUARANTINE_COLUMN);
  await connection.createTemporaryTable("judged", evaluation.sql);
  const good = selectFor(request.target, evaluation, `(FROM judged WHERE ${mark} IS NULL)`, numberSql(numbering));
  const main = await stageTarget(context, shared, good, numbering);
  await stageQuarantine(context, evaluation, "judged");
  return main;
}

/** Writes the rows of a temporary table that broke quarantine rules, as far as the quarantine has their columns. */
async function stageQuarantine(context: StageContext, evaluation: Evaluation, table: string): Promise<void> {
  const { request } = context;
  if (request.quarantine === undefined) return;
  const mark = quoteName(QUARANTINE_COLUMN);
  const extra = new Map([
    ["_quarantine_reasons", mark],
    ["_quarantine_flow", flowText(request)],
    ["_quarantined_at", `make_timestamptz(${request.session.now}::BIGINT)`],
  ]);
  const fields = new Set(request.quarantine.schema.fields.map((field) => field.name.toLowerCase()));
  const output = evaluation.plan.output.filter((one) => fields.has(one.name.toLowerCase()));
  const bad = selectFor(request.quarantine, { ...evaluation, plan: { ...evaluation.plan, output } }, table, extra);
  await stageOutput(context, "quarantine", request.quarantine, `${bad} WHERE ${mark} IS NOT NULL`);
}

/** Who writes, as a SQL text; NULL for a write that is nobody's. */
function flowText({ transaction }: WriteRequest): string {
  return transaction === undefined ? "NULL" : quoteText(transaction.appId);
}

/** Rows that take the place of others know it: `__file` and `__place` are where that one lies. */
function mainSelect({ target, merge }: WriteRequest, evaluation: Evaluation, numbering: Numbering | undefined): string {
  const source = `(${evaluation.sql})`;
  if (merge?.identity !== "position") return selectFor(target, evaluation, source, numberSql(numbering));
  const { plan, name } = evaluation;
  const output = plan.output.slice(0, -2);
  const [file, row] = plan.output.slice(-2);
  if (file?.name !== FILE_COLUMN || row?.name !== ROW_COLUMN)
    throw new Error("rows of a merge by position need _file and _row");
  const { items } = targetColumns(target, output, name);
  const place = [`CAST(${name(file)} AS BIGINT) AS __file`, `${name(row)} AS __place`];
  return `SELECT ${[...items, ...place].join(", ")} FROM ${source} AS q`;
}

function selectFor(
  target: TableTarget,
  evaluation: Evaluation,
  source: string,
  extra: ReadonlyMap<string, string> = new Map(),
): string {
  const { items } = targetColumns(target, evaluation.plan.output, evaluation.name, extra);
  return `SELECT ${items.join(", ")} FROM ${source} AS q`;
}

/** Writes the rows of the target that a rewrite keeps. */
export async function stageKept(context: StageContext): Promise<void> {
  const { kept, target, session } = context.request;
  if (kept === undefined) return;
  const evaluation = await evaluate(kept.plan, { read: context.read, session, known: [] });
  await stageOutput(context, "kept", target, selectFor(target, evaluation, `(${evaluation.sql})`));
}

/** Writes the rows of the states. Rules in their plans are the target's: they were counted there. */
export async function stageStates(context: StageContext, shared: SharedRows): Promise<void> {
  for (const state of shared.states) {
    const evaluation = await evaluate(state.plan, {
      read: context.read,
      session: context.request.session,
      known: shared.known,
    });
    const select = selectFor(state.target, evaluation, `(${evaluation.sql})`);
    const output = await stageOutput(context, "state", state.target, select);
    output.write = state;
  }
}

/** The numbers that the request wants to learn, in its order; undefined for NULL. */
export async function observeRows(context: StageContext, shared: SharedRows): Promise<readonly (bigint | undefined)[]> {
  const numbers: (bigint | undefined)[] = [];
  for (const plan of shared.observations) {
    const evaluation = await evaluate(plan, {
      read: context.read,
      session: context.request.session,
      known: shared.known,
    });
    const [row = {}] = await context.connection.rows(evaluation.sql);
    const [value] = Object.values(row);
    numbers.push(value === null || value === undefined ? undefined : BigInt(String(value)));
  }
  return numbers;
}

/** Whether rows were kept as examples of broken rules. */
export function hasViolations({ request, samples }: StageContext): boolean {
  return request.violations !== undefined && samples !== undefined && samples.samples.length > 0;
}

/** Writes the rows that were kept as examples of broken rules. */
export async function stageViolations(context: StageContext): Promise<void> {
  const { request, samples } = context;
  if (request.violations === undefined || samples === undefined || !hasViolations(context)) return;
  const update = request.operationParameters["updateId"];
  const fixed = `make_timestamptz(${request.session.now}::BIGINT), ${update === undefined ? "NULL" : quoteText(update)}, ${flowText(request)}`;
  const columns = request.violations.target.schema.fields.map((field) => quoteName(field.name)).join(", ");
  const text = JSON.stringify(samples.samples.map(({ rule, record }) => [rule, record]));
  const rows = `SELECT t[1], false, t[2], ${fixed} FROM (SELECT unnest(from_json(${quoteText(text)}, '[["VARCHAR"]]')) AS t)`;
  const select = `SELECT * FROM (${rows}) AS v(${columns})`;
  await stageOutput(context, "violations", request.violations.target, select);
}
