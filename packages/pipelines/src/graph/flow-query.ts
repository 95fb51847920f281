import { collectLeaves, firstForeignPlace, type Leaf, type Relation } from "@sluice/query";
import {
  fromQueryError,
  isPipelineError,
  isPipelineErrors,
  isQueryError,
  PipelineError,
} from "../diagnostics/pipeline-error.ts";
import { withFileReads } from "../source/read-files.ts";
import type { DeclaredDataset, DeclaredFlow } from "./declared-graph.ts";

/** A flow whose query function was called. */
export interface QueriedFlow {
  readonly flow: DeclaredFlow;
  readonly relation: Relation;
  /** What the query reads directly; views are not looked into. */
  readonly leaves: readonly Leaf[];
}

/** Calls a flow's query function, once. What it throws and what is no DataFrame are errors, at their place in the user's files. */
export function queryFlow(flow: DeclaredFlow, target: DeclaredDataset): QueriedFlow | readonly PipelineError[] {
  const { origin } = flow.declaration;
  const dataset = target.name.display;
  try {
    const result: unknown = flow.declaration.query();
    if (hasRelation(result)) {
      const relation = withGenerated(withFileReads(result.relation), target);
      return { flow, relation, leaves: collectLeaves(relation) };
    }
    const found = describeValue(result);
    return [new PipelineError("QUERY_FUNCTION_NOT_A_DATAFRAME", { dataset, found }, { origin })];
  } catch (error) {
    if (isQueryError(error)) return fromQueryError(error, dataset, placeOf(error) ?? origin);
    if (isPipelineErrors(error)) return error.errors.map((one) => withOrigin(one, origin));
    if (isPipelineError(error)) return [withOrigin(error, placeOf(error) ?? origin)];
    const problem = error instanceof Error ? error.message : String(error);
    const at = placeOf(error) ?? origin;
    return [new PipelineError("QUERY_FUNCTION_FAILED", { dataset, problem }, { origin: at, cause: error })];
  }
}

/** The rows of a query with the columns that its table computes. */
function withGenerated(input: Relation, { declaration: { generated = [] } }: DeclaredDataset): Relation {
  return generated.length === 0 ? input : { kind: "WithColumns", input, columns: generated };
}

/** The same error, at a place when it has none. */
export function withOrigin(error: PipelineError, origin: PipelineError["origin"]): PipelineError {
  return error.origin === undefined
    ? new PipelineError(error.code, error.params, { origin, cause: error.cause })
    : error;
}

function placeOf(error: unknown): PipelineError["origin"] {
  return error instanceof Error && error.stack !== undefined ? firstForeignPlace(error.stack) : undefined;
}

function hasRelation(value: unknown): value is { readonly relation: Relation } {
  if (typeof value !== "object" || value === null || !("relation" in value)) return false;
  const { relation } = value;
  return typeof relation === "object" && relation !== null && "kind" in relation;
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? `an object of class ${value.constructor?.name ?? "Object"}` : `a ${typeof value}`;
}
