import {
  type FilterPlan,
  type LimitPlan,
  type Named,
  type ProjectPlan,
  type SortPlan,
  type Typed,
  typedChildren,
} from "@sluice/query";
import { mustStandApart, Parts, scopeOfParts } from "./apart.ts";
import { type PlanScope, QUARANTINE_COLUMN } from "./context.ts";
import { mentions } from "./expanded-size.ts";
import { inSubquery } from "./expression.ts";
import { quoteName } from "./identifier.ts";
import { isPassing, type Select, selectFrom, toSource } from "./select.ts";
import { sortKeyText } from "./sort-key.ts";
import { operand } from "./template.ts";
import { subqueryOf, visitExpression } from "./walk.ts";

/** Columns computed from each row. Chains of Projects become one SELECT where no computation is then done twice. */
export function compileProject(plan: ProjectPlan, scope: PlanScope): Select {
  const { input, columns } = mergeProjects(plan, scope);
  const base = projectable(scope.compile(input), columns);
  const quarantine = base.items.find((item) => item.name === quoteName(QUARANTINE_COLUMN));
  const items = columns.map(({ attribute, expression }) => ({
    sql: scope.sql(expression),
    name: scope.name(attribute),
  }));
  const windows = columns.some((column, i) => mustStandApart(items[i]?.sql ?? "") && hasWindow(column.expression));
  if (windows) return projectAbove(base, columns, scope);
  return { ...base, items: quarantine === undefined ? items : [...items, quarantine] };
}

/** Windows in a SELECT of their own below the columns that are computed from them. */
function projectAbove(base: Select, columns: readonly Named[], scope: PlanScope): Select {
  const parts = new Parts();
  const above = scopeOfParts(scope, parts);
  const items = columns.map(({ attribute, expression }) => ({
    sql: above.sql(expression),
    name: scope.name(attribute),
  }));
  const inner = { ...base, items: [...base.items, ...parts.items()] };
  const quarantine = base.items.find((item) => item.name === quoteName(QUARANTINE_COLUMN));
  return { items: quarantine === undefined ? items : [...items, quarantine], from: toSource(inner) };
}

/** Windows are computed before LIMIT cuts, so they may not join a SELECT that has one. */
function projectable(input: Select, columns: readonly Named[]): Select {
  const { orderBy, limit, ...rest } = input;
  const free = limit === undefined || !columns.some((column) => hasWindow(column.expression));
  return free && isPassing(rest) ? input : selectFrom(input);
}

function hasWindow(expression: Typed): boolean {
  if (expression.kind === "Window") return true;
  if (expression.kind === "Call" && expression.name === "monotonically_increasing_id") return true;
  return typedChildren(expression).some(hasWindow);
}

function mergeProjects(
  plan: ProjectPlan,
  { named }: PlanScope,
): { readonly input: ProjectPlan["input"]; readonly columns: readonly Named[] } {
  let { input, columns } = plan;
  while (input.kind === "Project" && !named.has(input)) {
    const merged = mergeColumns(columns, input.columns);
    if (merged === undefined) break;
    columns = merged;
    input = input.input;
  }
  return { input, columns };
}

/** The outer columns over the inner input; undefined when an inner computation would be repeated or put inside another. */
function mergeColumns(outer: readonly Named[], inner: readonly Named[]): readonly Named[] | undefined {
  const definitions = new Map(inner.map(({ attribute, expression }) => [attribute.id, expression]));
  const used = new Set<number>();
  for (const { expression } of outer) {
    const top = expression.kind === "Column" ? definitions.get(expression.id) : undefined;
    if (expression.kind === "Column" && top !== undefined) {
      if (top.kind !== "Column" && used.has(expression.id)) return undefined;
      used.add(expression.id);
    } else if (!usesOnlyPassing(expression, definitions)) return undefined;
  }
  return outer.map(({ attribute, expression }) => ({ attribute, expression: replaceTop(expression, definitions) }));
}

function replaceTop(expression: Typed, definitions: ReadonlyMap<number, Typed>): Typed {
  return expression.kind === "Column" ? (definitions.get(expression.id) ?? expression) : expression;
}

function usesOnlyPassing(expression: Typed, definitions: ReadonlyMap<number, Typed>): boolean {
  let only = true;
  visitExpression(expression, (inner) => {
    if (subqueryOf(inner) !== undefined) only = false;
    if (inner.kind !== "Column") return;
    const definition = definitions.get(inner.id);
    if (definition !== undefined && !(definition.kind === "Column" && definition.id === inner.id)) only = false;
  });
  return only;
}

/** Rows for which a condition holds. */
export function compileFilter(plan: FilterPlan, scope: PlanScope): Select {
  const input = scope.compile(plan.input);
  const base = isPassing(input) ? input : selectFrom(input);
  return { ...base, where: [...(base.where ?? []), ...conjuncts(plan.condition).map((one) => whereText(one, scope))] };
}

function whereText(condition: Typed, scope: PlanScope): string {
  const [negated] = condition.kind === "Call" && condition.name === "not" ? condition.args : [];
  if (condition.kind === "InSubquery") return inSubquery(condition, scope);
  if (negated?.kind === "InSubquery") return `NOT ${operand(inSubquery(negated, scope))}`;
  const sql = scope.sql(condition);
  const weak = condition.kind === "Call" && (condition.name === "or" || condition.name === "between");
  return weak ? operand(sql) : sql;
}

function conjuncts(condition: Typed): readonly Typed[] {
  return condition.kind === "Call" && condition.name === "and" ? condition.args.flatMap(conjuncts) : [condition];
}

/** Whether a column may be named in ORDER BY beside its expression, which DuckDB puts in its place: it refuses those that may raise an error. */
function isQuiet(name: string, { items }: Select): boolean {
  const sql = items.find((item) => item.name === name)?.sql ?? name;
  return sql === name || !mentions(sql, "error(");
}

/** Rows in order. */
export function compileSort(plan: SortPlan, scope: PlanScope): Select {
  const input = scope.compile(plan.input);
  const plain = plan.keys.every(
    ({ expression }) => expression.kind === "Column" && isQuiet(scope.sql(expression), input),
  );
  const free = input.limit === undefined && input.whole === undefined && (plain || isPassing(input));
  const base = free ? input : selectFrom(input);
  return { ...base, orderBy: plan.keys.map((key) => sortKeyText(key, scope)) };
}

/** The first rows, after leaving some out. */
export function compileLimit(plan: LimitPlan, scope: PlanScope): Select {
  const input = scope.compile(plan.input);
  const base = input.limit === undefined && input.whole === undefined ? input : selectFrom(input);
  const offset = plan.offset === 0 ? [] : [`OFFSET ${plan.offset}`];
  const count = plan.count === undefined ? [] : [`LIMIT ${plan.count}`];
  const limit = [...count, ...offset].join(" ");
  return limit === "" ? input : { ...base, limit };
}
