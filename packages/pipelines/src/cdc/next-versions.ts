import type { DataFrame } from "@sluice/query";
import { col, count, lit, min } from "@sluice/query/api";
import {
  type ChangeSpec,
  DELETES,
  END_AT,
  identityOf,
  RANK,
  RESERVED_PREFIX,
  SEQUENCE,
  SETS,
  START_AT,
} from "./change-columns.ts";
import { CHANGES, keyChanges, keysBeside, keysOf, named, type Parts, STATE, TARGET } from "./change-parts.ts";
import { changeOfEach, storedColumns } from "./history-changes.ts";
import { loneVersions } from "./lone-versions.ts";
import { foldedColumns, foldUpdates } from "./partial-update.ts";
import type { PlanAlgebra } from "./plan-algebra.ts";
import { versions } from "./versions.ts";

/** The first sequence of a batch for a key, and how many changes it has of it. */
const LEAST = `${RESERVED_PREFIX}least`;
const CHANGE_COUNT = `${RESERVED_PREFIX}change_count`;

/**
 * SCD type 2. A key whose changes all come after those that are remembered goes on from its open version, which stands for what was before. The
 * versions of other keys, whose changes are late or came before, are computed anew from all of their changes. Only the newest files of a state whose rows came in
 * order can have changes that are not before the batch.
 */
export function nextVersions(spec: ChangeSpec, algebra: PlanAlgebra): Parts {
  const changes = algebra.define("events", algebra.plan(keyChanges(spec, algebra).select(storedColumns(spec))));
  const keys = algebra.plan(touchedKeys(spec, changes));
  const touched = algebra.define("touched", keys);
  const late = algebra.plan(lateKeys(spec, algebra, touched));
  const revised = algebra.define("late", late);
  const lone = algebra.plan(loneKeys(spec, touched, revised));
  const single = algebra.define("lone", lone);
  const rows = algebra.plan(openVersions(spec, algebra, touched));
  const open = algebra.define("open", rows);
  const known = algebra.rows(STATE).join(revised, spec.keys, "semi").select(storedColumns(spec));
  const before = asChanges(spec, open.join(revised, spec.keys, "anti"));
  const several = changeOfEach(spec, known.unionByName(changes.join(single, spec.keys, "anti"))).unionByName(
    before.join(single, spec.keys, "anti"),
  );
  const closed = algebra.rows(TARGET).filter(col(END_AT).isNotNull()).join(revised, spec.keys, "semi");
  const position = [col("_file"), col("_row"), ...identityOf(spec).map(named)];
  const added = versions(spec, foldUpdates(spec, algebra.types(CHANGES), several)).union(
    loneVersions(spec, changes.join(single, spec.keys, "semi"), open),
  );
  return {
    added: algebra.plan(added),
    removed: algebra.plan(open.select(...position).union(closed.select(...position))),
    next: algebra.plan(changes),
    shared: [keys, late, lone, rows],
  };
}

function touchedKeys(spec: ChangeSpec, changes: DataFrame): DataFrame {
  return changes.groupBy(keysOf(spec)).agg(min(SEQUENCE).as(LEAST), count(lit(1)).as(CHANGE_COUNT));
}

/** The keys of which a change is remembered that is not before all of the batch's. */
function lateKeys(spec: ChangeSpec, algebra: PlanAlgebra, touched: DataFrame): DataFrame {
  const { columns, same } = keysBeside(spec);
  return algebra
    .rows(STATE)
    .join(touched.select(...columns, LEAST), [...same, col(SEQUENCE).ge(col(LEAST))])
    .select(keysOf(spec))
    .distinct();
}

/** The keys that have one change, and that not late. None where values are made from those before. */
function loneKeys(spec: ChangeSpec, touched: DataFrame, late: DataFrame): DataFrame {
  const isLone = foldedColumns(spec).length > 0 ? lit(false) : col(CHANGE_COUNT).eq(1);
  return touched.filter(isLone).select(keysOf(spec)).join(late, spec.keys, "anti");
}

function openVersions(spec: ChangeSpec, algebra: PlanAlgebra, touched: DataFrame): DataFrame {
  return algebra
    .rows(TARGET)
    .filter(col(END_AT).isNull())
    .join(touched, spec.keys, "semi")
    .select(...spec.columns.map(named), START_AT, "_file", "_row");
}

/** Versions as the changes that would make them. */
function asChanges(spec: ChangeSpec, open: DataFrame): DataFrame {
  return open.select(
    ...spec.columns.map(named),
    col(START_AT).as(SEQUENCE),
    lit(false).as(DELETES),
    ...(spec.setsColumns ? [lit(null).cast("array<string>").as(SETS)] : []),
    lit(0n).as(RANK),
  );
}
