import type { DataFrame } from "@sluice/query";
import { type Column, col, lit, when } from "@sluice/query/api";
import { type ChangeSpec, DELETES, identityOf, placeOf, RANK, SEQUENCE, SETS, SYSTEM } from "./change-columns.ts";
import {
  afterHorizon,
  CHANGES,
  greatestOf,
  HORIZON,
  horizonOf,
  isTruncate,
  keyChanges,
  keysOf,
  named,
  type Parts,
  STATE,
  TARGET,
  TIE,
  truncatesOf,
} from "./change-parts.ts";
import { foldUpdates } from "./partial-update.ts";
import type { PlanAlgebra } from "./plan-algebra.ts";

/**
 * SCD type 1 with partial updates: a row follows from all changes of its key. The state has every change; the rows of the keys that a batch is about are computed anew from
 * all of them, so that order and repetition of changes do not matter.
 */
export function historyChanges(spec: ChangeSpec, algebra: PlanAlgebra): Parts {
  const changes = algebra.define("events", algebra.plan(keyChanges(spec, algebra).select(storedColumns(spec))));
  const plan = algebra.plan(touchedKeys(spec, algebra, changes));
  const touched = algebra.define("touched", plan);
  const known = algebra.rows(STATE);
  const all = changeOfEach(spec, known.join(touched, spec.keys, "semi").select(storedColumns(spec)).union(changes));
  const valid = spec.truncates ? afterHorizon(all, horizonOf(spec, algebra, known)) : all;
  const folded = foldUpdates(spec, algebra.types(CHANGES), valid);
  return {
    added: algebra.plan(latestRows(spec, folded)),
    removed: algebra.plan(
      algebra.rows(TARGET).join(touched, spec.keys, "semi").select("_file", "_row", identityOf(spec).map(named)),
    ),
    next: algebra.plan(spec.truncates ? changes.union(keylessTruncates(spec, algebra)) : changes),
    shared: [plan],
  };
}

/** The rows of the state that say all that several of its rows say. */
export function compactHistory(spec: ChangeSpec, algebra: PlanAlgebra): DataFrame {
  return changeOfEach(spec, algebra.rows(STATE));
}

/** One change for each key and sequence; for a bitemporal table also for each system sequence. */
export function changeOfEach(spec: ChangeSpec, rows: DataFrame): DataFrame {
  return greatestOf(rows, placeOf(spec).map(named), TIE);
}

/** The columns of a change as the state keeps it. */
export function storedColumns(spec: ChangeSpec): readonly Column[] {
  const known = spec.scdType === "bitemporal" ? [col(SYSTEM)] : [];
  const sets = spec.setsColumns ? [col(SETS)] : [];
  return [...spec.columns.map(named), col(SEQUENCE), col(DELETES), ...known, ...sets, col(RANK)];
}

/** After a truncate, all keys are. */
function touchedKeys(spec: ChangeSpec, algebra: PlanAlgebra, changes: DataFrame): DataFrame {
  const keys = changes.select(keysOf(spec));
  if (!spec.truncates) return keys.distinct();
  const horizon = horizonOf(spec, algebra).filter(col(HORIZON).isNotNull());
  const known = algebra.rows(STATE).filter(isTruncate(spec).not());
  return keys.union(known.crossJoin(horizon).select(keysOf(spec))).distinct();
}

function keylessTruncates(spec: ChangeSpec, algebra: PlanAlgebra): DataFrame {
  const empty = spec.columns.map((name) => when(lit(false), named(name)).as(name));
  const sets = spec.setsColumns ? [when(lit(false), col(SETS)).as(SETS)] : [];
  return truncatesOf(algebra).select(...empty, col(SEQUENCE), lit(true).as(DELETES), ...sets, lit(0n).as(RANK));
}

function latestRows(spec: ChangeSpec, changes: DataFrame): DataFrame {
  return greatestOf(changes, keysOf(spec), [col(SEQUENCE)])
    .filter(col(DELETES).not())
    .select(spec.columns.map(named));
}
