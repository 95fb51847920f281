import { analyzeCondition, type Expression, type StructType, walkExpression } from "@sluice/query";
import type { ChangeSpec } from "../cdc/change-columns.ts";
import type { RestateCondition } from "../cdc/restated-tables.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { parseCondition } from "../planner/row-condition.ts";

/**
 * The condition of a restatement over the columns of its table.
 *
 * @throws QueryError when it cannot be read, names columns that are not there, or gives another answer each time.
 */
export function restateCondition(
  where: string,
  { keys }: ChangeSpec,
  table: StructType,
  settings: PipelineSettings,
): RestateCondition {
  const expression = parseCondition(where, settings);
  const columns = table.fields.map((column, id) => ({ ...column, id }));
  analyzeCondition(expression, columns, settings);
  return { expression, isOnKeys: columnNames(expression).every((name) => isAmong(name, keys)) };
}

function columnNames(expression: Expression): readonly string[] {
  return [...walkExpression(expression)].flatMap((part) =>
    part.kind === "ColumnReference" ? [part.name[0] ?? ""] : [],
  );
}

function isAmong(name: string, names: readonly string[]): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
