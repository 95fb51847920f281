import type { ExpectPlan, Plan } from "@sluice/query";
import { compileAggregate } from "./aggregate.ts";
import { nameColumns } from "./column-names.ts";
import type { CompileContext, PlanScope } from "./context.ts";
import { compileDeduplicate } from "./deduplicate.ts";
import { compileExpect } from "./expect.ts";
import { compileExpression } from "./expression.ts";
import { exposeFilePaths, FILE_PATH, hasFilePath } from "./file-path.ts";
import { compileGenerate } from "./generate.ts";
import { quoteName } from "./identifier.ts";
import { compileJoin } from "./join.ts";
import { compileRange, compileSample, compileScan, compileValues } from "./leaf.ts";
import { compileFilter, compileLimit, compileProject, compileSort } from "./row.ts";
import { indent, printSelect, type Select } from "./select.ts";
import { compileSessionize } from "./sessionize.ts";
import { compileSetOperation } from "./set-operation.ts";
import { namedPlans } from "./shared-plan.ts";
import { compileUnionLoop, compileUnionLoopRef } from "./union-loop.ts";

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
  const named = new Set([...namedPlans(root)].filter((shared) => shared !== topmost));
  const definitions = new Map<Plan, string>();
  const scope: PlanScope = {
    context,
    session: context.session,
    name,
    named,
    ...(topmost === undefined ? {} : { topmost }),
    sql: (expression) => compileExpression(expression, scope),
    compileIn: compileExpression,
    subquery: (inner) => printSelect(scope.compile(inner)),
    compile: (inner) => (named.has(inner) ? readNamed(inner) : compileNode(inner, scope)),
    passing: (output) => output.map((attribute) => ({ sql: name(attribute), name: name(attribute) })),
  };
  const readNamed = (plan: Plan): Select => {
    if (!definitions.has(plan)) definitions.set(plan, printSelect(compileNode(plan, scope)));
    const place = [...definitions.keys()].indexOf(plan);
    return { items: scope.passing(plan.output), from: sharedName(place) };
  };
  const statement = printSelect(compileNode(root, scope));
  return withDefinitions([...definitions.values()], statement);
}

function sharedName(place: number): string {
  return quoteName(`__shared_${place}`);
}

function withDefinitions(definitions: readonly string[], statement: string): string {
  if (definitions.length === 0) return statement;
  const shown = definitions.map((sql, place) => `${sharedName(place)} AS (\n${indent(sql)}\n)`);
  return `WITH ${shown.join(",\n")}\n${statement}`;
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
    case "Sessionize":
      return compileSessionize(plan, scope);
    case "Deduplicate":
      return compileDeduplicate(plan, scope);
    case "SetOperation":
      return compileSetOperation(plan, scope);
    case "UnionLoop":
      return compileUnionLoop(plan, scope);
    case "UnionLoopRef":
      return compileUnionLoopRef(plan, scope);
    case "Expect":
      return compileExpect(plan, scope);
    case "Watermark":
      return scope.compile(plan.input);
  }
}
