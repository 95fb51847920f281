import { type AddFile, BLOCK_BYTES, positionsOf, type RowSet, statisticsOf } from "@sluice/delta";
import type { Connection } from "../connection/duck-db.ts";
import { turnBits } from "./bit-order.ts";
import type { DeletionVectors } from "./deletion-vectors.ts";

/** Above this share of deleted rows a bit for each row is faster than a list of those deleted. */
const FEW = 0.005;

/** What a SELECT from `read_parquet(..) AS r` needs to leave out deleted rows: a join that follows `r`, and a WHERE. Both empty when no file has any. */
export interface DeletedRows {
  readonly join: string;
  readonly where: string;
}

/** Keeps the rows that deletion vectors delete in a temporary table of the connection. `files` are in the order in which `r` reads them. */
export async function leaveOutDeleted(
  connection: Connection,
  vectors: DeletionVectors,
  root: string,
  files: readonly AddFile[],
): Promise<DeletedRows> {
  const sets: (readonly [number, RowSet])[] = [];
  await Promise.all(
    files.map(async (file, i) => {
      const rows = await vectors.rowsOf(root, file);
      if (rows !== undefined && rows.size > 0) sets.push([i, rows]);
    }),
  );
  if (sets.length === 0) return { join: "", where: "" };
  const table = `deleted_${crypto.randomUUID().slice(0, 8)}`;
  const deleted = sets.reduce((sum, [, rows]) => sum + rows.size, 0);
  const physical = files.reduce((sum, file) => sum + (statisticsOf(file).numRecords ?? 0), 0);
  return deleted < physical * FEW ? asList(connection, table, sets) : asBits(connection, table, sets);
}

async function asList(
  connection: Connection,
  table: string,
  sets: readonly (readonly [number, RowSet])[],
): Promise<DeletedRows> {
  const lists = sets.map(([i, rows]) => `(${i}, '[${[...positionsOf(rows)].join(",")}]')`);
  await connection.createTemporaryTable(
    table,
    `SELECT i::UBIGINT AS i, unnest(from_json(rows, '["BIGINT"]')) AS row FROM (VALUES ${lists.join(", ")}) AS v(i, rows)`,
  );
  return { join: ` ANTI JOIN ${table} AS d ON d.i = r.file_index AND d.row = r.file_row_number`, where: "" };
}

async function asBits(
  connection: Connection,
  table: string,
  sets: readonly (readonly [number, RowSet])[],
): Promise<DeletedRows> {
  await createBits(connection, table, sets);
  return {
    join: ` LEFT JOIN ${table} AS d ON d.i = r.file_index`,
    where:
      " WHERE CASE WHEN r.file_row_number < d.length THEN get_bit(d.bits, r.file_row_number::INTEGER) = 0 ELSE true END",
  };
}

async function createBits(
  connection: Connection,
  table: string,
  sets: readonly (readonly [number, RowSet])[],
): Promise<void> {
  const bits = sets.map(([, rows]) => bytesOf(rows));
  const rows = sets.map(([i], at) => `(${i}, ${(bits[at]?.length ?? 0) * 8}, CAST($${at + 1} AS BIT))`);
  await connection.createTemporaryTable(
    table,
    `SELECT i::UBIGINT AS i, length::BIGINT AS length, bits FROM (VALUES ${rows.join(", ")}) AS v(i, length, bits)`,
    bits,
  );
}

/** Keeps of each file only the rows of its set. `files` are as for `leaveOutDeleted`, one set for each. */
export async function keepOnly(connection: Connection, sets: readonly RowSet[]): Promise<DeletedRows> {
  const table = `kept_${crypto.randomUUID().slice(0, 8)}`;
  await createBits(
    connection,
    table,
    sets.map((rows, i) => [i, rows] as const),
  );
  return {
    join: ` JOIN ${table} AS d ON d.i = r.file_index`,
    where:
      " WHERE CASE WHEN r.file_row_number < d.length THEN get_bit(d.bits, r.file_row_number::INTEGER) = 1 ELSE false END",
  };
}

/** The bits of a set up to its last block, the first row in the highest bit of the first byte as in DuckDB's BIT. */
function bytesOf({ blocks }: RowSet): Uint8Array {
  const last = Math.max(0, ...blocks.keys());
  const bytes = new Uint8Array((last + 1) * BLOCK_BYTES);
  for (const [number, bits] of blocks) {
    bytes.set(bits, number * BLOCK_BYTES);
  }
  return turnBits(bytes);
}
