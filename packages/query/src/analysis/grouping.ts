import type { Expression } from "../expression/expression.ts";
import type { Aggregate } from "../relation/relation.ts";
import { unaliased } from "./name-item.ts";
import { sameName } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { hasAggregate, type SelectItem } from "./select-item.ts";
import type { Session } from "./session.ts";

type GroupBy = Pick<Aggregate, "groupBy" | "grouping" | "sets">;

/** The grouping expressions of a GROUP BY with ordinals, aliases of the select list and ALL replaced by what they mean. */
export function groupByItems(
  relation: GroupBy,
  items: readonly SelectItem[],
  scope: Scope,
  session: Session,
): readonly Expression[] {
  if (relation.groupBy === "all") return items.filter((item) => !isAggregated(item)).map(itemExpression);
  return relation.grouping.flatMap((expression): readonly Expression[] => {
    const position = ordinal(expression);
    if (position === undefined) return [byAlias(expression, items, scope)];
    const item = items[position - 1];
    const place = expression.span ? { span: expression.span } : {};
    if (item && !isAggregated(item)) return [itemExpression(item)];
    const [condition, message] = item
      ? (["GROUP_BY_POS_AGGREGATE", `GROUP BY ${position} is an aggregate`] as const)
      : (["GROUP_BY_POS_OUT_OF_RANGE", `GROUP BY ${position}: the select list has ${items.length} items`] as const);
    session.report(condition, message, place, { index: String(position) });
    return [];
  });
}

function isAggregated(item: SelectItem): boolean {
  return item.kind === "Expression" && hasAggregate(item.expression);
}

function itemExpression(item: SelectItem): Expression {
  switch (item.kind) {
    case "Expression":
      return unaliased(item.expression);
    case "Column":
      return { kind: "ColumnReference", name: [...item.column.qualifier, item.column.attribute.name] };
    case "Field":
      return { kind: "ColumnReference", name: [item.name] };
  }
}

/** The position that a whole number literal in GROUP BY or ORDER BY means, from 1. */
export function ordinal(expression: Expression): number | undefined {
  if (expression.kind !== "Literal" || expression.dataType.kind !== "integer") return undefined;
  return typeof expression.value === "number" ? expression.value : undefined;
}

function byAlias(expression: Expression, items: readonly SelectItem[], scope: Scope): Expression {
  if (expression.kind !== "ColumnReference" || expression.name.length !== 1 || expression.planId !== undefined)
    return expression;
  const name = expression.name[0] ?? "";
  if (scope.columns.some((column) => sameName(column.attribute.name, name))) return expression;
  const item = items.find((one) => one.kind === "Expression" && isAlias(one.expression, name));
  return item?.kind === "Expression" ? unaliased(item.expression) : expression;
}

function isAlias(expression: Expression, name: string): boolean {
  return expression.kind === "Alias" && sameName(expression.names[0] ?? "", name);
}

/** The grouping sets as positions into the grouping expressions; undefined for a plain GROUP BY. */
export function groupingSets(
  relation: GroupBy,
  grouping: readonly Expression[],
): readonly (readonly number[])[] | undefined {
  const positions = grouping.map((_, i) => i);
  switch (relation.groupBy) {
    case "rollup":
      return [...positions.map((i) => positions.slice(0, positions.length - i)), []];
    case "cube":
      return subsets(positions);
    case "sets":
      return (relation.sets ?? []).map((set) => set.map((one) => positionOf(one, relation.grouping)));
    default:
      return undefined;
  }
}

function subsets(positions: readonly number[]): readonly (readonly number[])[] {
  const [first, ...rest] = positions;
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without.map((set) => [first, ...set]), ...without];
}

function positionOf(expression: Expression, grouping: readonly Expression[]): number {
  const same = grouping.indexOf(expression);
  return same >= 0 ? same : grouping.findIndex((one) => sameSyntax(one, expression));
}

function sameSyntax(left: Expression, right: Expression): boolean {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  const text = (one: Expression) =>
    JSON.stringify({ ...one, span: undefined }, (key, value) => (key === "span" ? undefined : plain(key, value)));
  return text(left).toLowerCase() === text(right).toLowerCase();
}
