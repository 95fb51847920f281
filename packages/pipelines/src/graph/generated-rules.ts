import {
  type DataType,
  type Expression,
  findFunction,
  generatedColumns,
  generationMetadata,
  generationOf,
  printExpression,
  type StructType,
  sameType,
  struct,
  walkExpression,
} from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { AnalyzedFlow } from "./analyze-flow.ts";
import type { DeclaredDataset } from "./declared-graph.ts";
import { findField } from "./storable-type.ts";
import type { SchemaOutcome } from "./stored-schema.ts";

/**
 * A dataset's schema whose generated columns say how they are computed, as Delta keeps it. A column that `stored` (absent for a table that begins) has without that says
 * nothing, since rows that are there may have other values; one that was computed otherwise is an error, and so is an expression that has another value each time.
 */
export function withGeneration(
  dataset: DeclaredDataset,
  schema: StructType,
  stored: StructType | undefined,
  flows: readonly AnalyzedFlow[],
): SchemaOutcome {
  const { generated = [], sink } = dataset.declaration;
  const texts = new Map(
    generated.map(({ name, expression }) => {
      const type = findField(schema, name)?.dataType;
      return [name.toLowerCase(), type === undefined ? "" : textOf(expression, type, foundType(name, flows))] as const;
    }),
  );
  const fields = schema.fields.map((column) => {
    const text = texts.get(column.name.toLowerCase());
    const known = stored && findField(stored, column.name);
    if (text === undefined || (known !== undefined && generationOf(known) === undefined)) return column;
    return { ...column, metadata: { ...column.metadata, ...generationMetadata(text) } };
  });
  const changed = sink === undefined && stored !== undefined ? changeErrors(dataset, stored, struct(fields)) : [];
  return { schema: struct(fields), errors: [...expressionErrors(dataset), ...changed] };
}

function foundType(name: string, flows: readonly AnalyzedFlow[]): DataType | undefined {
  const found = flows.flatMap((flow) => flow.columns).find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found?.dataType;
}

/** Delta's expressions are of their column's type. */
function textOf(expression: Expression, dataType: DataType, found: DataType | undefined): string {
  const isSame = found === undefined || sameType(found, dataType);
  return printExpression(isSame ? expression : { kind: "Cast", expression, dataType, try: false });
}

function changeErrors(
  { name, declaration }: DeclaredDataset,
  stored: StructType,
  wanted: StructType,
): readonly PipelineError[] {
  return generatedColumns(stored).flatMap(({ column, text }) => {
    const now = findField(wanted, column.name);
    const found = now === undefined ? text : generationOf(now);
    if (found === text) return [];
    const params = {
      dataset: name.display,
      column: column.name,
      stored: text,
      ...(found === undefined ? {} : { found }),
    };
    return [new PipelineError("GENERATED_COLUMN_CHANGED", params, { origin: declaration.origin })];
  });
}

function expressionErrors({ name, declaration }: DeclaredDataset): readonly PipelineError[] {
  return (declaration.generated ?? []).flatMap(({ name: column, expression }) => {
    const reason = [...walkExpression(expression)].map(refusal).find((one) => one !== undefined);
    if (reason === undefined) return [];
    const params = { dataset: name.display, column, reason };
    return [new PipelineError("UNSUPPORTED_EXPRESSION_GENERATED_COLUMN", params, { origin: declaration.origin })];
  });
}

const CLOCKS = new Set(["current_timestamp", "current_date", "current_time", "localtimestamp"]);

/** Why a part of an expression cannot be computed from the row again, with the same value; undefined when it can. */
function refusal(part: Expression): string | undefined {
  if (part.kind === "WindowExpression") return "it looks at other rows (OVER)";
  if (part.kind === "ScalarSubquery" || part.kind === "Exists" || part.kind === "InSubquery")
    return "it has a sub-query";
  if (part.kind !== "Call") return undefined;
  const entry = findFunction(part.name);
  if (entry === undefined) return undefined;
  if (entry.kind !== "scalar") return `${part.name}() looks at other rows`;
  const isClock = CLOCKS.has(entry.name) || (entry.name === "unix_timestamp" && part.args.length === 0);
  return isClock || !entry.deterministic ? `${part.name}() has another value each time` : undefined;
}
