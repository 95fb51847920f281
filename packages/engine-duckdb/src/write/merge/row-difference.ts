import type { AddFile, Snapshot } from "@sluice/delta";
import type { StructField } from "@sluice/query";
import { duckType } from "../../compile/duck-type.ts";
import { quoteName } from "../../compile/identifier.ts";
import type { StageContext } from "../stage-output.ts";
import { createNumberedTable } from "./numbered-table.ts";
import { ADDED, REMOVED } from "./paired-rows.ts";
import { attributesOf, physicalRows, targetRows } from "./target-rows.ts";

/** What rows are compared with: all rows of a version of the target, in the columns that it stores. */
export interface ComparedTable {
  readonly base: Snapshot;
  readonly stored: readonly StructField[];
}

/** Rows that are more often on one side: how many more come (`__n`, negative: go), and the first of them in the table (`__first`, below), numbered by `__at`. */
const DIFFERENCE = "merge_difference";

/** A position as one number: that of the file times this, and the place in it. */
const FILE_ROWS = 2n ** 36n;

/**
 * Compares the rows of a SELECT, in the stored columns of the target, with all rows of the target. Makes temporary tables of what is only in the target (`REMOVED`,
 * with its columns) and of what is only in the SELECT (`ADDED`), duplicates counted. Answers how many rows the SELECT gave.
 *
 * One aggregation over both sides, which goes to disk when it is large: rows that are as often on both sides are never put anywhere.
 */
export async function keepDifference(context: StageContext, table: ComparedTable, select: string): Promise<number> {
  const { connection } = context;
  const old = await oldRows(context, table);
  await createNumberedTable(connection, DIFFERENCE, differenceSql(table, old, select));
  const columns = names(table.stored);
  await createNumberedTable(
    connection,
    ADDED,
    `SELECT * EXCLUDE (__copy) FROM (SELECT ${columns}, unnest(range(__n)) AS __copy FROM ${DIFFERENCE} WHERE __n > 0)`,
  );
  const [row = {}] = await connection.rows(
    `SELECT CAST(coalesce(sum(__n), 0) AS BIGINT) AS more, coalesce(min(__n), 0) < -1 AS several FROM ${DIFFERENCE}`,
  );
  const several = row["several"] === true ? ` UNION ALL ${severalSql(table.stored, old)}` : "";
  await connection.createTemporaryTable(REMOVED, `${firstSql(columns)}${several}`);
  return (await rowsBefore(context, table.base)) + Number(row["more"]);
}

async function oldRows({ read }: StageContext, { base, stored }: ComparedTable): Promise<string> {
  const rows = await targetRows(read, base, base.files, attributesOf(stored));
  const items = stored.map(
    (one) => `CAST(q.${quoteName(one.name)} AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`,
  );
  return `SELECT ${items.join(", ")}, CAST(q."_file" AS BIGINT) AS __file, q."_row" AS __place FROM (${rows}) AS q`;
}

async function rowsBefore({ read }: StageContext, base: Snapshot): Promise<number> {
  const physical = await physicalRows(read, base, base.files);
  const left = (file: AddFile, i: number) => (physical[i] ?? 0) - (file.deletionVector?.cardinality ?? 0);
  return base.files.reduce((sum, file, i) => sum + left(file, i), 0);
}

function differenceSql({ base, stored }: ComparedTable, old: string, select: string): string {
  const columns = names(stored);
  const { partitionColumns } = base.metadata;
  const come = stored.map((one) => (partitionColumns.includes(one.name) ? asStored(one) : quoteName(one.name)));
  const both = `SELECT ${columns}, -1 AS __side, __file * ${FILE_ROWS} + __place AS __at FROM (${old}) UNION ALL SELECT ${come.join(", ")}, 1, NULL FROM (${select})`;
  const sums = "CAST(sum(__side) AS BIGINT) AS __n, min(__at) AS __first";
  return `SELECT ${columns}, ${sums} FROM (${both}) AS t GROUP BY ${columns} HAVING sum(__side) <> 0`;
}

/** An empty text in a partition column is NULL once it is stored. */
function asStored({ name, dataType }: StructField): string {
  const column = quoteName(name);
  return dataType.kind === "string" ? `nullif(${column}, '') AS ${column}` : column;
}

/** Of rows that go, the first of each kind. */
function firstSql(columns: string): string {
  return `SELECT __first // ${FILE_ROWS} AS __file, __first % ${FILE_ROWS} AS __place, ${columns} FROM ${DIFFERENCE} WHERE __n < 0`;
}

/** The others, where several that are the same go. */
function severalSql(stored: readonly StructField[], old: string): string {
  const on = stored.map(({ name }) => `o.${quoteName(name)} IS NOT DISTINCT FROM d.${quoteName(name)}`).join(" AND ");
  const place = "row_number() OVER (PARTITION BY d.__at ORDER BY o.__file, o.__place)";
  const found = `SELECT o.*, d.__n, ${place} AS __k FROM (${old}) AS o JOIN ${DIFFERENCE} AS d ON ${on} AND d.__n < -1`;
  return `SELECT __file, __place, ${names(stored)} FROM (${found}) WHERE __k > 1 AND __k <= -__n`;
}

function names(stored: readonly StructField[]): string {
  return stored.map((one) => quoteName(one.name)).join(", ");
}
