import { quoteName } from "../../compile/identifier.ts";
import type { Connection } from "../../connection/duck-db.ts";

/**
 * The names of the temporary tables of a merge: positions that go (`__file`, `__place`), rows that go, rows that come, and pairs of both. Rows that go and rows
 * that come are numbered by `__at`; names of ours begin so as not to be those of columns of the target.
 */
export const REMOVED = "merge_removed";
export const OLD = "merge_old";
export const ADDED = "merge_added";
export const PAIRS = "merge_pairs";
/** Positions that go once pairs without a difference are left alone. */
export const GONE = "merge_gone";

/** What a merge compares. */
export interface PairColumns {
  readonly identity: readonly string[] | "position";
  /** All stored columns when old rows are there in full; else pairs are never without a difference. */
  readonly compared?: readonly string[];
}

/**
 * Pairs each row of `OLD` with one of `ADDED` that has the same identity, as a temporary table `PAIRS` of their numbers (`o`, `a`) and whether all columns are
 * the same. Where an identity occurs several times the first rows are paired with the first, and so on.
 */
export async function pairRows(connection: Connection, columns: PairColumns): Promise<void> {
  const { identity } = columns;
  if (identity === "position") {
    await connection.createTemporaryTable(
      PAIRS,
      `SELECT o.__at AS o, a.__at AS a, false AS same FROM ${OLD} AS o JOIN ${ADDED} AS a ON o.__file = a.__file AND o.__place = a.__place`,
    );
    return;
  }
  if (identity.length === 0) {
    await connection.createTemporaryTable(PAIRS, "SELECT 0::BIGINT AS o, 0::BIGINT AS a, false AS same LIMIT 0");
    return;
  }
  await connection.createTemporaryTable(
    PAIRS,
    pairSql({ ...columns, identity }, (table) => table),
  );
  if (await isPairedOnce(connection)) return;
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${PAIRS} AS ${pairSql({ ...columns, identity }, numbered)}`);
}

/** How many pairs `pairRows` would make of `REMOVED` and of the rows of a relation. */
export async function countPairs(
  connection: Connection,
  identity: PairColumns["identity"],
  added: string,
): Promise<number> {
  const columns = identity === "position" ? ["__file", "__place"] : identity;
  if (columns.length === 0) return 0;
  const keys = columns.map(quoteName).join(", ");
  const both = `SELECT ${keys}, true AS o, NULL AS a FROM ${REMOVED} UNION ALL SELECT ${keys}, NULL, true FROM ${added}${identity === "position" ? " WHERE __file IS NOT NULL" : ""}`;
  const counts = `SELECT least(count(o), count(a)) AS n FROM (${both}) GROUP BY ${keys}`;
  const [row = {}] = await connection.rows(`SELECT coalesce(sum(n), 0) AS n FROM (${counts})`);
  return Number(row["n"]);
}

type Source = (table: string, keys: string) => string;

function pairSql(
  { identity, compared }: PairColumns & { readonly identity: readonly string[] },
  source: Source,
): string {
  const keys = identity.map(quoteName).join(", ");
  const [old, added] = [OLD, ADDED].map((table) => source(table, keys));
  const on = [...identity.map(sameColumn), ...(source === numbered ? ["o.__n = a.__n"] : [])].join(" AND ");
  const same = compared === undefined ? "false" : compared.map(sameColumn).join(" AND ") || "true";
  return `SELECT o.__at AS o, a.__at AS a, (${same}) AS same FROM ${old} AS o JOIN ${added} AS a ON ${on}`;
}

const numbered: Source = (table, keys) =>
  `(SELECT *, row_number() OVER (PARTITION BY ${keys} ORDER BY __at) AS __n FROM ${table})`;

function sameColumn(name: string): string {
  return `o.${quoteName(name)} IS NOT DISTINCT FROM a.${quoteName(name)}`;
}

/** A bit for each row that has a pair tells it: rows are numbered from 0. */
async function isPairedOnce(connection: Connection): Promise<boolean> {
  const [most = {}] = await connection.rows(`SELECT count(*) AS n, max(o) AS o, max(a) AS a FROM ${PAIRS}`);
  if (most["o"] === null) return true;
  const bits = (column: string) => `bit_count(bitstring_agg(${column}, 0, ${most[column]}))`;
  const [row = {}] = await connection.rows(`SELECT ${bits("o")} AS o, ${bits("a")} AS a FROM ${PAIRS}`);
  return Number(row["o"]) === Number(most["n"]) && Number(row["a"]) === Number(most["n"]);
}
