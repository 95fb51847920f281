import type { QueryResult, TableDescription } from "@sluice/pipelines";
import { type Expression, LONG, type Relation } from "@sluice/query";
import type { ChangeTable } from "../statement/statement.ts";
import { answer } from "./answer.ts";
import { assignedValues } from "./assigned-values.ts";
import { commitChanges } from "./commit-changes.ts";
import type { QueryLimits } from "./evaluate-query.ts";
import { refuseDataset } from "./insert-rows.ts";
import { PLACES } from "./row-place.ts";
import type { SessionState } from "./session-state.ts";
import { existingTable } from "./table-facts.ts";

/** The columns of rows that tell a write what to do with them: whether a row comes, and the place of the row that goes. NULL place: none goes. */
export const KEEPS = "__keeps";
export const FILE = "__target_file";
export const ROW = "__target_row";

/** `DELETE` and `UPDATE`. @throws QueryError for mistakes, EngineError for trouble with the rows; the table is as it was then */
export async function changeRows(
  statement: ChangeTable & { readonly operation: "DELETE" | "UPDATE" },
  state: SessionState,
  limits: QueryLimits,
): Promise<QueryResult> {
  const { operation, table, alias, condition, text: predicate, assignments = [] } = statement;
  const { located, description } = await existingTable(table, state);
  refuseDataset(table, description);
  const values = assignedValues(assignments, alias, description);
  const input = targetRows(statement, description);
  const rows: Relation = condition === undefined ? input : { kind: "Filter", input, condition };
  const isUpdate = operation === "UPDATE";
  const columns = description.schema.fields.map(({ name }) =>
    isUpdate ? (values.get(name) ?? column(alias, name)) : nothing(),
  );
  const project: Relation = {
    kind: "Project",
    input: rows,
    expressions: [...columns, literal(isUpdate), column(alias, FILE), column(alias, ROW)],
  };
  const parameters = { predicate: JSON.stringify(predicate === undefined ? [] : [predicate]) };
  const counts = await commitChanges(
    project,
    { display: located.display, description, operation, parameters, given: [...values.keys()] },
    state,
    limits,
  );
  return answer([["num_affected_rows", LONG]], [[BigInt(isUpdate ? counts.updated : counts.deleted)]]);
}

/** The rows of the table that a statement changes, at one version, with the place of each. */
export function targetRows(
  { table, alias }: Pick<ChangeTable, "table" | "alias">,
  { version }: TableDescription,
): Relation {
  const leaf: Relation = {
    kind: "NamedTable",
    name: table.parts,
    streaming: false,
    options: { [PLACES]: "true" },
    version,
    span: table.span,
  };
  const places = [
    named({ kind: "ColumnReference", name: ["_file"] }, FILE),
    named({ kind: "ColumnReference", name: ["_row"] }, ROW),
  ];
  const input: Relation = { kind: "Project", input: leaf, expressions: [star(), ...places] };
  return { kind: "SubqueryAlias", input, alias };
}

export function column(alias: string, name: string): Expression {
  return { kind: "ColumnReference", name: [alias, name] };
}

export function named(expression: Expression, name: string): Expression {
  return { kind: "Alias", expression, names: [name] };
}

export function star(): Expression {
  return { kind: "Star", target: [], except: [] };
}

export function literal(value: boolean): Expression {
  return { kind: "Literal", value, dataType: { kind: "boolean" } };
}

export function nothing(): Expression {
  return { kind: "Literal", value: null, dataType: { kind: "void" } };
}
