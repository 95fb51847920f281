import type { DataFrame, DataType } from "@sluice/query";
import {
  type Column,
  col,
  exists,
  last,
  lit,
  lower,
  namedStruct,
  struct,
  sum,
  Window,
  type WindowSpec,
  when,
} from "@sluice/query/api";
import { type ChangeSpec, DELETES, SEQUENCE, SETS } from "./change-columns.ts";
import { keysOf, named } from "./change-parts.ts";

const SEGMENT = "__spark_autocdc_segment";

/** Which changes follow each other, and by what columns. */
export interface FoldOrder {
  readonly group: readonly Column[];
  readonly order: readonly string[];
}

/**
 * Changes with the values that their keys have after them: where a change does not set a column, its value is that of the change before. A delete forgets all values.
 * NULL leaves fields of structs as they were one by one, too. `types` are those of the columns. Changes
 * of a key follow each other by their sequence unless `order` says otherwise.
 */
export function foldUpdates(
  spec: ChangeSpec,
  types: ReadonlyMap<string, DataType>,
  changes: DataFrame,
  { group, order }: FoldOrder = { group: keysOf(spec), order: [SEQUENCE] },
): DataFrame {
  const folds = foldedColumns(spec);
  if (folds.length === 0) return changes;
  const deletes = sum(when(col(DELETES), 1).otherwise(0)).over(soFar(group, order));
  const rows = soFar([...group, col(SEGMENT)], order);
  const values = folds.map((name): [string, Column] => [
    name,
    spec.setsColumns ? latestSet(name, rows) : latestKnown(named(name), types.get(name), rows),
  ]);
  return changes.withColumn(SEGMENT, deletes).withColumns(Object.fromEntries(values)).drop(SEGMENT);
}

/** The columns whose values after a change may be those from before it. */
export function foldedColumns({ columns, keys, ignoresNull, setsColumns }: ChangeSpec): readonly string[] {
  return columns.filter((name) => !keys.includes(name) && (setsColumns || ignoresNull.includes(name)));
}

function soFar(group: readonly Column[], order: readonly string[]): WindowSpec {
  const { unboundedPreceding, currentRow } = Window;
  return Window.partitionBy(group)
    .orderBy(...order)
    .rowsBetween(unboundedPreceding, currentRow);
}

/** The value of the last change that sets the column, NULL included. Names compare ignoring case. */
function latestSet(name: string, rows: WindowSpec): Column {
  const sets = col(SETS)
    .isNull()
    .or(exists(SETS, (one) => lower(one).eq(lower(lit(name)))));
  const value = when(col(DELETES).not().and(sets), struct(named(name).as("value")));
  return last(value, true).over(rows).getField("value");
}

/** The last value that is not NULL. */
function latestKnown(value: Column, type: DataType | undefined, rows: WindowSpec): Column {
  const isUpdate = col(DELETES).not();
  if (type?.kind !== "struct") return last(when(isUpdate, value), true).over(rows);
  const fields = type.fields.flatMap(({ name, dataType }) => [
    lit(name),
    latestKnown(value.getField(name), dataType, rows),
  ]);
  const isThere = last(when(isUpdate.and(value.isNotNull()), true), true).over(rows);
  return when(isThere, namedStruct(...fields));
}
