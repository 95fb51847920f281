import type { Call, Expression } from "../expression/expression.ts";
import { type Relation, subqueryRelation } from "../relation/relation.ts";
import { transformExpression } from "./expression-children.ts";
import { mapRelationExpressions } from "./map-relation-expressions.ts";
import { transformRelation } from "./relation-children.ts";

type Change = (call: Call) => Expression;

/** The relation with each call of a function changed, those of sub-queries included, inner calls first. */
export function mapCalls(relation: Relation, change: Change): Relation {
  const inExpression = (expression: Expression): Expression =>
    transformExpression(expression, (part) => changed(part, change));
  return transformRelation(relation, (node) => mapRelationExpressions(node, inExpression));
}

function changed(part: Expression, change: Change): Expression {
  switch (part.kind) {
    case "Call":
      return change(part);
    case "ScalarSubquery":
    case "Exists":
    case "InSubquery":
      return { ...part, relation: mapCalls(subqueryRelation(part), change) };
    default:
      return part;
  }
}
