import type { Inputs } from "@sluice/pipelines";
import { BOOLEAN, columnOf, type JoinPlan, type Plan, type ScanPlan, type Typed } from "@sluice/query";

/** A plan and what its scans read. */
export interface PlanWithInputs {
  readonly plan: Plan;
  readonly inputs: Inputs;
}

const FIRST_SCAN = -1000;
const FIRST_ATTRIBUTE = -1000;

/**
 * An anti join on keys of which NULLs count as equal, as two: one on plain equality, for which DuckDB reads only the row groups that may hold the keys, and
 * one with the rows that have a NULL among the keys, mostly none. Other plans are as they were.
 */
export function splitNullKeys({ plan, inputs }: PlanWithInputs): PlanWithInputs {
  if (plan.kind !== "Join" || plan.how !== "anti" || plan.right.kind !== "Scan") return { plan, inputs };
  const pairs = plan.condition === undefined ? undefined : keyPairs(plan.condition);
  const slice = inputs.get(plan.right.scan);
  if (pairs === undefined || slice?.kind !== "TableVersion") return { plan, inputs };
  const isRight = new Set(plan.right.output.map((one) => one.id));
  if (!pairs.every(([left, right]) => !isColumnOf(isRight, left) && isColumnOf(isRight, right)))
    return { plan, inputs };
  const exact: JoinPlan = { ...plan, condition: allOf(pairs.map(([left, right]) => call("=", left, right))) };
  if (pairs.every(([left]) => !left.nullable)) return { plan: exact, inputs };
  const nulls = nullRows(plan.right);
  const condition = allOf(pairs.map(([left, right]) => call("<=>", left, nulls.renamed(right))));
  return {
    plan: { ...plan, left: exact, right: nulls.plan, condition },
    inputs: new Map([...inputs, [nulls.scan.scan, slice]]),
  };
}

function isColumnOf(ids: ReadonlySet<number>, column: Typed): boolean {
  return column.kind === "Column" && ids.has(column.id);
}

interface NullRows {
  readonly plan: Plan;
  readonly scan: ScanPlan;
  readonly renamed: (column: Typed) => Typed;
}

/** The rows of a scan that have a NULL, under column ids of their own. */
function nullRows(scan: ScanPlan): NullRows {
  const output = scan.output.map((one, i) => ({ ...one, id: FIRST_ATTRIBUTE - i }));
  const again: ScanPlan = { ...scan, scan: FIRST_SCAN - scan.scan, output };
  const condition = output.map((one) => call("isnull", columnOf(one))).reduce((left, right) => call("or", left, right));
  const renamed = (column: Typed) => {
    const at = column.kind === "Column" ? scan.output.findIndex((one) => one.id === column.id) : -1;
    const found = output[at];
    if (found === undefined) throw new Error("a key of the anti join is no column of its right side");
    return columnOf(found);
  };
  return { plan: { kind: "Filter", input: again, condition, output }, scan: again, renamed };
}

/** The column pairs of `a <=> b AND ..`, left side first as written; undefined when the condition says anything else. */
function keyPairs(condition: Typed): readonly (readonly [Typed, Typed])[] | undefined {
  if (condition.kind !== "Call") return undefined;
  const [left, right] = condition.args;
  if (left === undefined || right === undefined) return undefined;
  if (condition.name === "<=>" && left.kind === "Column" && right.kind === "Column") return [[left, right]];
  if (condition.name !== "and") return undefined;
  const [first, second] = [keyPairs(left), keyPairs(right)];
  return first === undefined || second === undefined ? undefined : [...first, ...second];
}

function allOf(conditions: readonly Typed[]): Typed {
  return conditions.reduce((left, right) => call("and", left, right));
}

function call(name: string, ...args: readonly Typed[]): Typed {
  return { kind: "Call", name, args, dataType: BOOLEAN, nullable: true };
}
