import { type StructType, struct } from "../data-type/data-type.ts";
import type { Expression } from "../expression/expression.ts";
import { QueryError } from "../expression/problem.ts";
import type { Relation } from "../relation/relation.ts";
import { analyzeAnyRelation } from "./analyze-relation.ts";
import { asCondition } from "./condition.ts";
import type { AnalysisOptions } from "./options.ts";
import type { Attribute, Plan, ScanPlan, Typed } from "./plan.ts";
import { walkPlan } from "./plan-children.ts";
import { dropUnused } from "./prune.ts";
import { Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { CLAUSES, type Typing } from "./typing.ts";
import { visiblePlan } from "./visible-plan.ts";

/**
 * Resolves the names of a relation and finds its types.
 *
 * @throws QueryError with all that is wrong.
 */
export function analyze(relation: Relation, options: AnalysisOptions): Plan {
  const session = new Session(options, analyzeAnyRelation);
  const analyzed = session.analyzeRelation(relation, { commonTables: new Map() });
  if (session.problems.length > 0) throw new QueryError(session.problems);
  const plan = visiblePlan(analyzed);
  return dropUnused(plan, plan.output, (id) => session.isHidden(id));
}

/**
 * Types a condition on the rows of a dataset.
 *
 * @throws QueryError when it is no BOOLEAN, or has sub-queries, aggregates or window functions.
 */
export function analyzeCondition(
  expression: Expression,
  columns: readonly Attribute[],
  options: Omit<AnalysisOptions, "resolveLeaf" | "after">,
): Typed {
  const resolveLeaf: AnalysisOptions["resolveLeaf"] = () => {
    throw new Error("a condition has no leaves");
  };
  const after = { attribute: Math.max(0, ...columns.map((column) => column.id)), scan: 0 };
  const session = new Session({ ...options, resolveLeaf, after }, analyzeAnyRelation);
  const scope = { columns: columns.map((attribute) => ({ attribute, qualifier: [] })), poisoned: false };
  const environment = { commonTables: new Map() };
  const typing: Typing = {
    session,
    scope,
    environment,
    lambdas: [],
    clause: CLAUSES.expectation,
    type: typeExpression,
  };
  const typed = asCondition(typing.type(expression, typing), typing, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN");
  if (session.problems.length > 0) throw new QueryError(session.problems);
  return typed;
}

/** Whether any leaf of the plan is read as a stream. */
export function isStreaming(plan: Plan): boolean {
  return scans(plan).some((scan) => scan.streaming);
}

/** The schema of the plan's rows. */
export function outputSchema(plan: Plan): StructType {
  return struct(plan.output.map(({ name, dataType, nullable, metadata }) => ({ name, dataType, nullable, metadata })));
}

/** The reads of the world in a plan, sub-queries included. */
export function scans(plan: Plan): readonly ScanPlan[] {
  return [...walkPlan(plan)].filter((one) => one.kind === "Scan");
}
