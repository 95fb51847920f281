/** A row of DuckDB's `parquet_schema`, with `children` for NULL-safe `num_children`. */
export type ParquetElement = Readonly<Record<string, unknown>>;

/** What `topColumns` and `timesAreInt96` must know of each element. */
export const ELEMENT_COLUMNS = "name, type, duckdb_type, coalesce(num_children, 0) AS children";

/** The columns at the top of a Parquet schema, each with the elements inside it. The schema lists its root and then each element before those inside it. */
export function topColumns(elements: readonly ParquetElement[]): readonly (readonly ParquetElement[])[] {
  const columns: ParquetElement[][] = [];
  let inside = 0;
  for (const element of elements.slice(1)) {
    if (inside === 0) columns.push([element]);
    else columns.at(-1)?.push(element);
    inside += Number(element["children"]) - (inside === 0 ? 0 : 1);
  }
  return columns;
}

/** Whether a column holds times, all of them INT96: instants, as Spark writes them by default, which DuckDB reads as wall-clock times in UTC. */
export function timesAreInt96(column: readonly ParquetElement[]): boolean {
  const times = column.filter((one) => String(one["duckdb_type"]).startsWith("TIMESTAMP"));
  return times.length > 0 && times.every((one) => one["type"] === "INT96");
}
