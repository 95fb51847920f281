import { type Expression, findFunction, parseExpression, QueryError, walkExpression } from "@sluice/query";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";

/**
 * The condition that chooses rows of a table for a replay or a restatement, from SQL.
 *
 * @throws QueryError when it cannot be read, or gives another answer each time: what goes on after a crash must find the same rows.
 */
export function parseCondition(where: string, { timeZone }: PipelineSettings): Expression {
  const condition = parseExpression(where, undefined, { timeZone });
  for (const part of walkExpression(condition)) {
    if (part.kind !== "Call" || findFunction(part.name)?.deterministic !== false) continue;
    const message = `\`${part.name}\` gives another answer each time: choose the rows by their columns.`;
    const place = part.span && { span: part.span };
    throw new QueryError([
      { condition: "INVALID_WHERE_CONDITION", message, parameters: { condition: where }, ...place },
    ]);
  }
  return condition;
}
