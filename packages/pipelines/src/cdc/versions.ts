import type { DataFrame } from "@sluice/query";
import { type Column, coalesce, col, lag, last, lead, lit, Window, when } from "@sluice/query/api";
import { type ChangeSpec, DELETES, END_AT, SEQUENCE, START_AT } from "./change-columns.ts";
import { keysOf, named } from "./change-parts.ts";

const BEGINS = "__spark_autocdc_begins";
const ENDS = "__spark_autocdc_ends";

/**
 * The versions of each group of changes, a key unless given: runs of changes that are equal in all tracked columns, each with the values of its last change, from the sequence of its first one to that
 * of the change that ends it.
 */
export function versions(spec: ChangeSpec, changes: DataFrame, group: readonly Column[] = keysOf(spec)): DataFrame {
  const order = Window.partitionBy(group).orderBy(SEQUENCE);
  const soFar = order.rowsBetween(Window.unboundedPreceding, Window.currentRow);
  const differs = spec.tracked
    .map((name) =>
      named(name)
        .eqNullSafe(lag(named(name)).over(order))
        .not(),
    )
    .reduce((left, right) => left.or(right), lit(false));
  const first = coalesce(lag(col(DELETES)).over(order), lit(true));
  return changes
    .withColumn(BEGINS, col(DELETES).not().and(first.or(differs)))
    .withColumns({
      [START_AT]: last(when(col(BEGINS), col(SEQUENCE)), true).over(soFar),
      [END_AT]: lead(col(SEQUENCE)).over(order),
      [ENDS]: coalesce(lead(col(BEGINS).or(col(DELETES))).over(order), lit(true)),
    })
    .filter(col(DELETES).not().and(col(ENDS)))
    .select(...spec.columns.map(named), START_AT, END_AT, ...group.slice(spec.keys.length));
}
