import type { ExpectPlan, Plan } from "@sluice/query";
import { compileAggregate } from "./aggregate.ts";
import { nameColumns } from "./column-names.ts";
import type { CompileContext, PlanScope } from "./context.ts";
import { compileDeduplicate } from "./deduplicate.ts";
import { compileExpect } from "./expect.ts";
import { compileExpression } from "./expression.ts";
import { exposeFilePaths, FILE_PATH, hasFilePath } from "./file-path.ts";
import { compileGenerate } from "./generate.ts";
import { compileJoin } from "./join.ts";
import { compileRange, compileSample, compileScan, compileValues } from "./leaf.ts";
import { compileFilter, compileLimit, compileProject, compileSort } from "./row.ts";
import { printSelect, type Select } from "./select.ts";
import { compileSetOperation } from "./set-operation.ts";

/**
 * The SELECT that gives a plan's rows, its columns those of `plan.output` in order, named by `nameColumns(plan)` (with `keepQuarantined` and a topmost
 * Expect, `__quarantine` follows). The plan must have passed `checkPlan`.
 *
 * @throws Error for a construct that `checkPlan` reports.
 */
export function compilePlan(plan: Plan, context: CompileContext): string {
  const root = exposeFilePaths(plan);
  const name = nameColumns(plan);
  const topmost = topmostExpect(root);
  const scope: PlanScope = {
    context,
    session: context.session,
    name,
    ...(topmost === undefined ? {} : { topmost }),
    sql: (expression) => compileExpression(expression, scope),
    compileIn: compileExpression,
    subquery: (inner) => printSelect(compileNode(inner, scope)),
    compile: (inner) => compileNode(inner, scope),
    passing: (output) => output.map((attribute) => ({ sql: name(attribute), name: name(attribute) })),
  };
  return printSelect(compileNode(root, scope));
}

/** The Expect whose rows are the statement's rows: the root, or below nothing but Projects. */
function topmostExpect(plan: Plan): ExpectPlan | undefined {
  if (plan.kind === "Expect") return plan;
  return plan.kind === "Project" || plan.kind === "Watermark" ? topmostExpect(plan.input) : undefined;
}

/** The hidden file path goes no further up than it is asked for. */
function compileNode(plan: Plan, scope: PlanScope): Select {
  const select = compileKind(plan, scope);
  if (hasFilePath(plan) || select.whole !== undefined) return select;
  const items = select.items.filter((item) => item.name !== scope.name(FILE_PATH));
  return items.length === select.items.length ? select : { ...select, items };
}

function compileKind(plan: Plan, scope: PlanScope): Select {
  switch (plan.kind) {
    case "Scan":
      return compileScan(plan, scope);
    case "Values":
      return compileValues(plan, scope);
    case "Range":
      return compileRange(plan, scope);
    case "Sample":
      return compileSample(plan, scope);
    case "Project":
      return compileProject(plan, scope);
    case "Filter":
      return compileFilter(plan, scope);
    case "Sort":
      return compileSort(plan, scope);
    case "Limit":
      return compileLimit(plan, scope);
    case "Join":
      return compileJoin(plan, scope);
    case "Aggregate":
      return compileAggregate(plan, scope);
    case "Generate":
      return compileGenerate(plan, scope);
    case "Deduplicate":
      return compileDeduplicate(plan, scope);
    case "SetOperation":
      return compileSetOperation(plan, scope);
    case "Expect":
      return compileExpect(plan, scope);
    case "Watermark":
      return scope.compile(plan.input);
  }
}
