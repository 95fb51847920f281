import type { Expression } from "../expression/expression.ts";
import { type Leaf, type Relation, subqueryRelation } from "../relation/relation.ts";
import { transformExpression } from "./expression-children.ts";
import { mapRelationExpressions } from "./map-relation-expressions.ts";
import { mapRelationChildren } from "./relation-children.ts";

type Change = (leaf: Leaf) => Relation;

/** The relation with each leaf changed, those of sub-queries included. Names that a WITH defines where they stand are no leaves. */
export function mapLeaves(relation: Relation, change: Change): Relation {
  return mapBelow(relation, change, new Set());
}

function mapBelow(relation: Relation, change: Change, defined: ReadonlySet<string>): Relation {
  const below = (child: Relation): Relation => mapBelow(child, change, defined);
  switch (relation.kind) {
    case "NamedTable":
      return relation.name.length === 1 && defined.has((relation.name[0] ?? "").toLowerCase())
        ? relation
        : change(relation);
    case "DataSource":
      return change(relation);
    case "TableFunction":
      return change(mapSubqueries(relation, below) as Leaf);
    case "With":
      return mapWith(relation, change, defined);
    default:
      return mapSubqueries(mapRelationChildren(relation, below), below);
  }
}

function mapWith(
  relation: Extract<Relation, { kind: "With" }>,
  change: Change,
  defined: ReadonlySet<string>,
): Relation {
  const names = new Set(defined);
  const definitions = relation.definitions.map((one) => {
    if (relation.recursive) names.add(one.name.toLowerCase());
    const mapped = { ...one, relation: mapBelow(one.relation, change, new Set(names)) };
    names.add(one.name.toLowerCase());
    return mapped;
  });
  return { ...relation, definitions, input: mapBelow(relation.input, change, names) };
}

function mapSubqueries(relation: Relation, below: (child: Relation) => Relation): Relation {
  return mapRelationExpressions(relation, (expression) =>
    transformExpression(expression, (part) => enter(part, below)),
  );
}

function enter(part: Expression, below: (child: Relation) => Relation): Expression {
  switch (part.kind) {
    case "ScalarSubquery":
    case "Exists":
    case "InSubquery":
      return { ...part, relation: below(subqueryRelation(part)) };
    default:
      return part;
  }
}
