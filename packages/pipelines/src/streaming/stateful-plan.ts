import type {
  Attribute,
  DeduplicatePlan,
  JoinPlan,
  NamedTable,
  Plan,
  ProjectPlan,
  ScanPlan,
  Typed,
} from "@sluice/query";
import { BOOLEAN, field, isStreaming, mapPlanChildren, type StructType, struct } from "@sluice/query";

/** What a stateful operator keeps from batch to batch: a table of `schema`, read by `scan`, to which the rows of `next` are appended. */
export interface StateOperator {
  /** Counts from 0, from the leaves of the plan upwards and left to right. */
  readonly operator: number;
  readonly name: "dedupe";
  readonly schema: StructType;
  readonly scan: number;
  readonly next: Plan;
}

/** A plan over new rows and state, and what it does to the state. */
export interface StatefulPlan {
  readonly plan: Plan;
  readonly states: readonly StateOperator[];
}

/**
 * Rewrites a streaming plan so that its stateful operators are plain algebra over the new rows of a batch and their state tables. `firstScan` is the lowest
 * number free for the scans of state tables, `firstAttribute` for their columns.
 */
export function rewriteStateful(plan: Plan, free: { readonly scan: number; readonly attribute: number }): StatefulPlan {
  const states: StateOperator[] = [];
  let nextAttribute = free.attribute;
  const known = new Map<Plan, Plan>();
  const rewrite = (node: Plan): Plan => {
    const result = known.get(node) ?? rewriteNode(node);
    known.set(node, result);
    return result;
  };
  const rewriteNode = (node: Plan): Plan => {
    const inner = mapPlanChildren(node, rewrite);
    if (inner.kind !== "Deduplicate" || !isStreaming(inner.input)) return inner;
    const keys = keyColumns(inner);
    const columns = stateColumns(keys, nextAttribute);
    nextAttribute += 2 * columns.length;
    const deduplicate = unseenOnly(inner, keys, stateScan(columns, free.scan + states.length));
    states.push({
      operator: states.length,
      name: "dedupe",
      schema: struct(columns.map((column) => field(column.name, column.dataType))),
      scan: free.scan + states.length,
      next: projectKeys(deduplicate, keys, columns),
    });
    return deduplicate;
  };
  return { plan: rewrite(plan), states };
}

function keyColumns(plan: DeduplicatePlan): readonly Attribute[] {
  return plan.keys.map((id) => {
    const found = plan.input.output.find((column) => column.id === id);
    if (found === undefined) throw new Error(`Deduplicate has no input column with id ${id}`);
    return found;
  });
}

function stateColumns(keys: readonly Attribute[], firstId: number): readonly Attribute[] {
  const taken = new Set<string>();
  return keys.map((key, i) => {
    const name = taken.has(key.name.toLowerCase()) ? `${key.name}_${i}` : key.name;
    taken.add(name.toLowerCase());
    return { id: firstId + i, name, dataType: key.dataType, nullable: true, metadata: {} };
  });
}

function stateScan(columns: readonly Attribute[], scan: number): ScanPlan {
  const leaf: NamedTable = { kind: "NamedTable", name: ["state", String(scan)], streaming: false, options: {} };
  return { kind: "Scan", output: columns, scan, leaf, streaming: false };
}

function unseenOnly(plan: DeduplicatePlan, keys: readonly Attribute[], state: ScanPlan): DeduplicatePlan {
  const equalities = keys.map((key, i) => sameKey(key, state.output[i] ?? key));
  const input: JoinPlan = {
    kind: "Join",
    output: plan.input.output,
    left: plan.input,
    right: state,
    how: "anti",
    lateral: false,
    condition: equalities.reduce((left, right) => call("and", left, right)),
  };
  return { ...plan, input };
}

function projectKeys(input: Plan, keys: readonly Attribute[], columns: readonly Attribute[]): ProjectPlan {
  const output = columns.map((column) => ({ ...column, id: column.id + columns.length }));
  return {
    kind: "Project",
    input,
    output,
    columns: output.map((attribute, i) => ({ attribute, expression: columnOf(keys[i] ?? attribute) })),
  };
}

function sameKey(left: Attribute, right: Attribute): Typed {
  return call("<=>", columnOf(left), columnOf(right));
}

function call(name: string, left: Typed, right: Typed): Typed {
  return { kind: "Call", name, args: [left, right], dataType: BOOLEAN, nullable: false };
}

function columnOf(attribute: Attribute): Typed {
  const { id, name, dataType, nullable } = attribute;
  return { kind: "Column", id, name, dataType, nullable };
}
