import type { DataFrame } from "@sluice/query";
import { type Column, coalesce, col, lag, last, lead, lit, min, Window, when } from "@sluice/query/api";
import {
  type ChangeSpec,
  END_AT,
  SEQUENCE,
  START_AT,
  SYSTEM,
  SYSTEM_END_AT,
  SYSTEM_START_AT,
} from "./change-columns.ts";
import { CHANGES, greatestOf, keyChanges, keysOf, named, type Parts, STATE, TARGET } from "./change-parts.ts";
import { changeOfEach, storedColumns } from "./history-changes.ts";
import { foldUpdates } from "./partial-update.ts";
import type { PlanAlgebra } from "./plan-algebra.ts";
import { versions } from "./versions.ts";

/** Since when, in system time, a batch says anything new about a key. */
const SINCE = "__spark_autocdc_since";
/** A moment of system time at which something became known of a key, and the one after it; NULL for none. */
const MOMENT = "__spark_autocdc_moment";
const NEXT_MOMENT = "__spark_autocdc_next_moment";
const CONTINUES = "__spark_autocdc_continues";
const ENDS = "__spark_autocdc_ends";

/**
 * Bitemporal tables: at each moment of system time at which a change of a key became known, the versions that the changes known by then make; what stays as it was from
 * moment to moment is one row. The state has every change. A batch computes the moments since the first of its changes anew, and what it finds in the table from
 * before goes on or ends; rows that ended before then are not read.
 */
export function knownChanges(spec: ChangeSpec, algebra: PlanAlgebra): Parts {
  const changes = algebra.define("events", algebra.plan(keyChanges(spec, algebra).select(storedColumns(spec))));
  const plan = algebra.plan(changes.groupBy(keysOf(spec)).agg(min(SYSTEM).as(SINCE)));
  const touched = algebra.define("touched", plan);
  const known = algebra.rows(STATE).join(touched, spec.keys, "semi").select(storedColumns(spec));
  const all = algebra.plan(changeOfEach(spec, known.union(changes)));
  const rows = algebra.plan(openRows(spec, algebra, touched));
  const open = algebra.define("open", rows);
  const later = believed(spec, algebra, algebra.define("known", all), touched);
  return {
    added: algebra.plan(lasting(spec, earlier(spec, open).union(later))),
    removed: algebra.plan(open.select("_file", "_row")),
    next: algebra.plan(changes),
    shared: [plan, all, rows],
  };
}

/** Rows of the table that were known to be so until the batch, or longer. */
function openRows(spec: ChangeSpec, algebra: PlanAlgebra, touched: DataFrame): DataFrame {
  return algebra
    .rows(TARGET)
    .select(...rowColumns(spec), SYSTEM_START_AT, SYSTEM_END_AT, "_file", "_row")
    .join(touched, spec.keys)
    .filter(coalesce(col(SYSTEM_END_AT).ge(col(SINCE)), lit(true)));
}

/** What was known just before the batch: as of one moment, each row since its own. */
function earlier(spec: ChangeSpec, open: DataFrame): DataFrame {
  return open
    .filter(col(SYSTEM_START_AT).lt(col(SINCE)))
    .select(...rowColumns(spec), col(SYSTEM_START_AT).as(MOMENT), col(SINCE).as(NEXT_MOMENT));
}

/** The versions of each key as of each moment since the batch's first change. Of changes with the same sequence the one that became known last counts. */
function believed(spec: ChangeSpec, algebra: PlanAlgebra, known: DataFrame, touched: DataFrame): DataFrame {
  const next = lead(col(SYSTEM)).over(Window.partitionBy(keysOf(spec)).orderBy(SYSTEM));
  const moments = known
    .select(...keysOf(spec), SYSTEM)
    .distinct()
    .withColumn(NEXT_MOMENT, next)
    .withColumnRenamed(SYSTEM, MOMENT)
    .join(touched, spec.keys)
    .filter(col(MOMENT).ge(col(SINCE)))
    .drop(SINCE);
  const by = known.join(moments, spec.keys).filter(col(SYSTEM).le(col(MOMENT)));
  const group = [...keysOf(spec), col(MOMENT), col(NEXT_MOMENT)];
  const folded = foldUpdates(spec, algebra.types(CHANGES), by, { group, order: [SEQUENCE, SYSTEM] });
  const counted = greatestOf(folded, [...group, col(SEQUENCE)], [col(SYSTEM)]);
  return versions(spec, counted, group).select(...rowColumns(spec), MOMENT, NEXT_MOMENT);
}

/** Rows that are the same at one moment and the next are one row, known from the first of them until the last is known no more. */
function lasting(spec: ChangeSpec, rows: DataFrame): DataFrame {
  const order = Window.partitionBy([...keysOf(spec), col(START_AT)]).orderBy(MOMENT);
  const values = spec.columns.filter((name) => !spec.keys.includes(name));
  const same = [...values, END_AT].map((name) => named(name).eqNullSafe(lag(named(name)).over(order)));
  const continues = same.reduce(
    (left, right) => left.and(right),
    coalesce(lag(col(NEXT_MOMENT)).over(order).eq(col(MOMENT)), lit(false)),
  );
  const soFar = order.rowsBetween(Window.unboundedPreceding, Window.currentRow);
  return rows
    .withColumn(CONTINUES, continues)
    .withColumns({
      [SYSTEM_START_AT]: last(when(col(CONTINUES).not(), col(MOMENT)), true).over(soFar),
      [ENDS]: coalesce(lead(col(CONTINUES).not()).over(order), lit(true)),
    })
    .filter(col(ENDS))
    .select(...rowColumns(spec), SYSTEM_START_AT, col(NEXT_MOMENT).as(SYSTEM_END_AT));
}

function rowColumns({ columns }: ChangeSpec): readonly Column[] {
  return [...columns, START_AT, END_AT].map(named);
}
