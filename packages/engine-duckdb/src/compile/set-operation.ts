import type { Plan, SetOperationPlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { printSelect, type Select, selectFrom } from "./select.ts";

/** UNION, INTERSECT and EXCEPT. A chain of UNION ALL is written flat; the first branch names the columns. */
export function compileSetOperation(plan: SetOperationPlan, scope: PlanScope): Select {
  const operator = `${plan.operation.toUpperCase()}${plan.all ? " ALL" : ""}`;
  const branches = branchesOf(plan, scope).map((branch, i) =>
    branchText(scope.compile(branch), i === 0 ? plan : undefined, scope),
  );
  return { items: scope.passing(plan.output), whole: branches.join(`\n${operator}\n`) };
}

function branchesOf(plan: SetOperationPlan, scope: PlanScope): readonly Plan[] {
  const { left } = plan;
  if (left.kind !== "SetOperation" || scope.named.has(left)) return [left, plan.right];
  const flat = left.operation === "union" && plan.operation === "union" && left.all && plan.all;
  return flat ? [...branchesOf(left, scope), plan.right] : [left, plan.right];
}

function branchText(branch: Select, naming: SetOperationPlan | undefined, scope: PlanScope): string {
  const ordered = branch.orderBy !== undefined || branch.limit !== undefined;
  const plain = branch.whole === undefined && !ordered ? branch : selectFrom(branch);
  if (naming === undefined) return printSelect(plain);
  const items = plain.items.map((item, i) => ({ ...item, name: nameOf(naming, i, scope) }));
  return printSelect({ ...plain, items });
}

function nameOf(plan: SetOperationPlan, index: number, scope: PlanScope): string {
  const attribute = plan.output[index];
  if (attribute === undefined) throw new Error("the sides of a set operation have the same number of columns");
  return scope.name(attribute);
}
