import type { Connection } from "../../connection/duck-db.ts";

/**
 * Keeps the rows of a SELECT until the end of the conversation, numbered by `__at` from 0. DuckDB has numbers of its own for rows of tables, which cost nothing; where a
 * column has their name, numbers are made.
 */
export async function createNumberedTable(connection: Connection, name: string, select: string): Promise<void> {
  const rows = `${name}_rows`;
  await connection.createTemporaryTable(rows, select);
  const columns = await connection.rows(`SELECT name FROM pragma_table_info('${rows}') WHERE lower(name) = 'rowid'`);
  if (columns.length === 0) await connection.createTemporaryView(name, `SELECT *, rowid AS __at FROM ${rows}`);
  else await connection.createTemporaryTable(name, `SELECT *, row_number() OVER () - 1 AS __at FROM ${rows}`);
}
