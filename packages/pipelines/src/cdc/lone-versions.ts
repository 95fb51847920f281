import type { DataFrame } from "@sluice/query";
import { type Column, col, lit, when } from "@sluice/query/api";
import { type ChangeSpec, DELETES, END_AT, RESERVED_PREFIX, SEQUENCE, START_AT } from "./change-columns.ts";
import { keysOf, named } from "./change-parts.ts";

const DIFFERS = `${RESERVED_PREFIX}differs`;
const STARTED = `${RESERVED_PREFIX}started`;

/** The versions of keys that have one change, which comes after all others, and their open versions, if any: what `versions` gives, without looking at rows in order. */
export function loneVersions(spec: ChangeSpec, changes: DataFrame, open: DataFrame): DataFrame {
  const columns = spec.columns.map(named);
  const unset = when(lit(false), col(SEQUENCE)).as(END_AT);
  const closes = changes.select(...keysOf(spec), DELETES, col(SEQUENCE).as(END_AT), ...valuesAs(spec, "after"));
  const closed = open
    .select(...columns, START_AT, ...valuesAs(spec, "before"))
    .join(closes, spec.keys)
    .filter(col(DELETES).or(differs(spec)))
    .select(...columns, START_AT, END_AT);
  const begun = open.select(...keysOf(spec), col(START_AT).as(STARTED), ...valuesAs(spec, "before"));
  const opened = changes
    .filter(col(DELETES).not())
    .select(...columns, SEQUENCE, ...valuesAs(spec, "after"))
    .join(begun, spec.keys, "left")
    .withColumn(DIFFERS, col(STARTED).isNull().or(differs(spec)))
    .select(...columns, when(col(DIFFERS), col(SEQUENCE)).otherwise(col(STARTED)).as(START_AT), unset);
  return opened.union(closed);
}

/** The tracked columns, under names that tell the sides of a join apart. */
function valuesAs({ tracked }: ChangeSpec, side: string): readonly Column[] {
  return tracked.map((name, i) => named(name).as(nameOf(side, i)));
}

function differs({ tracked }: ChangeSpec): Column {
  return tracked
    .map((_, i) =>
      col(nameOf("before", i))
        .eqNullSafe(col(nameOf("after", i)))
        .not(),
    )
    .reduce((left, right) => left.or(right), lit(false));
}

function nameOf(side: string, place: number): string {
  return `${RESERVED_PREFIX}${side}_${place}`;
}
