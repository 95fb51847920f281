import { sqlType } from "../data-type/simple-string.ts";
import { isComparable } from "../data-type/type-class.ts";
import type { Expression } from "../expression/expression.ts";
import type { Aggregate } from "../relation/relation.ts";
import { AggregateRows, asKeyColumn, type Groups, type KeyColumn } from "./aggregate-rows.ts";
import { groupByItems, groupingSets } from "./grouping.ts";
import { NamedMaker } from "./make-named.ts";
import { aliasNames, nameItem } from "./name-item.ts";
import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import { sameName } from "./resolve.ts";
import {
  type Analyzed,
  asNullable,
  columnOf,
  type Environment,
  passThrough,
  type Scope,
  type ScopeColumn,
  scopeOf,
} from "./scope.ts";
import { expandStars, type SelectItem } from "./select-item.ts";
import { POISON, type Session } from "./session.ts";
import { addTimeWindow, isTimeWindow } from "./time-window.ts";
import { typeExpression } from "./type-expression.ts";
import { sameTyped, someTyped } from "./typed-children.ts";
import { CLAUSES, type Typing, withAliases } from "./typing.ts";

/** GROUP BY and its select list. */
export type GroupBy = Pick<Aggregate, "groupBy" | "grouping" | "sets" | "aggregates" | "keepGrouping">;

/** A relation grouped and aggregated. */
export function analyzeAggregate(relation: Aggregate, environment: Environment, session: Session): Analyzed {
  return analyzeGroups(relation, session.analyzeRelation(relation.input, environment), environment, session);
}

/** The rows of an analyzed relation grouped and aggregated. */
export function analyzeGroups(
  relation: GroupBy,
  input: Analyzed,
  environment: Environment,
  session: Session,
): Analyzed {
  const inputScope = scopeOf(input, environment);
  const listed = [...(relation.keepGrouping ? relation.grouping : []), ...relation.aggregates];
  const items = expandStars(listed, inputScope, session);
  const before = session.problems.length;
  const expressions = groupByItems(relation, items, inputScope, session);
  const typing: Typing = {
    session,
    scope: inputScope,
    environment,
    lambdas: [],
    clause: CLAUSES.groupBy,
    type: typeExpression,
  };
  const sets = groupingSets(relation, expressions);
  const grouping = typeGrouping(expressions, input.plan, typing, sets !== undefined);
  const isSound = session.problems.length === before;
  const { plan, typed, windows } = grouping;
  const isFree = ({ name }: Attribute) => !inputScope.columns.some((one) => sameName(one.attribute.name, name));
  const added = windows
    .filter(({ written, attribute }) => isTimeWindow(written) && isFree(attribute))
    .map(({ attribute }): ScopeColumn => ({ attribute, qualifier: [] }));
  const scope: Scope = { ...inputScope, columns: [...inputScope.columns, ...added] };
  const groups: Groups = { input: plan, grouping: typed, windows, ...(sets && { sets }) };
  const type: Typing["type"] = (expression, inner) => asKeyColumn(typeExpression(expression, inner), windows);
  const listing = nameColumns(items, groups, { ...typing, scope, clause: CLAUSES.aggregate, type });
  const rows = new AggregateRows(groups, listing.named, session, expressions.length === 0);
  if (isSound) for (const one of listing.named) rows.check(one.expression);
  return {
    plan: rows.build([]),
    columns: listing.columns,
    poisoned: input.poisoned,
    select: {
      below: scope,
      aggregates: true,
      reach: (typed) => rows.reach(typed),
      build: (extra) => rows.build(extra),
    },
  };
}

interface TypedGrouping {
  readonly plan: Plan;
  readonly typed: readonly Typed[];
  /** Keys that are computed below the groups as they are written, and the columns that hold them. */
  readonly windows: readonly KeyColumn[];
}

function typeGrouping(expressions: readonly Expression[], input: Plan, typing: Typing, inSets: boolean): TypedGrouping {
  const windows: KeyColumn[] = [];
  let plan = input;
  const typed = expressions.map((expression) => checkedGroup(typing.type(expression, typing), typing));
  const below = typed.map((one) => {
    if (isTimeWindow(one) || one === POISON || !isComputedBelow(one, inSets)) return one;
    const attribute = typing.session.attribute("group", one.dataType, one.nullable);
    plan = withColumn(plan, { attribute, expression: one });
    windows.push({ written: one, attribute });
    return columnOf(attribute);
  });
  const keys = below.filter((one) => one !== POISON && !isTimeWindow(one));
  const grouped = below.map((one, i) => {
    if (!isTimeWindow(one)) return one;
    const expression = expressions[i];
    const name = expression?.kind === "Alias" ? (expression.names[0] ?? one.name) : one.name;
    const added = addTimeWindow(plan, one, { name, keys }, typing.session);
    plan = added?.plan ?? plan;
    windows.push({ written: one, attribute: added?.attribute ?? typing.session.poisonedAttribute(name) });
    return added === undefined ? POISON : columnOf(added.attribute);
  });
  return { plan, typed: grouped, windows };
}

/** Keys of grouping sets, which are NULL in some groups, and keys that no two spellings of are one text. */
function isComputedBelow(typed: Typed, inSets: boolean): boolean {
  if (typed.kind === "Column") return false;
  return inSets || someTyped(typed, (part) => part.kind === "Lambda");
}

function withColumn(input: Plan, column: Named): Plan {
  const columns = [...input.output.map(passThrough), column];
  return { kind: "Project", input, columns, output: columns.map((one) => one.attribute) };
}

function checkedGroup(typed: Typed, { session }: Typing): Typed {
  if (typed === POISON || isComparable(typed.dataType)) return typed;
  const message = `values of the type ${sqlType(typed.dataType)} cannot be grouped by`;
  return session.report("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", message, typed, {
    dataType: sqlType(typed.dataType),
  });
}

interface Listing {
  readonly named: readonly Named[];
  readonly columns: readonly ScopeColumn[];
}

function nameColumns(items: readonly SelectItem[], groups: Groups, typing: Typing): Listing {
  const maker = new NamedMaker(typing.session, typing.scope.columns);
  const aliases = new Map<string, Typed>();
  const aware = withAliases(typing, aliases);
  const columns: ScopeColumn[] = [];
  const named = items.map((item) => {
    const given = nameItem(item, maker, aware, groups.sets !== undefined);
    const one = groups.sets ? inSets(given, groups) : given;
    columns.push({ attribute: one.attribute, qualifier: qualifierOf(one, maker) });
    if (aliasNames(item).length === 1) aliases.set(one.attribute.name.toLowerCase(), one.expression);
    return one;
  });
  return { named, columns };
}

/** With grouping sets a grouping column is NULL in the sets that it is not in. */
function inSets(named: Named, groups: Groups): Named {
  const isGroup = groups.grouping.some((one) => sameTyped(one, named.expression));
  return isGroup ? { attribute: asNullable(named.attribute), expression: named.expression } : named;
}

function qualifierOf({ expression }: Named, maker: NamedMaker): readonly string[] {
  return expression.kind === "Column" ? maker.qualifierOf(expression.id) : [];
}
