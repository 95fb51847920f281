import {
  backQuote,
  type DataFrame,
  field,
  LONG,
  type Plan,
  STRING,
  type StructField,
  type StructType,
  struct,
} from "@sluice/query";
import {
  type Column,
  coalesce,
  col,
  currentTimestamp,
  lit,
  max,
  rowNumber,
  unixMicros,
  Window,
} from "@sluice/query/api";
import { type ChangeSpec, DELETES, RANK, RESERVED_PREFIX, SEQUENCE, TRUNCATES } from "./change-columns.ts";
import type { PlanAlgebra } from "./plan-algebra.ts";

/** What the plans of a flow of changes are called in queries. */
export const CHANGES = "changes";
export const STATE = "state";
export const TARGET = "target";

/** Hidden columns of a table's rows: the file as the log names it, and the row in it, from 0. */
export const POSITION: StructType = struct([field("_file", STRING), field("_row", LONG)]);

/** What a batch of changes does to a table and to the state of its changes. */
export interface Parts {
  /** Rows that come. */
  readonly added: Plan;
  /** Positions of rows that go. */
  readonly removed: Plan;
  /** Rows that the state gets. */
  readonly next: Plan;
  /** Parts of these plans that several of them have. */
  readonly shared: readonly Plan[];
}

/** A column by its very name. */
export function named(name: string): Column {
  return col(backQuote(name));
}

/** A column by its very name but for case; NULL where rows of `columns` have none. */
export function namedOrNull(
  { name, dataType }: Pick<StructField, "name" | "dataType">,
  columns: readonly Pick<StructField, "name">[],
): Column {
  const isThere = columns.some((one) => one.name.toLowerCase() === name.toLowerCase());
  return isThere ? named(name) : lit(null).cast(dataType);
}

export function keysOf({ keys }: ChangeSpec): readonly Column[] {
  return keys.map(named);
}

/** The keys under other names, so that rows of one key can stand beside each other, and the conditions under which they do. */
export function keysBeside({ keys }: ChangeSpec): {
  readonly columns: readonly Column[];
  readonly same: readonly Column[];
} {
  const own = keys.map((key, i) => ({ key: named(key), name: `${RESERVED_PREFIX}key_${i}` }));
  return { columns: own.map(({ key, name }) => key.as(name)), same: own.map(({ key, name }) => key.eq(col(name))) };
}

/** Microseconds since the epoch, the same for all rows of a batch. */
export function now(): Column {
  return unixMicros(currentTimestamp());
}

/** The changes of a batch that are about a key. */
export function keyChanges(spec: ChangeSpec, algebra: PlanAlgebra): DataFrame {
  const rows = algebra.rows(CHANGES);
  return spec.truncates ? rows.filter(col(TRUNCATES).not()) : rows;
}

/** One row of each group, the greatest by `order`. */
export function greatestOf(rows: DataFrame, group: readonly Column[], order: readonly Column[]): DataFrame {
  const place = rowNumber().over(Window.partitionBy(group).orderBy(order.map((one) => one.desc())));
  return rows.withColumn(PLACE, place).filter(col(PLACE).eq(1)).drop(PLACE);
}

const PLACE = "__spark_autocdc_place";

/** When the last of the truncates was: one row, NULL for none. `known` are the rows of the state; truncates stand there without keys. */
export function horizonOf(spec: ChangeSpec, algebra: PlanAlgebra, known?: DataFrame): DataFrame {
  const batch = truncatesOf(algebra).select(col(SEQUENCE));
  const all = known === undefined ? batch : batch.union(known.filter(isTruncate(spec)).select(col(SEQUENCE)));
  return all.agg(max(SEQUENCE).as(HORIZON));
}

export const HORIZON = "__spark_autocdc_horizon";

/** Whether a row of the state is a truncate. */
export function isTruncate({ keys: [first = ""] }: ChangeSpec): Column {
  return named(first).isNull();
}

export function truncatesOf(algebra: PlanAlgebra): DataFrame {
  return algebra.rows(CHANGES).filter(col(TRUNCATES));
}

/** Changes that no truncate has taken away. */
export function afterHorizon(rows: DataFrame, horizon: DataFrame): DataFrame {
  return rows
    .crossJoin(horizon)
    .filter(coalesce(col(SEQUENCE).ge(col(HORIZON)), lit(true)))
    .drop(HORIZON);
}

/** The order of changes of one key with the same sequence: a delete is last, then what the rows hold decides. */
export const TIE: readonly Column[] = [col(DELETES), col(RANK)];
