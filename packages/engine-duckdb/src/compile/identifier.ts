/** A name as DuckDB reads it back: always quoted, so that no keyword and no special character matters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text value as a DuckDB string literal. */
export function quoteText(text: string): string {
  if (!text.includes("\0")) return `'${text.replaceAll("'", "''")}'`;
  return `concat(${text.split("\0").map(quoteText).join(", chr(0), ")})`;
}
