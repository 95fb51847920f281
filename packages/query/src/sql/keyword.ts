function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/** Words that cannot be a column or function without back-ticks: they open or join clauses, and Spark's own answer to them would mislead. */
export const NOT_A_COLUMN: ReadonlySet<string> = words(
  "SELECT FROM WHERE HAVING UNION INTERSECT ON JOIN THEN WHEN AND OR IN AS BETWEEN IS QUALIFY",
);

/** Words that a column's alias cannot be without AS or back-ticks. */
export const NOT_AN_ALIAS: ReadonlySet<string> = words(
  `SELECT FROM WHERE GROUP HAVING ORDER SORT CLUSTER DISTRIBUTE LIMIT OFFSET UNION INTERSECT EXCEPT MINUS SETMINUS WINDOW QUALIFY LATERAL PIVOT
  UNPIVOT JOIN INNER CROSS LEFT RIGHT FULL NATURAL ANTI SEMI ON USING WHEN THEN ELSE END AND OR NOT IN IS AS BETWEEN LIKE ILIKE RLIKE REGEXP DIV
  ASC DESC NULLS FILTER OVER WITHIN COLLATE`,
);

/** Words that a table's alias cannot be without AS or back-ticks. */
export const NOT_A_TABLE_ALIAS: ReadonlySet<string> = new Set([
  ...NOT_AN_ALIAS,
  ...words("TABLESAMPLE WATERMARK FOR WITH SET VALUES INSERT"),
]);

/** Words that the printer puts in back-ticks when they are names. */
export const QUOTED_WHEN_NAME: ReadonlySet<string> = new Set([
  ...NOT_A_COLUMN,
  ...NOT_A_TABLE_ALIAS,
  ...words("CASE CAST TRY_CAST NULL TRUE FALSE EXISTS INTERVAL STREAM TABLE VALUES IDENTIFIER ALL DISTINCT EXTRACT"),
  ...words("CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER SESSION_USER LATERAL ROLLUP CUBE GROUPING"),
]);

/** Words that begin a statement. */
export const STATEMENT_START: ReadonlySet<string> = words(
  "SELECT WITH CREATE INSERT SET USE DESCRIBE SHOW DROP ALTER APPLY AUTO MERGE DELETE UPDATE EXPLAIN REFRESH TRUNCATE",
);

/** Words that begin a query. */
export const QUERY_START: ReadonlySet<string> = words("SELECT WITH VALUES TABLE FROM");

/** Words that follow a complete query primary and go on with the query. */
export const QUERY_CONTINUES: ReadonlySet<string> = words(
  "UNION INTERSECT EXCEPT MINUS SETMINUS ORDER SORT CLUSTER DISTRIBUTE LIMIT OFFSET WINDOW",
);

/** Clause words that people mistype. */
const CLAUSES: readonly string[] = [
  ...["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "JOIN", "QUALIFY", "VALUES", "WITH"],
];

/** The clause word that a mistyped one probably means: letters swapped, or one letter missing or too many. */
export function meantClause(word: string): string | undefined {
  return CLAUSES.find((clause) => word !== clause && (sorted(word) === sorted(clause) || oneLetterOff(word, clause)));
}

function sorted(word: string): string {
  return [...word].sort().join("");
}

function oneLetterOff(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long.length - short.length !== 1 || short.length < 3) return false;
  return [...long].some((_letter, i) => long.slice(0, i) + long.slice(i + 1) === short);
}
