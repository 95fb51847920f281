import type { QueryResult } from "@sluice/pipelines";
import type { Expression, Relation } from "@sluice/query";
import type { Statement } from "../statement/statement.ts";
import { call } from "./assign-columns.ts";
import { type QueryLimits, runQuery } from "./evaluate-query.ts";
import type { SessionState } from "./session-state.ts";
import { existingTable, quoted, statementError } from "./table-facts.ts";
import { viewColumns } from "./view-columns.ts";

/** `SHOW PARTITIONS t [PARTITION (p = 1, ..)]`: the values of the partition columns that the table has rows with, in their order, a column for each as Delta has it. */
export async function showPartitions(
  { table, values }: Extract<Statement, { kind: "ShowPartitions" }>,
  state: SessionState,
  limits: QueryLimits,
): Promise<QueryResult> {
  if ((await viewColumns(table, state)) !== undefined) {
    const message = `SHOW PARTITIONS expects a table, but ${quoted(table.parts)} is a view.`;
    throw statementError(table, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", message, { viewName: quoted(table.parts) });
  }
  const { located, description } = await existingTable(table, state);
  const { partitionBy, version } = description;
  if (partitionBy.length === 0) {
    const message = `SHOW PARTITIONS is not allowed on a table that is not partitioned: ${located.display}.`;
    throw statementError(table, "DELTA_SHOW_PARTITION_IN_NON_PARTITIONED_TABLE", message, {
      tableName: located.display,
    });
  }
  const conditions = values.map(({ column, value }) => {
    const name = partitionBy.find((one) => one.toLowerCase() === column.parts.join(".").toLowerCase());
    if (name !== undefined) return call("<=>", columnNamed(name), value);
    const message = `The table ${located.display} is partitioned by ${partitionBy.join(", ")}, not by ${quoted(column.parts)}.`;
    throw statementError(column, "PARTITIONS_NOT_FOUND", message, { partitionList: quoted(column.parts) });
  });
  const leaf: Relation = {
    kind: "NamedTable",
    name: table.parts,
    streaming: false,
    options: {},
    version,
    span: table.span,
  };
  const chosen = conditions.reduce<Relation>((input, condition) => ({ kind: "Filter", input, condition }), leaf);
  const expressions = partitionBy.map(columnNamed);
  const keys = expressions.map((expression) => ({ kind: "SortKey" as const, expression, ascending: true }));
  const input: Relation = { kind: "Project", input: chosen, expressions };
  const rows: Relation = { kind: "Deduplicate", input, withinWatermark: false };
  return await runQuery({ kind: "Sort", input: rows, keys }, state, limits);
}

function columnNamed(name: string): Expression {
  return { kind: "ColumnReference", name: [name] };
}
