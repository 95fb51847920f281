import { BOOLEAN } from "../data-type/data-type.ts";
import { isNumeric } from "../data-type/type-class.ts";
import type { Filter, Having, Qualify, Sort } from "../relation/relation.ts";
import { castTo } from "./cast.ts";
import { asCondition } from "./condition.ts";
import { ordinal } from "./grouping.ts";
import { lookThrough, throughScope } from "./look-through.ts";
import type { Typed, TypedSortKey } from "./plan.ts";
import { type Analyzed, columnOf, type Environment, type ScopeColumn, scopeOf, visibleColumns } from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { checkedOrder, makeKey } from "./type-key.ts";
import { CLAUSES, type Clause, type Typing } from "./typing.ts";

/** WHERE, HAVING and QUALIFY: the rows for which a condition holds. */
export function analyzeFilter(
  relation: Filter | Having | Qualify,
  environment: Environment,
  session: Session,
): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const typing = typingAbove(input, filterClause(relation, input), environment, session);
  const typed = typing.type(relation.condition, typing);
  const condition = asCondition(
    relation.kind === "Having" ? castNumbers(typed) : typed,
    typing,
    "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
  );
  if (condition === POISON) return input;
  return lookThrough(input, [condition], session, (plan, [typed = condition]) => ({
    kind: "Filter",
    input: plan,
    condition: typed,
    output: plan.output,
  }));
}

/** HAVING alone casts numbers and texts to BOOLEAN. */
function castNumbers(typed: Typed): Typed {
  const isScalar = isNumeric(typed.dataType) || typed.dataType.kind === "string" || typed.dataType.kind === "void";
  return typed !== POISON && isScalar ? castTo(typed, BOOLEAN) : typed;
}

function filterClause(relation: Filter | Having | Qualify, input: Analyzed): Clause {
  if (relation.kind === "Qualify") return { ...CLAUSES.qualify, aggregates: input.select?.aggregates ?? false };
  return input.select?.aggregates ? CLAUSES.having : CLAUSES.where;
}

/** How expressions of a clause above a relation are typed. */
function typingAbove(input: Analyzed, clause: Clause, environment: Environment, session: Session): Typing {
  const scope = throughScope(input, scopeOf(input, environment));
  const below = input.select?.below;
  const typing: Typing = { session, scope, environment, lambdas: [], clause, type: typeExpression };
  return below && input.select?.aggregates ? { ...typing, argumentScope: below } : typing;
}

/** ORDER BY: its keys are columns, positions in the select list, ALL, or expressions over the list and what is below it. */
export function analyzeSort(relation: Sort, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const typing = typingAbove(
    input,
    input.select?.aggregates ? CLAUSES.orderGroups : CLAUSES.orderBy,
    environment,
    session,
  );
  const keys = relation.keys.flatMap((key): readonly TypedSortKey[] => {
    const all = relation.keys.length === 1 && isAll(key.expression, input);
    if (all) return visibleColumns(input.columns).map((column) => makeKey(key, columnOf(column.attribute)));
    return [makeKey(key, checkedOrder(typeSortKey(key.expression, input, typing), key, typing))];
  });
  const expressions = keys.map((key) => key.expression);
  if (expressions.includes(POISON)) return { ...input, plan: input.plan };
  const { select: _, ...sorted } = lookThrough(input, expressions, session, (plan, typed) => ({
    kind: "Sort",
    input: plan,
    keys: keys.map((key, i) => ({ ...key, expression: typed[i] ?? key.expression })),
    output: plan.output,
  }));
  return sorted;
}

function isAll(expression: Sort["keys"][number]["expression"], input: Analyzed): boolean {
  if (expression.kind !== "ColumnReference" || expression.name.length !== 1) return false;
  const named = (column: ScopeColumn) => column.attribute.name.toLowerCase() === "all";
  return expression.name[0]?.toLowerCase() === "all" && !input.columns.some(named);
}

function typeSortKey(expression: Sort["keys"][number]["expression"], input: Analyzed, typing: Typing): Typed {
  const position = ordinal(expression);
  if (position === undefined) return typing.type(expression, typing);
  const columns = visibleColumns(input.columns);
  const column = columns[position - 1];
  if (column) return typing.session.isPoisoned(column.attribute) ? POISON : columnOf(column.attribute);
  const message = `ORDER BY ${position}: there are ${columns.length} columns`;
  return typing.session.report("ORDER_BY_POS_OUT_OF_RANGE", message, expression, { index: String(position) });
}
