import {
  createDataFrame,
  type DataSource,
  type LocalRow,
  parseSchema,
  type StructType,
  type Value,
} from "@sluice/query";

/** Rows of a test in the place of a source. */
export interface TestSource {
  /** Columns in order, for a read with these options. */
  schemaOf(read: Pick<DataSource, "options">): StructType;
  /** How many rows there are, batch by batch: the last number is that of all. */
  readonly ends: readonly number[];
  /** Rows from position `after` (excluded, counted from 0) through `through`, in the order of the schema. */
  rows(after: number, through: number, read: Pick<DataSource, "options">): readonly (readonly Value[])[];
}

/** Rows that a test adds while its pipeline runs. */
export interface MemoryStream extends TestSource {
  /** Adds rows, by column name or by position; what is missing is NULL. Rows added together are one micro-batch. @throws QueryError for values that do not fit */
  add(rows: readonly LocalRow[]): void;
}

/**
 * A stream, or a table, whose rows a test adds. It keeps them: a full refresh reads all of them again.
 *
 * @param schema - Columns as DDL, "id BIGINT, at TIMESTAMP", or as a type.
 * @throws QueryError for a schema that is none
 */
export function memoryStream(schema: string | StructType): MemoryStream {
  const columns = typeof schema === "string" ? parseSchema(schema) : schema;
  const rows: (readonly Value[])[] = [];
  const ends: number[] = [];
  return {
    ends,
    schemaOf: () => columns,
    rows: (after, through) => rows.slice(after, through),
    add: (added) => {
      const { relation } = createDataFrame(added, columns);
      if (relation.kind !== "LocalRelation") throw new Error("Rows of a program are a local relation");
      rows.push(...relation.rows);
      if (added.length > 0) ends.push(rows.length);
    },
  };
}
