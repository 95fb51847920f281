import { columnOf, type JoinPlan, type Named, type Plan, type ScanPlan, type Typed } from "@sluice/query";
import type { Connection } from "../connection/duck-db.ts";
import { type EvaluationContext, evaluate } from "../read/evaluation.ts";
import { isQuick } from "../read/key-ranges.ts";
import type { ScanSource } from "../read/prepare-scans.ts";
import { positionedScan } from "../read/row-position.ts";
import { countRows } from "../read/table-rows.ts";

const FIRST_SCAN = -3000;
const FIRST_ATTRIBUTE = -3000;
const MANY_KEYS = 200_000;
/** How many keys there must be for each row. */
const KEYS_A_ROW = 4;

/** An anti join with a table's keys, after `seenKeys`. */
export interface SeenKeys {
  readonly plan: Plan;
  /** The rows that the join reads instead of the table's; none where the plan is as it was. */
  readonly known: readonly ScanSource[];
}

/**
 * An anti join of few rows with many keys as one with those keys alone that the rows have. They are found by a semi join first, for which DuckDB reads only the
 * row groups whose keys can be among them; for an anti join it reads all. They are kept in the temporary table `table`. Other plans are as they were.
 */
export async function seenKeys(
  connection: Connection,
  plan: Plan,
  context: EvaluationContext,
  table: string,
): Promise<SeenKeys> {
  if (plan.kind !== "Join" || plan.how !== "anti" || plan.condition === undefined) return { plan, known: [] };
  const inner = await seenKeys(connection, plan.left, context, table);
  if (inner.plan !== plan.left) return { ...inner, plan: { ...plan, left: inner.plan } };
  const found = plan.right.kind === "Scan" && (await isWorthIt(plan, plan.right, context)) ? plan.right : undefined;
  if (found === undefined) return { plan, known: [] };
  const { sql, name } = await evaluate(keysOfRows(plan, found, plan.condition), context);
  await connection.createTemporaryTable(table, sql);
  const scan: ScanPlan = { ...found, scan: FIRST_SCAN - found.scan };
  return { plan: { ...plan, right: scan }, known: [{ scan, sql: `SELECT * FROM ${table}`, nameOf: name }] };
}

/** The rows of the scan with a partner among those of the join's left side. */
function keysOfRows({ left }: JoinPlan, scan: ScanPlan, condition: Typed): Plan {
  const columns = left.output.map(
    (one, i): Named => ({ attribute: { ...one, id: FIRST_ATTRIBUTE - i }, expression: columnOf(one) }),
  );
  const renamed = new Map(columns.map(({ attribute }, i) => [left.output[i]?.id, columnOf(attribute)]));
  const right: Plan = { kind: "Project", input: left, columns, output: columns.map(({ attribute }) => attribute) };
  return {
    kind: "Join",
    ...{ left: scan, right, how: "semi", lateral: false, output: scan.output },
    condition: withColumns(condition, renamed),
  };
}

function withColumns(expression: Typed, renamed: ReadonlyMap<number | undefined, Typed>): Typed {
  if (expression.kind === "Column") return renamed.get(expression.id) ?? expression;
  if (expression.kind !== "Call") return expression;
  return { ...expression, args: expression.args.map((one) => withColumns(one, renamed)) };
}

async function isWorthIt(join: JoinPlan, keys: ScanPlan, { read, known }: EvaluationContext): Promise<boolean> {
  const rows = positionedScan(join.left);
  if (rows === undefined || !isEquality(join.condition)) return false;
  const isKnown = new Set(known.map((one) => one.scan.scan));
  if (!isQuick(join.left, (scan) => isKnown.has(scan) || read.inputs.get(scan)?.kind !== "Files")) return false;
  const many = await countRows(read.tables, read.inputs.get(keys.scan));
  const few = await countRows(read.tables, read.inputs.get(rows.scan));
  return many !== undefined && few !== undefined && many >= Math.max(MANY_KEYS, few * KEYS_A_ROW);
}

function isEquality(condition: Typed | undefined): boolean {
  if (condition?.kind !== "Call") return false;
  return condition.name === "and" ? condition.args.every(isEquality) : condition.name === "=";
}
