import type { QueryResult, TableDescription } from "@sluice/pipelines";
import {
  type Expression,
  generatedColumns,
  generationOf,
  LONG,
  mapExpressionChildren,
  type Relation,
} from "@sluice/query";
import type { Merge, MergeClause } from "../statement/statement.ts";
import { answer } from "./answer.ts";
import { call } from "./assign-columns.ts";
import { assignedValues, pathOf } from "./assigned-values.ts";
import { column, FILE, KEEPS, literal, named, nothing, ROW, star, targetRows } from "./change-rows.ts";
import { commitChanges } from "./commit-changes.ts";
import type { QueryLimits } from "./evaluate-query.ts";
import { refuseDataset } from "./insert-rows.ts";
import type { SessionState } from "./session-state.ts";
import { existingTable, statementError } from "./table-facts.ts";

/** Marks a row of the source. */
const SOURCE = "__source_row";

/**
 * `MERGE`: the first clause that applies to a row decides.
 *
 * @throws QueryError for mistakes, EngineError DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE and trouble with the rows; the table is as it was then
 */
export async function mergeRows(statement: Merge, state: SessionState, limits: QueryLimits): Promise<QueryResult> {
  const { table, alias, clauses, text } = statement;
  const { located, description } = await existingTable(table, state);
  refuseDataset(table, description);
  const steps = clauses.map((clause) => stepOf(clause, statement, description));
  const columns = description.schema.fields.map(({ name }, i) =>
    chosen(steps, (step) => step.values[i] ?? column(alias, name)),
  );
  const keeps = named(
    chosen(steps, (step) => literal(step.keeps)),
    KEEPS,
  );
  const input: Relation = {
    kind: "Project",
    input: joined(statement, description),
    expressions: [...columns.map((one, i) => named(one, `_c${i}`)), keeps, column(alias, FILE), column(alias, ROW)],
  };
  const decided = call("isnotnull", { kind: "ColumnReference", name: [KEEPS] });
  const facts = {
    display: located.display,
    description,
    operation: "MERGE" as const,
    parameters: parametersOf(clauses, text),
    mayRepeat: isPlainDelete(clauses),
  };
  const counts = await commitChanges({ kind: "Filter", input, condition: decided }, facts, state, limits);
  const { updated, deleted, inserted } = counts;
  const names = ["num_affected_rows", "num_updated_rows", "num_deleted_rows", "num_inserted_rows"] as const;
  const row = [updated + deleted + inserted, updated, deleted, inserted].map(BigInt);
  return answer(
    names.map((name) => [name, LONG] as const),
    [row],
  );
}

function joined(statement: Merge, description: TableDescription): Relation {
  const { source, sourceAlias, on, clauses } = statement;
  const marked: Relation = { kind: "Project", input: source, expressions: [star(), named(literal(true), SOURCE)] };
  const has = (when: MergeClause["when"]) => clauses.some((one) => one.when === when);
  const outer = { left: has("NotMatchedBySource"), right: has("NotMatched") };
  return {
    kind: "Join",
    left: targetRows(statement, description),
    right: { kind: "SubqueryAlias", input: marked, alias: sourceAlias },
    how: outer.left ? (outer.right ? "full" : "left") : outer.right ? "right" : "inner",
    condition: on,
  };
}

/** A clause as expressions over pairs of rows: when it applies, and the columns of the table then. */
interface Step {
  readonly when: Expression;
  readonly values: readonly Expression[];
  readonly keeps: boolean;
}

function stepOf(clause: MergeClause, statement: Merge, description: TableDescription): Step {
  const { alias, sourceAlias } = statement;
  const { when, condition, action } = clause;
  const only = when === "NotMatched" ? sourceAlias : when === "NotMatchedBySource" ? alias : undefined;
  const seen = (one: Expression) => (only === undefined ? one : qualified(one, only, new Set()));
  const [target, source] = [column(alias, ROW), column(sourceAlias, SOURCE)];
  const found = {
    Matched: call("and", call("isnotnull", target), call("isnotnull", source)),
    NotMatched: call("isnull", target),
    NotMatchedBySource: call("isnull", source),
  }[when];
  if (action === "insert") refuseFields(clause, alias, description);
  const values = assignedValues(clause.assignments ?? [], alias, description);
  refuseGenerated(clause, values, description);
  return {
    when: condition === undefined ? found : call("and", found, seen(condition)),
    keeps: action !== "delete",
    values: description.schema.fields.map((field) => {
      const { name } = field;
      if (action === "delete" || generationOf(field) !== undefined) return nothing();
      if (clause.all) return column(sourceAlias, name);
      const value = values.get(name);
      if (value !== undefined) return seen(value);
      return action === "insert" ? nothing() : column(alias, name);
    }),
  };
}

/** A column that the table computes is set by nobody else. @throws QueryError */
function refuseGenerated(
  { assignments = [] }: MergeClause,
  values: ReadonlyMap<string, Expression>,
  { schema }: TableDescription,
): void {
  const names = new Set(generatedColumns(schema).map(({ column }) => column.name));
  const name = [...values.keys()].find((one) => names.has(one));
  const assignment = assignments.find((one) => one.column.parts.at(-1)?.toLowerCase() === name?.toLowerCase());
  if (name === undefined || assignment === undefined) return;
  const message = `The feature is not supported: setting the generated column \`${name}\` in MERGE. Leave it out: the table computes it.`;
  throw statementError(assignment.column, "UNSUPPORTED_FEATURE", message);
}

/** A row that comes has no other fields that could stay. @throws QueryError */
function refuseFields({ assignments = [] }: MergeClause, alias: string, { schema }: TableDescription): void {
  const nested = assignments.find(({ column }) => pathOf(column, alias, schema.fields).length > 1);
  if (nested === undefined) return;
  const field = nested.column.parts.map((part) => `\`${part}\``).join(".");
  const message = `Nested field is not supported in the INSERT clause of MERGE operation (field = ${field}). Give the whole column, with named_struct.`;
  throw statementError(nested.column, "DELTA_UNSUPPORTED_NESTED_FIELD_IN_OPERATION", message, { fieldName: field });
}

function chosen(steps: readonly Step[], then: (step: Step) => Expression): Expression {
  return { kind: "Case", branches: steps.map((step) => ({ when: step.when, then: then(step) })) };
}

/** Where only one side is there, names mean its columns. */
function qualified(expression: Expression, alias: string, bound: ReadonlySet<string>): Expression {
  if (expression.kind === "ColumnReference") {
    const [first = ""] = expression.name;
    const isTold =
      bound.has(first.toLowerCase()) || (expression.name.length > 1 && first.toLowerCase() === alias.toLowerCase());
    return isTold ? expression : { ...expression, name: [alias, ...expression.name] };
  }
  const inner =
    expression.kind === "Lambda"
      ? new Set([...bound, ...expression.parameters.map((one) => one.toLowerCase())])
      : bound;
  return mapExpressionChildren(expression, (child) => qualified(child, alias, inner));
}

/** Rows that are only ever deleted may be met several times. */
function isPlainDelete(clauses: readonly MergeClause[]): boolean {
  const onRows = clauses.filter((one) => one.when === "Matched");
  return onRows.length === 1 && onRows[0]?.action === "delete" && onRows[0].condition === undefined;
}

function parametersOf(clauses: readonly MergeClause[], predicate: string): Readonly<Record<string, string>> {
  const told = (when: MergeClause["when"]) =>
    JSON.stringify(
      clauses
        .filter((one) => one.when === when)
        .map(({ action, text }) => ({ actionType: action, ...(text === undefined ? {} : { predicate: text }) })),
    );
  return {
    predicate: JSON.stringify([predicate]),
    matchedPredicates: told("Matched"),
    notMatchedPredicates: told("NotMatched"),
    notMatchedBySourcePredicates: told("NotMatchedBySource"),
  };
}
