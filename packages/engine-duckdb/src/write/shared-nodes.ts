import { mapPlanChildren, type Plan, planChildren, type ScanPlan } from "@sluice/query";

/** A part of several plans that is evaluated once, and the scan that stands for its rows in those plans. */
interface SharedNode {
  readonly node: Plan;
  readonly scan: ScanPlan;
}

/** The plans with what they share taken out. */
export interface SharedPlans {
  readonly shared: readonly SharedNode[];
  readonly main: Plan;
  readonly others: readonly Plan[];
}

const COSTLY: ReadonlySet<Plan["kind"]> = new Set([
  "Deduplicate",
  "Aggregate",
  "Join",
  "SetOperation",
  "UnionLoop",
  "Limit",
  "Sample",
  "Sessionize",
  "Watermark",
]);

/**
 * Finds nodes that the main plan and others have in common (the very same object) and whose rows may differ from one evaluation to the next or cost much:
 * for each of the others the topmost of them that decide about rows. Those of `always` are shared wherever they stand. Scan numbers of shared nodes are negative; a
 * shared node that reads others comes after them.
 */
export function shareNodes(main: Plan, others: readonly Plan[], always: readonly Plan[] = []): SharedPlans {
  const known = new Set<Plan>();
  addNodes(main, known);
  const found = new Map<Plan, SharedNode>();
  for (const node of always) found.set(node, { node, scan: sharedScan(node, -1 - found.size) });
  for (const other of others) collect(other, known, found);
  const replaced = new Map<Plan, Plan>();
  const replace = (plan: Plan) => replaceNodes(plan, found, replaced);
  const shared = innerFirst([main, ...others], found).map(({ node, scan }) => ({
    node: mapPlanChildren(node, replace),
    scan,
  }));
  return { shared, main: replace(main), others: others.map(replace) };
}

function innerFirst(plans: readonly Plan[], found: ReadonlyMap<Plan, SharedNode>): readonly SharedNode[] {
  const order: SharedNode[] = [];
  const seen = new Set<Plan>();
  const visit = (plan: Plan): void => {
    if (seen.has(plan)) return;
    seen.add(plan);
    for (const input of planChildren(plan)) visit(input);
    const node = found.get(plan);
    if (node !== undefined) order.push(node);
  };
  for (const plan of plans) visit(plan);
  return order;
}

function addNodes(plan: Plan, nodes: Set<Plan>): void {
  if (nodes.has(plan)) return;
  nodes.add(plan);
  for (const input of planChildren(plan)) addNodes(input, nodes);
}

function collect(
  plan: Plan,
  known: ReadonlySet<Plan>,
  found: Map<Plan, SharedNode>,
  seen: Set<Plan> = new Set(),
): void {
  if (seen.has(plan)) return;
  seen.add(plan);
  if (found.has(plan)) return;
  if (known.has(plan) && COSTLY.has(plan.kind)) {
    const number = -1 - found.size;
    found.set(plan, { node: plan, scan: sharedScan(plan, number) });
    return;
  }
  for (const input of planChildren(plan)) collect(input, known, found, seen);
}

function sharedScan(plan: Plan, number: number): ScanPlan {
  const leaf = { kind: "NamedTable", name: [`shared${number}`], streaming: false, options: {} } as const;
  return { kind: "Scan", scan: number, leaf, streaming: false, output: plan.output };
}

/** A plan that several others read stays one. */
function replaceNodes(plan: Plan, found: ReadonlyMap<Plan, SharedNode>, replaced: Map<Plan, Plan>): Plan {
  const known = replaced.get(plan);
  if (known !== undefined) return known;
  const result = found.get(plan)?.scan ?? mapPlanChildren(plan, (child) => replaceNodes(child, found, replaced));
  replaced.set(plan, result);
  return result;
}
