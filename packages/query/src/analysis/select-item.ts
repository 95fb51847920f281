import type { Expression, Star } from "../expression/expression.ts";
import { findFunction } from "../function/catalogue.ts";
import { someExpression } from "../rewrite/expression-children.ts";
import type { Typed } from "./plan.ts";
import { accessField, endsWith, resolveReference, sameName } from "./resolve.ts";
import { type Scope, type ScopeColumn, visibleColumns } from "./scope.ts";
import { POISON, type Session } from "./session.ts";

/** One item of a select list after `*` has been written out. */
export type SelectItem =
  | { readonly kind: "Expression"; readonly expression: Expression }
  | { readonly kind: "Column"; readonly column: ScopeColumn }
  | { readonly kind: "Field"; readonly typed: Typed; readonly name: string };

/** Writes the stars of a select list out. */
export function expandStars(expressions: readonly Expression[], scope: Scope, session: Session): readonly SelectItem[] {
  const items: SelectItem[] = [];
  for (const expression of expressions) {
    if (expression.kind === "Star") items.push(...expandStar(expression, scope, session));
    else items.push({ kind: "Expression", expression });
  }
  return items;
}

function expandStar(star: Star, scope: Scope, session: Session): readonly SelectItem[] {
  const columns = starColumns(star, scope, session);
  const items = columns.length > 0 ? columns.map(asItem) : structFields(star, scope, session);
  return star.except.length === 0 ? items : withoutExcepted(star, items, session);
}

function asItem(column: ScopeColumn): SelectItem {
  return { kind: "Column", column };
}

function starColumns(star: Star, scope: Scope, session: Session): readonly ScopeColumn[] {
  if (star.planId !== undefined) return dataFrameColumns(star.planId, scope, session);
  if (star.target.length === 0) return visibleColumns(scope.columns);
  const ofTable = scope.columns.filter((column) => endsWith(column.qualifier, star.target));
  return [...ofTable.filter((column) => column.hidden === "using"), ...visibleColumns(ofTable)];
}

/** In the order of the DataFrame itself, which a join on common columns may have changed. */
function dataFrameColumns(planId: number, scope: Scope, session: Session): readonly ScopeColumn[] {
  const inScope = new Map(
    scope.columns.filter(({ hidden }) => hidden !== "metadata").map((column) => [column.attribute.id, column]),
  );
  return session.columnsOfDataFrame(planId).flatMap(({ id }) => inScope.get(id) ?? []);
}

function structFields(star: Star, scope: Scope, session: Session): readonly SelectItem[] {
  const place = star.span ? { span: star.span } : {};
  if (star.target.length === 0) {
    if (!scope.poisoned && scope.columns.length === 0) {
      session.report("INVALID_USAGE_OF_STAR_OR_REGEX", "`*` has no columns to stand for: there is no FROM", place);
    }
    return [];
  }
  const typed = resolveReference(
    { kind: "ColumnReference", name: star.target, ...place },
    { session, scope, lambdas: [] },
  );
  if (typed === POISON) return [];
  if (typed.dataType.kind !== "struct") {
    const message = `\`${star.target.join(".")}\` is neither a table nor a STRUCT column, so \`.*\` cannot follow it`;
    session.report("CANNOT_RESOLVE_STAR_EXPAND", message, place);
    return [];
  }
  return typed.dataType.fields.map(({ name }) => ({
    kind: "Field",
    typed: accessField(session, typed, name, place),
    name,
  }));
}

function withoutExcepted(star: Star, items: readonly SelectItem[], session: Session): readonly SelectItem[] {
  return star.except.reduce((kept, name) => {
    const left = kept.filter((item) => !isNamed(item, name));
    if (left.length === kept.length) {
      const place = star.span ? { span: star.span } : {};
      session.report(
        "EXCEPT_UNRESOLVED_COLUMNS",
        `there is no column \`${name.join(".")}\` to leave out of \`*\``,
        place,
      );
    }
    return left;
  }, items);
}

function isNamed(item: SelectItem, name: readonly string[]): boolean {
  const last = name.at(-1) ?? "";
  if (item.kind === "Field") return name.length === 1 && sameName(item.name, last);
  if (item.kind !== "Column") return false;
  return sameName(item.column.attribute.name, last) && endsWith(item.column.qualifier, name.slice(0, -1));
}

/** Whether an expression aggregates rows: an aggregate call that no OVER makes a window function. Sub-queries do not count. */
export function hasAggregate(expression: Expression): boolean {
  if (expression.kind === "WindowExpression") {
    const parts = [...expression.partitionBy, ...expression.orderBy.map((key) => key.expression)];
    const args = expression.call.kind === "Call" ? expression.call.args : [];
    return [...args, ...parts].some(hasAggregate);
  }
  return someExpression(expression, isAggregated, isNoWindow);
}

function isAggregated(part: Expression): boolean {
  return part.kind === "WindowExpression" ? hasAggregate(part) : isAggregateCall(part);
}

function isNoWindow(part: Expression): boolean {
  return part.kind !== "WindowExpression";
}

function isAggregateCall(part: Expression): boolean {
  return (
    part.kind === "Call" &&
    (part.name.toLowerCase() === "count_distinct" || findFunction(part.name)?.kind === "aggregate")
  );
}
