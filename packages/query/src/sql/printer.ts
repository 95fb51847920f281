import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { ExpressionPrinter } from "./print-expression.ts";
import type { PartPrinters } from "./print-from.ts";
import { printQuery } from "./print-query.ts";

const expressions: ExpressionPrinter = new ExpressionPrinter((relation) => printRelation(relation as Relation));

const parts: PartPrinters = {
  expression: (expression) => expressions.print(expression),
  query: (relation) => printRelation(relation),
};

/**
 * An expression as Spark SQL; `parseExpression` reads back the same tree.
 *
 * @throws QueryError when a sub-query in it has no form in SQL.
 */
export function printExpression(expression: Expression): string {
  return expressions.print(expression);
}

/**
 * A relation as a Spark SQL query; `parseQuery` reads back the same tree if the relation came from SQL.
 *
 * @throws QueryError for what only the DataFrame API has, such as withColumn or fillna.
 */
export function printRelation(relation: Relation): string {
  return printQuery(relation, parts);
}
