import { identityOf, type StructType, struct, withoutGeneration } from "@sluice/query";
import { QUARANTINE_FIELDS } from "../engine/engine.ts";

/** The columns of a dataset's quarantine table: those of its rows but the numbers that they would get, all nullable, then `QUARANTINE_FIELDS`. */
export function quarantineSchema(rows: StructType): StructType {
  const given = rows.fields.filter((column) => identityOf(column) === undefined);
  return struct([...given.map((column) => ({ ...withoutGeneration(column), nullable: true })), ...QUARANTINE_FIELDS]);
}

/** The name under which people read the rows that broke a table's rules: `silver_orders_expectations`. */
export function expectationsViewName(table: string): string {
  return `${table}_expectations`;
}

/** The name of the table that rows go to which break a `quarantine` rule of `table`. */
export function quarantineTableName(table: string): string {
  return `${table}_quarantine`;
}

/** Where the rows that broke a dataset's rules are kept (columns of `VIOLATION_SCHEMA`); `dataset` is canonical, `schema.table`. */
export function expectationsLocation(storage: string, dataset: string): string {
  return `${storage}/system/expectations/${dataset}`;
}

/** Where a dataset's quarantine table is, given the dataset's own location. */
export function quarantineLocation(location: string): string {
  return `${location}_quarantine`;
}
