import type { QueryResult, TableDescription, TableTarget } from "@sluice/pipelines";
import { LONG, outputSchema, type StructField, type StructType } from "@sluice/query";
import type { Insert, NameReference } from "../statement/statement.ts";
import { answer } from "./answer.ts";
import { assignColumns } from "./assign-columns.ts";
import { computeColumns } from "./compute-columns.ts";
import { evaluateQuery, type QueryLimits } from "./evaluate-query.ts";
import { datasetKind } from "./pipeline-table.ts";
import type { SessionState } from "./session-state.ts";
import { existingTable, quoted, statementError } from "./table-facts.ts";
import { writeRows } from "./write-rows.ts";

/** `INSERT`: rows go to columns by position or by name, cast as Spark stores them (what does not fit is an error); columns that are not given are NULL, or what the table computes. */
export async function insertRows(statement: Insert, state: SessionState, limits: QueryLimits): Promise<QueryResult> {
  const { table: name, overwrite, query } = statement;
  const { located, description } = await existingTable(name, state);
  refuseDataset(name, description);
  const { fields } = outputSchema((await evaluateQuery(query, state)).plan);
  const columns = targetColumns(statement, fields, description.schema, located.display);
  const names = columns.map((one) => one.name);
  const relation = computeColumns(assignColumns(query, columns), description.schema, names);
  const target = targetOf(located.display, description);
  const rows = await writeRows(
    await evaluateQuery(relation, state),
    target,
    overwrite ? "overwrite" : "append",
    "WRITE",
    state,
    { signal: limits.signal },
  );
  return answer(
    [
      ["num_affected_rows", LONG],
      ["num_inserted_rows", LONG],
    ],
    [[BigInt(rows), BigInt(rows)]],
  );
}

/** The table as it is, to be written without a change of its definition. */
export function targetOf(name: string, description: TableDescription): TableTarget {
  const { location, schema, partitionBy, clusterBy, properties, comment } = description;
  return { location, name, schema, partitionBy, clusterBy, properties, ...(comment === undefined ? {} : { comment }) };
}

/** The target's column for each of the query's columns, in the query's order. */
function targetColumns(
  { table, columns, byName }: Insert,
  given: readonly StructField[],
  schema: StructType,
  display: string,
): readonly StructField[] {
  if (byName) return given.map((column) => columnNamed(column.name, schema, table));
  const listed = columns?.map((column) => columnNamed(column.parts.join("."), schema, column)) ?? schema.fields;
  if (given.length === listed.length) return listed;
  const reason = given.length < listed.length ? "not enough data columns" : "too many data columns";
  const message = `Cannot write to ${display}, ${reason}: there are ${listed.length} columns to fill, but the query gives ${given.length}. Name the columns to fill: INSERT INTO t (a, b) ..`;
  const condition = `INSERT_COLUMN_ARITY_MISMATCH.${given.length < listed.length ? "NOT_ENOUGH_DATA_COLUMNS" : "TOO_MANY_DATA_COLUMNS"}`;
  throw statementError(table, condition, message, {
    tableName: display,
    tableColumns: listed.map((one) => `\`${one.name}\``).join(", "),
    dataColumns: given.map((one) => `\`${one.name}\``).join(", "),
  });
}

/** A table's column by its name, whatever the case. @throws QueryError at `place` when there is none */
export function columnNamed(name: string, { fields }: StructType, place: NameReference): StructField {
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field !== undefined) return field;
  const proposal = fields.map((one) => `\`${one.name}\``).join(", ");
  throw statementError(
    place,
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    `A column with name \`${name}\` cannot be resolved in the table. Did you mean one of the following? [${proposal}].`,
    { objectName: `\`${name}\``, proposal },
  );
}

/** Whose rows are decided elsewhere. @throws QueryError for a pipeline's table that takes no rows from people */
export function refuseDataset(name: NameReference, { properties }: TableDescription): void {
  const kind = datasetKind(properties);
  if (kind === undefined || kind === "streaming table") return;
  const what =
    kind === "quarantine table"
      ? "rows get there by breaking a rule; `sluice replay` takes them back"
      : "its rows are those of its query";
  const message = `${quoted(name.parts)} is a ${kind} of a pipeline: ${what}. Change its sources or its query and run the pipeline.`;
  throw statementError(name, "WRONG_COMMAND_FOR_OBJECT_TYPE", message, {
    objectName: quoted(name.parts),
    foundType: kind,
  });
}
