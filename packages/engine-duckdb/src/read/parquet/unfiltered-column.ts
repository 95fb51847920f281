/**
 * SQL of a column of bytes that DuckDB cannot filter while it reads a Parquet file. It asks the file's Bloom filter for the bytes as they are printed (`\x00` for
 * one byte), and passes over rows that have them.
 */
export function unfilteredColumn(column: string): string {
  return `CASE WHEN ${column} IS NOT NULL THEN ${column} END`;
}
