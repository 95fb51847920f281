import type { DataFrame } from "@sluice/query";
import { type Column, coalesce, col, lit, max, when } from "@sluice/query/api";
import { type ChangeSpec, DELETES, RANK, SEQUENCE, UNTIL } from "./change-columns.ts";
import {
  afterHorizon,
  greatestOf,
  HORIZON,
  horizonOf,
  isTruncate,
  keyChanges,
  keysOf,
  named,
  now,
  type Parts,
  STATE,
  TARGET,
  TIE,
  truncatesOf,
} from "./change-parts.ts";
import type { PlanAlgebra } from "./plan-algebra.ts";

/**
 * SCD type 1 where the latest change of a key is all that counts. The state has the place of each key's latest change: its sequence, whether it deletes, its rank.
 * A change is taken when none is later, so that it may come any number of times. Deletes and truncates are remembered for `tombstoneSeconds`.
 */
export function latestChanges(spec: ChangeSpec, algebra: PlanAlgebra, tombstoneSeconds: number): Parts {
  const latest = algebra.define("latest", algebra.plan(latestOfKeys(spec, keyChanges(spec, algebra))));
  const plan = algebra.plan(takenChanges(spec, algebra, latest));
  const taken = algebra.define("taken", plan);
  return {
    added: algebra.plan(taken.filter(col(DELETES).not()).select(spec.columns.map(named))),
    removed: algebra.plan(removedRows(spec, algebra, taken)),
    next: algebra.plan(nextPlaces(spec, algebra, taken, tombstoneSeconds)),
    shared: [plan],
  };
}

/** The rows of the state that say all that several of its rows say. */
export function compactPlaces(spec: ChangeSpec, algebra: PlanAlgebra): DataFrame {
  return greatestOf(livingPlaces(algebra.rows(STATE)), keysOf(spec), [col(SEQUENCE), ...TIE]);
}

function latestOfKeys(spec: ChangeSpec, changes: DataFrame): DataFrame {
  return greatestOf(changes, keysOf(spec), [col(SEQUENCE), ...TIE]);
}

/** The places that are still remembered. */
export function livingPlaces(known: DataFrame): DataFrame {
  return known.filter(coalesce(col(UNTIL).gt(now()), lit(true)));
}

function takenChanges(spec: ChangeSpec, algebra: PlanAlgebra, latest: DataFrame): DataFrame {
  const known = livingPlaces(algebra.rows(STATE));
  const touched = known.join(latest.select(keysOf(spec)), spec.keys, "semi");
  const before = greatestOf(touched, keysOf(spec), [col(SEQUENCE), ...TIE]).select(
    ...keysOf(spec),
    ...PLACE.map((name) => col(name).as(beforeOf(name))),
  );
  const taken = latest
    .join(before, spec.keys, "left")
    .filter(coalesce(isNotEarlier(), lit(true)))
    .drop(...PLACE.map(beforeOf));
  return spec.truncates ? afterHorizon(taken, horizonOf(spec, algebra, known)) : taken;
}

const PLACE = [SEQUENCE, DELETES, RANK];

function beforeOf(name: string): string {
  return `${name}_before`;
}

/** Whether a change is no earlier than the latest one known of its key; NULL when none is. */
function isNotEarlier(): Column {
  const [sequence, deletes, rank] = PLACE.map((name) => ({ now: col(name), before: col(beforeOf(name)) }));
  if (sequence === undefined || deletes === undefined || rank === undefined) throw new Error("a place has three parts");
  const byRank = deletes.now.eq(deletes.before).and(rank.now.ge(rank.before));
  const byTie = deletes.now.gt(deletes.before).or(byRank);
  return sequence.now.gt(sequence.before).or(sequence.now.eq(sequence.before).and(byTie));
}

function removedRows(spec: ChangeSpec, algebra: PlanAlgebra, taken: DataFrame): DataFrame {
  const keys = taken.select(keysOf(spec));
  const gone = spec.truncates ? keys.union(truncatedKeys(spec, algebra)).distinct() : keys;
  return algebra
    .rows(TARGET)
    .join(gone, spec.keys, "semi")
    .select("_file", "_row", ...keysOf(spec));
}

/** The keys whose latest change is before a truncate of the batch. Without one, little is read. */
function truncatedKeys(spec: ChangeSpec, algebra: PlanAlgebra): DataFrame {
  const horizon = horizonOf(spec, algebra).filter(col(HORIZON).isNotNull());
  const known = livingPlaces(algebra.rows(STATE)).filter(isTruncate(spec).not());
  const older = known
    .crossJoin(horizon)
    .filter(col(SEQUENCE).lt(col(HORIZON)))
    .select(keysOf(spec))
    .distinct();
  return known
    .join(older, spec.keys, "semi")
    .groupBy(keysOf(spec))
    .agg(max(SEQUENCE).as(SEQUENCE))
    .crossJoin(horizon)
    .filter(col(SEQUENCE).lt(col(HORIZON)))
    .select(keysOf(spec));
}

function nextPlaces(spec: ChangeSpec, algebra: PlanAlgebra, taken: DataFrame, tombstoneSeconds: number): DataFrame {
  const until = now().plus(BigInt(tombstoneSeconds) * 1_000_000n);
  const places = taken.select(...keysOf(spec), SEQUENCE, DELETES, RANK, when(col(DELETES), until).as(UNTIL));
  if (!spec.truncates) return places;
  const keyless = spec.keys.map((key) => when(lit(false), named(key)).as(key));
  return places.union(
    truncatesOf(algebra).select(...keyless, col(SEQUENCE), lit(true).as(DELETES), lit(0n).as(RANK), until.as(UNTIL)),
  );
}
