import type { Inputs } from "@sluice/pipelines";
import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type DataType,
  type JoinPlan,
  type Plan,
  planChildren,
  type ScanPlan,
  type Typed,
  type Value,
} from "@sluice/query";
import { visitPlan } from "../compile/walk.ts";
import { isSteady } from "./row-position.ts";

/** A scan of a table of which a join wants only rows that have a partner: the join's other side, and how columns of both compare. */
export interface KeyedScan {
  readonly scan: ScanPlan;
  readonly keys: Plan;
  readonly pairs: readonly KeyPair[];
}

/** A column of the table, and what it must be to one of the keys. */
export interface KeyPair {
  readonly column: Attribute;
  readonly how: "=" | ">=" | "<=";
  readonly key: Attribute;
}

/** The least and the greatest key, NULLs left aside. */
export interface KeyRange {
  readonly least: Value;
  readonly greatest: Value;
}

const ORDERED: ReadonlySet<DataType["kind"]> = new Set([
  "byte",
  "short",
  "integer",
  "long",
  "decimal",
  "string",
  "date",
  "timestamp",
  "timestamp_ntz",
]);

/**
 * Semi and inner joins of a scan of a table's version with keys that are quickly read: rows in memory or in tables, as they are, filtered or without those that are in others. `known` are
 * scans whose rows are in temporary tables.
 */
export function keyedScans(plan: Plan, inputs: Inputs, known: ReadonlySet<number>): readonly KeyedScan[] {
  const found: KeyedScan[] = [];
  const readers = countReaders(plan);
  const isQuickScan = (scan: number) => known.has(scan) || inputs.get(scan)?.kind !== "Files";
  visitPlan(plan, {
    plan: (node) => {
      if (node.kind !== "Join" || (node.how !== "semi" && node.how !== "inner") || node.lateral) return;
      const scan = scanBelow(node.left, readers);
      if (scan === undefined || known.has(scan.scan) || inputs.get(scan.scan)?.kind !== "TableVersion") return;
      const pairs = pairsOf(node, scan);
      if (pairs.length > 0 && isQuick(node.right, isQuickScan)) found.push({ scan, keys: node.right, pairs });
    },
  });
  return found;
}

/** What rows of a table must be for a partner to exist among keys in these ranges, one for each pair. Nothing is when there are no keys. */
export function rangeCondition(pairs: readonly KeyPair[], ranges: readonly KeyRange[]): Typed {
  return pairs
    .flatMap(({ column, how, key }, i) => [
      ...(how === "<=" ? [] : [compare(">=", column, key.dataType, ranges[i]?.least ?? null)]),
      ...(how === ">=" ? [] : [compare("<=", column, key.dataType, ranges[i]?.greatest ?? null)]),
    ])
    .reduce((left, right) => call("and", left, right));
}

function compare(name: string, column: Attribute, dataType: DataType, value: Value): Typed {
  return call(name, columnOf(column), { kind: "Literal", value, dataType, nullable: value === null });
}

function call(name: string, ...args: readonly Typed[]): Typed {
  return { kind: "Call", name, args, dataType: BOOLEAN, nullable: true };
}

/** A scan all of whose rows pass one way only. */
function scanBelow(plan: Plan, readers: ReadonlyMap<Plan, number>): ScanPlan | undefined {
  if (readers.get(plan) !== 1) return undefined;
  if (plan.kind === "Scan") return plan;
  return plan.kind === "Filter" ? scanBelow(plan.input, readers) : undefined;
}

/** How many nodes read each node of a plan. */
function countReaders(plan: Plan): ReadonlyMap<Plan, number> {
  const readers = new Map<Plan, number>();
  visitPlan(plan, {
    plan: (node) => {
      for (const input of planChildren(node)) readers.set(input, (readers.get(input) ?? 0) + 1);
    },
  });
  return readers;
}

/** The comparisons of a condition between columns of the scan and of the keys; others restrict the rows further, and do no harm. */
function pairsOf({ condition, right }: JoinPlan, scan: ScanPlan): readonly KeyPair[] {
  return (condition === undefined ? [] : conjuncts(condition)).flatMap((one) => {
    if (one.kind !== "Call") return [];
    const [forwards, backwards] = [HOW[one.name], BACKWARDS[one.name]];
    const [first, second] = one.args;
    if (!forwards || !backwards || first?.kind !== "Column" || second?.kind !== "Column") return [];
    for (const [left, how, other] of [
      [first, forwards, second],
      [second, backwards, first],
    ] as const) {
      const column = scan.output.find((attribute) => attribute.id === left.id);
      const key = right.output.find((attribute) => attribute.id === other.id);
      if (column !== undefined && key !== undefined && ORDERED.has(key.dataType.kind)) return [{ column, how, key }];
    }
    return [];
  });
}

const HOW: Readonly<Record<string, KeyPair["how"]>> = {
  "=": "=",
  "==": "=",
  ">": ">=",
  ">=": ">=",
  "<": "<=",
  "<=": "<=",
};
const BACKWARDS: typeof HOW = { "=": "=", "==": "=", ">": "<=", ">=": "<=", "<": ">=", "<=": ">=" };

function conjuncts(condition: Typed): readonly Typed[] {
  return condition.kind === "Call" && condition.name === "and" ? condition.args.flatMap(conjuncts) : [condition];
}

/** Whether a plan does no more than filter rows of quick scans, and gives the same ones in every evaluation. */
export function isQuick(plan: Plan, isQuickScan: (scan: number) => boolean): boolean {
  if (plan.kind === "Scan") return isQuickScan(plan.scan);
  const isFilter = plan.kind === "Filter" || (plan.kind === "Join" && (plan.how === "semi" || plan.how === "anti"));
  if (!isFilter && plan.kind !== "Project") return false;
  return isSteady(plan) && planChildren(plan).every((one) => isQuick(one, isQuickScan));
}
