import type { DataFrame } from "@sluice/query";
import { Column, col, count, lit } from "@sluice/query/api";
import { type ChangeSpec, identityOf } from "./change-columns.ts";
import { keysOf, named, POSITION } from "./change-parts.ts";
import type { ChangeContext } from "./change-plans.ts";
import { RestateAlgebra } from "./restate-algebra.ts";
import {
  KEYS,
  REMEMBERED,
  type RestateCondition,
  type RestatedChange,
  type RestatedRows,
  type RestatedSet,
  type RestatedTables,
  SIDE,
  STAGED,
  STORED,
} from "./restated-tables.ts";

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
      : chosen(algebra.define("all", algebra.parts(algebra.staged()).added));
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
    const { added, shared } = algebra.rebuilt();
    const identity = identityOf(this.#spec).map(named);
    const removed = algebra.plan(algebra.ofKeys(algebra.rows(STORED)).select("_file", "_row", ...identity));
    return { added, removed, shared, reads: algebra.reads };
  }

  /** What is remembered of changes then, and no longer. New rows take the place of none. */
  state(): RestatedChange {
    const algebra = this.#algebra();
    const { next, shared } = algebra.rebuilt();
    const nowhere = POSITION.fields.map(({ name, dataType }) => lit(null).cast(dataType).as(name));
    const added = algebra.plan(algebra.news(algebra.define("next", next)).select("*", ...nowhere));
    const removed = algebra.plan(algebra.ofKeys(algebra.rows(REMEMBERED)).select("_file", "_row"));
    return { added, removed, shared, reads: algebra.reads };
  }

  /** The rows that differ, with their `SIDE`, ordered by keys. */
  differences(): RestatedRows {
    const algebra = this.#algebra();
    const gone = this.#set("gone", algebra).withColumn(SIDE, lit("-"));
    const come = this.#set("come", algebra).withColumn(SIDE, lit("+"));
    const order = identityOf(this.#spec).map(named);
    return rowsOf(algebra, gone.union(come).orderBy(...order, col(SIDE).desc()));
  }

  #set(set: RestatedSet, algebra: RestateAlgebra): DataFrame {
    switch (set) {
      case "chosen":
        return algebra.rows(KEYS);
      case "changes":
        return algebra.rows(STAGED);
      case "lost":
        return algebra.lost();
      case "safe":
        return algebra.rows(KEYS).join(algebra.lostPlaces().select(keysOf(this.#spec)), this.#spec.keys, "anti");
      case "before":
        return this.#comparable(algebra.ofKeys(algebra.rows(STORED)));
      case "after":
        return this.#comparable(algebra.define("after", algebra.rebuilt().added));
      case "gone":
        return this.#set("before", algebra).exceptAll(this.#set("after", algebra));
      case "come":
        return this.#set("after", algebra).exceptAll(this.#set("before", algebra));
    }
  }

  #algebra(): RestateAlgebra {
    return new RestateAlgebra(this.#spec, this.#tables, this.#context);
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

function rowsOf(algebra: RestateAlgebra, rows: DataFrame): RestatedRows {
  return { plan: algebra.plan(rows), reads: algebra.reads };
}
