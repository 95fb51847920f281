import type { DataFrame, Expression, Plan, StructType } from "@sluice/query";
import { Column, coalesce, col, count, lit, max } from "@sluice/query/api";
import {
  type ChangeSpec,
  identityOf,
  needsHistory,
  RESERVED_PREFIX,
  SEQUENCE,
  SYSTEM,
  TRUNCATES,
} from "./change-columns.ts";
import { CHANGES, greatestOf, isTruncate, keysOf, named, POSITION, STATE, TARGET, TIE } from "./change-parts.ts";
import { type ChangeContext, partsOf, ranked } from "./change-plans.ts";
import { livingPlaces } from "./latest-changes.ts";
import { PlanAlgebra, type StoredRead } from "./plan-algebra.ts";

/** The tables of a restatement in its plans: changes read again from the sources, the keys it is about, the target, and what is remembered of its changes. */
export const STAGED = "staged";
export const KEYS = "keys";
export const STORED = "stored";
export const REMEMBERED = "remembered";

/** The columns of those tables. */
export interface RestatedTables {
  readonly staged: StructType;
  readonly keys: StructType;
  readonly stored: StructType;
  readonly remembered: StructType;
}

/** Rows of a restatement, and which of their scans read which table. */
export interface RestatedRows {
  readonly plan: Plan;
  readonly reads: readonly StoredRead[];
}

/** A change of a table by a restatement: rows that go, by position, and rows that come. */
export interface RestatedChange {
  readonly added: Plan;
  readonly removed: Plan;
  readonly shared: readonly Plan[];
  readonly reads: readonly StoredRead[];
}

/**
 * Rows of a restatement. `chosen`: the keys. `changes`: those read again. `lost`: changes of the keys that are remembered, and that the sources no longer have; of a table that remembers only
 * the latest change of a key, those that no later one replaces. `safe`: the keys without those of lost changes. `before` and `after`: the target's rows of the keys as they are, and as
 * they will be. `gone` and `come`: where these differ.
 */
export type RestatedSet = "chosen" | "changes" | "lost" | "safe" | "before" | "after" | "gone" | "come";

/** Which rows a restatement is about: SQL over columns of the target; `isOnKeys` when they are keys only. */
export interface RestateCondition {
  readonly expression: Expression;
  readonly isOnKeys: boolean;
}

const NEWEST = `${RESERVED_PREFIX}newest`;
/** `+` for a row that comes, `-` for one that goes. */
export const SIDE: string = `${RESERVED_PREFIX}side`;

/** The plans of one restatement. Keys and changes are read from tables; the changes of the keys alone decide what the target holds of them. */
export class RestatedPlans {
  readonly #spec: ChangeSpec;
  readonly #tables: RestatedTables;
  readonly #context: Omit<ChangeContext, "free">;

  constructor(spec: ChangeSpec, tables: RestatedTables, context: Omit<ChangeContext, "free">) {
    this.#spec = spec;
    this.#tables = tables;
    this.#context = context;
  }

  /** The keys of rows that meet the condition in the target as it is, or as all changes read again would make it. Of a condition on keys: all such keys. */
  keys({ expression, isOnKeys }: RestateCondition): RestatedRows {
    const algebra = this.#algebra();
    const chosen = (rows: DataFrame): DataFrame => rows.filter(new Column(expression)).select(keysOf(this.#spec));
    const others = isOnKeys
      ? chosen(algebra.rows(REMEMBERED)).union(chosen(algebra.rows(STAGED)))
      : chosen(algebra.define("rebuilt", this.#parts(algebra, algebra.rows(STAGED)).added));
    const there = keysOf(this.#spec).map((key) => key.isNotNull());
    const keys = there.reduce((rows, isThere) => rows.filter(isThere), chosen(algebra.rows(STORED)).union(others));
    return rowsOf(algebra, keys.distinct());
  }

  /** The rows of a set. */
  rows(set: RestatedSet): RestatedRows {
    const algebra = this.#algebra();
    return rowsOf(algebra, this.#set(set, algebra));
  }

  /** How many rows sets have: one row of BIGINT, in the order of the sets. */
  counts(...sets: readonly RestatedSet[]): RestatedRows {
    const algebra = this.#algebra();
    const all = sets.map((set) => this.#set(set, algebra).agg(count(lit(1)).as(set)));
    return rowsOf(
      algebra,
      all.reduce((left, right) => left.crossJoin(right)),
    );
  }

  /** What the target gets and loses. */
  target(): RestatedChange {
    const algebra = this.#algebra();
    const { added, shared } = this.#parts(algebra, this.#changes(algebra));
    const identity = identityOf(this.#spec).map(named);
    const removed = algebra.plan(this.#ofKeys(algebra, STORED).select("_file", "_row", ...identity));
    return { added, removed, shared, reads: algebra.reads };
  }

  /** What is remembered of changes then, and no longer. New rows take the place of none. */
  state(): RestatedChange {
    const algebra = this.#algebra();
    const { next, shared } = this.#parts(algebra, this.#changes(algebra));
    const rows = this.#withoutKnownTruncates(algebra, algebra.define("next", next));
    const nowhere = POSITION.fields.map(({ name, dataType }) => lit(null).cast(dataType).as(name));
    const columns = this.#tables.remembered.fields.map(({ name }) => named(name));
    const added = algebra.plan(rows.select(...columns, ...nowhere));
    const removed = algebra.plan(this.#ofKeys(algebra, REMEMBERED).select("_file", "_row"));
    return { added, removed, shared, reads: algebra.reads };
  }

  /** The rows that differ, with their `SIDE`, ordered by keys. */
  differences(): RestatedRows {
    const algebra = this.#algebra();
    const sides = [
      this.#set("gone", algebra).withColumn(SIDE, lit("-")),
      this.#set("come", algebra).withColumn(SIDE, lit("+")),
    ];
    const order = identityOf(this.#spec).map(named);
    return rowsOf(algebra, sides.reduce((left, right) => left.union(right)).orderBy(...order, col(SIDE).desc()));
  }

  #set(set: RestatedSet, algebra: PlanAlgebra): DataFrame {
    switch (set) {
      case "chosen":
        return algebra.rows(KEYS);
      case "changes":
        return algebra.rows(STAGED);
      case "lost":
        return needsHistory(this.#spec) ? this.#lostChanges(algebra) : this.#lostPlaces(algebra);
      case "safe":
        return algebra.rows(KEYS).join(this.#lostPlaces(algebra).select(keysOf(this.#spec)), this.#spec.keys, "anti");
      case "before":
        return this.#comparable(this.#ofKeys(algebra, STORED));
      case "after":
        return this.#comparable(algebra.define("after", this.#parts(algebra, this.#changes(algebra)).added));
      case "gone":
        return this.#set("before", algebra).exceptAll(this.#set("after", algebra));
      case "come":
        return this.#set("after", algebra).exceptAll(this.#set("before", algebra));
    }
  }

  #algebra(): PlanAlgebra {
    const { staged, keys, stored, remembered } = this.#tables;
    return new PlanAlgebra({ scan: 0, attribute: 0 }, this.#context, [
      { name: STAGED, schema: staged },
      { name: KEYS, schema: keys },
      { name: STORED, schema: stored, hidden: POSITION },
      { name: REMEMBERED, schema: remembered, hidden: POSITION },
    ]);
  }

  /** What changes make of an empty table, of which only truncates are remembered. */
  #parts(algebra: PlanAlgebra, changes: DataFrame): ReturnType<typeof partsOf> {
    const { truncates } = this.#spec;
    algebra.define(CHANGES, ranked(this.#spec, algebra.plan(this.#marked(changes)), algebra));
    const known = algebra.rows(REMEMBERED).filter(truncates ? isTruncate(this.#spec) : lit(false));
    algebra.define(STATE, algebra.plan(known));
    algebra.define(TARGET, algebra.plan(algebra.rows(STORED).filter(lit(false)).select("*", "_file", "_row")));
    return partsOf(this.#spec, algebra, this.#context.tombstoneSeconds);
  }

  /** Whether a change is a truncate is NULL in rows of flows that have none. */
  #marked(changes: DataFrame): DataFrame {
    return this.#spec.truncates ? changes.withColumn(TRUNCATES, coalesce(col(TRUNCATES), lit(false))) : changes;
  }

  #changes(algebra: PlanAlgebra): DataFrame {
    const changes = this.#ofKeys(algebra, STAGED);
    return this.#spec.truncates ? changes.union(algebra.rows(STAGED).filter(col(TRUNCATES))) : changes;
  }

  #ofKeys(algebra: PlanAlgebra, table: string): DataFrame {
    return algebra.rows(table).join(algebra.rows(KEYS), this.#spec.keys, "semi");
  }

  #lostChanges(algebra: PlanAlgebra): DataFrame {
    const place = [...this.#spec.keys, SEQUENCE, ...(this.#spec.scdType === "bitemporal" ? [SYSTEM] : [])];
    const staged = algebra.rows(STAGED).select(...place.map(named));
    const kept = this.#tables.staged.fields.map(({ name, dataType }) =>
      this.#tables.remembered.fields.some((one) => one.name === name) ? named(name) : lit(null).cast(dataType).as(name),
    );
    return this.#ofKeys(algebra, REMEMBERED)
      .join(staged, place, "anti")
      .select(...kept);
  }

  #lostPlaces(algebra: PlanAlgebra): DataFrame {
    const keys = keysOf(this.#spec);
    const latest = greatestOf(livingPlaces(this.#ofKeys(algebra, REMEMBERED)), keys, [col(SEQUENCE), ...TIE]);
    const newest = algebra.rows(STAGED).groupBy(keys).agg(max(SEQUENCE).as(NEWEST));
    const isThere = coalesce(col(NEWEST).ge(col(SEQUENCE)), lit(false));
    return latest.join(newest, this.#spec.keys, "left").filter(isThere.not()).drop(NEWEST);
  }

  #withoutKnownTruncates(algebra: PlanAlgebra, next: DataFrame): DataFrame {
    if (!this.#spec.truncates) return next;
    const known = algebra.rows(REMEMBERED).filter(isTruncate(this.#spec)).select(col(SEQUENCE));
    const truncates = next.filter(isTruncate(this.#spec)).join(known, [SEQUENCE], "anti");
    const columns = this.#tables.remembered.fields.map(({ name }) => named(name));
    return next
      .filter(isTruncate(this.#spec).not())
      .select(...columns)
      .union(truncates.select(...columns));
  }

  /** Maps are no values that rows can be compared by: their text is. */
  #comparable(rows: DataFrame): DataFrame {
    return rows.select(
      ...this.#tables.stored.fields.map(({ name, dataType }) =>
        dataType.kind === "map" ? named(name).cast("string").as(name) : named(name),
      ),
    );
  }
}

function rowsOf(algebra: PlanAlgebra, rows: DataFrame): RestatedRows {
  return { plan: algebra.plan(rows), reads: algebra.reads };
}
