import type { Expression } from "../expression/expression.ts";
import { subqueryRelation } from "../relation/relation.ts";
import { generatedName, type Naming } from "./generated-name.ts";
import type { NamedMaker } from "./make-named.ts";
import type { Named, Typed } from "./plan.ts";
import { displayName } from "./resolve.ts";
import { passThrough } from "./scope.ts";
import type { SelectItem } from "./select-item.ts";
import { POISON } from "./session.ts";
import { starNames } from "./star-arguments.ts";
import type { Typing } from "./typing.ts";

/** The column of one item. */
export function nameItem(item: SelectItem, maker: NamedMaker, typing: Typing, fresh = false): Named {
  if (item.kind === "Column" && !fresh) return maker.pass(item.column.attribute);
  if (item.kind === "Column")
    return maker.make(passThrough(item.column.attribute).expression, item.column.attribute.name, undefined, true);
  if (item.kind === "Field") return maker.make(item.typed, item.name);
  const { expression } = item;
  const inner = unaliased(expression);
  const typed = typing.type(inner, typing);
  const metadata = expression.kind === "Alias" ? expression.metadata : undefined;
  return maker.make(typed, itemName(expression, typed, typing), metadata, fresh);
}

function itemName(expression: Expression, typed: Typed, typing: Typing): string {
  if (expression.kind === "Alias") return expression.names[0] ?? "";
  if (typed === POISON) return "";
  if (expression.kind === "ScalarSubquery" && typed.kind === "ScalarSubquery" && !isRecursive(expression))
    return typed.plan.output[0]?.name ?? "scalarsubquery()";
  return generatedName(movedDate(expression, typed), namingOf(typing));
}

/** Spark finds out the names of a recursive query only later. */
function isRecursive(subquery: Extract<Expression, { kind: "ScalarSubquery" }>): boolean {
  const relation = subqueryRelation(subquery);
  return relation.kind === "With" && relation.recursive === true;
}

/** `date + 1` is named after what it is: `date_add(date, 1)`. */
function movedDate(expression: Expression, typed: Typed): Expression {
  const isMoved = typed.kind === "Call" && (typed.name === "date_add" || typed.name === "date_sub");
  return isMoved && expression.kind === "Call" && /^[+-]$/.test(expression.name)
    ? { ...expression, name: typed.name }
    : expression;
}

/** How generated names are spelled where an expression stands. */
function namingOf(typing: Typing): Naming {
  return {
    displayName: (reference) => displayName(reference, typing),
    timeZone: typing.session.options.timeZone,
    starNames: (star) => starNames(star, typing.argumentScope ?? typing.scope, typing.session),
  };
}

/** The expression without the aliases around it. */
export function unaliased(expression: Expression): Expression {
  return expression.kind === "Alias" ? unaliased(expression.expression) : expression;
}

/** The names that an item gives itself with AS. */
export function aliasNames(item: SelectItem): readonly string[] {
  return item.kind === "Expression" && item.expression.kind === "Alias" ? item.expression.names : [];
}
