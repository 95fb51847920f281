import {
  type AnalysisOptions,
  BOOLEAN,
  type DataType,
  type Expression,
  INTEGER,
  type Leaf,
  STRING,
  type StructType,
  VOID,
} from "@sluice/query";
import { ruleExpression } from "../expectation/resolve-rules.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";

/** Whether a row meets every rule of the table that is more than a warning, over columns of the table's names. */
export function passesRules({ declaration }: Dataset, { nullIsViolation }: PipelineSettings): Expression {
  return declaration.expectations
    .filter(({ policy }) => policy !== "warn")
    .map((rule) => call("coalesce", ruleExpression(rule), literal(!nullIsViolation)))
    .reduce((left, right) => call("and", left, right), literal(true));
}

/** How the queries of a replay are understood: they read tables of these schemas, by name, and nothing else. */
export function analysisOptions(
  schemas: ReadonlyMap<string, StructType>,
  { ansi, timeZone }: PipelineSettings,
): AnalysisOptions {
  const resolveLeaf = (leaf: Leaf) => {
    const schema = leaf.kind === "NamedTable" ? schemas.get(leaf.name.join()) : undefined;
    if (schema !== undefined) return { kind: "Table", schema, hidden: { kind: "struct", fields: [] } } as const;
    const message = "The condition of a replay reads only the columns of the row.";
    return { condition: "UNSUPPORTED_FEATURE", message, parameters: {}, ...(leaf.span && { span: leaf.span }) };
  };
  return { ansi, timeZone, resolveLeaf };
}

/** A column by its name. */
export function column(name: string): Expression {
  return { kind: "ColumnReference", name: [name] };
}

/** An expression under a name. */
export function named(expression: Expression, name: string): Expression {
  return { kind: "Alias", expression, names: [name] };
}

/** A call of a function or operator. */
export function call(name: string, ...args: readonly Expression[]): Expression {
  return { kind: "Call", name, args };
}

/** A value as another type; with `tries` a bad one is NULL. */
export function cast(expression: Expression, dataType: DataType, tries = false): Expression {
  return { kind: "Cast", expression, dataType, try: tries };
}

/** A constant. */
export function literal(value: boolean | number | string | null): Expression {
  const dataType =
    value === null ? VOID : typeof value === "boolean" ? BOOLEAN : typeof value === "number" ? INTEGER : STRING;
  return { kind: "Literal", value, dataType };
}
