import type { Expression } from "../expression/expression.ts";
import { type Relation, subqueryRelation } from "../relation/relation.ts";
import { visitExpression } from "./expression-children.ts";

type Change = (child: Relation) => Relation;

/** The relations directly below one, left to right; for WITH the definitions first. Sub-queries in expressions are not among them. */
export function relationChildren(relation: Relation): readonly Relation[] {
  switch (relation.kind) {
    case "NamedTable":
    case "DataSource":
    case "TableFunction":
    case "LocalRelation":
    case "InlineTable":
    case "OneRow":
    case "UnsupportedRelation":
      return NO_CHILDREN;
    case "Join":
    case "SetOperation":
      return [relation.left, relation.right];
    case "With":
      return [...relation.definitions.map((one) => one.relation), relation.input];
    default:
      return [relation.input];
  }
}

const NO_CHILDREN: readonly Relation[] = [];

/** The same relation with each direct child changed. */
export function mapRelationChildren(relation: Relation, change: Change): Relation {
  switch (relation.kind) {
    case "NamedTable":
    case "DataSource":
    case "TableFunction":
    case "LocalRelation":
    case "InlineTable":
    case "OneRow":
    case "UnsupportedRelation":
      return relation;
    case "Join":
    case "SetOperation":
      return { ...relation, left: change(relation.left), right: change(relation.right) };
    case "With": {
      const definitions = relation.definitions.map((one) => ({ ...one, relation: change(one.relation) }));
      return { ...relation, definitions, input: change(relation.input) };
    }
    default:
      return { ...relation, input: change(relation.input) };
  }
}

/** The relation with every relation in it changed, lowest first. Sub-queries in expressions are not entered. */
export function transformRelation(relation: Relation, change: Change): Relation {
  return change(mapRelationChildren(relation, (child) => transformRelation(child, change)));
}

/** The expressions that a relation node itself holds, in the order written. */
export function relationExpressions(relation: Relation): readonly Expression[] {
  switch (relation.kind) {
    case "TableFunction":
      return relation.args.map(({ value }) => value).filter((value) => value.kind !== "NamedTable");
    case "InlineTable":
      return relation.rows.flat();
    case "Project":
      return relation.expressions;
    case "Filter":
    case "Having":
    case "Qualify":
      return [relation.condition];
    case "Join":
      return relation.condition ? [relation.condition] : [];
    case "Aggregate":
      return [...relation.grouping, ...relation.aggregates];
    case "Sort":
      return relation.keys;
    case "Limit":
    case "Offset":
      return [relation.count];
    case "WithColumns":
      return relation.columns.map((column) => column.expression);
    case "Drop":
      return relation.columns;
    case "FillNulls":
      return relation.values.map(({ value }) => value);
    case "LateralView":
      return [relation.generator];
    case "Pivot":
      return [...(relation.grouping ?? []), ...relation.aggregates, ...relation.columns, ...relation.values];
    case "Unpivot":
      return [...(relation.ids ?? []), ...relation.values.flatMap(({ columns }) => columns)];
    default:
      return [];
  }
}

/** The relations of the sub-queries that a relation node's own expressions hold, in the order written. */
export function relationSubqueries(relation: Relation): readonly Relation[] {
  const found: Relation[] = [];
  const visit = (part: Expression) => {
    if (part.kind === "ScalarSubquery" || part.kind === "Exists" || part.kind === "InSubquery")
      found.push(subqueryRelation(part));
  };
  for (const expression of relationExpressions(relation)) visitExpression(expression, visit);
  return found;
}
