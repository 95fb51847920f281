import type { DataFrame } from "@sluice/query";
import { coalesce, col, lit, max } from "@sluice/query/api";
import { type ChangeSpec, needsHistory, placeOf, RESERVED_PREFIX, SEQUENCE, TRUNCATES } from "./change-columns.ts";
import {
  CHANGES,
  greatestOf,
  isTruncate,
  keysOf,
  named,
  namedOrNull,
  type Parts,
  POSITION,
  STATE,
  TARGET,
  TIE,
} from "./change-parts.ts";
import { type ChangeContext, partsOf, ranked } from "./change-plans.ts";
import { livingPlaces } from "./latest-changes.ts";
import { PlanAlgebra } from "./plan-algebra.ts";
import { KEYS, REMEMBERED, type RestatedTables, STAGED, STORED } from "./restated-tables.ts";

const NEWEST = `${RESERVED_PREFIX}newest`;

/** Queries over the tables of a restatement, of which plans are made. */
export class RestateAlgebra extends PlanAlgebra {
  readonly #spec: ChangeSpec;
  readonly #tables: RestatedTables;
  readonly #tombstoneSeconds: number;

  constructor(spec: ChangeSpec, tables: RestatedTables, context: Omit<ChangeContext, "free">) {
    super({ scan: 0, attribute: 0 }, context, [
      { name: STAGED, schema: tables.staged },
      { name: KEYS, schema: tables.keys },
      { name: STORED, schema: tables.stored, hidden: POSITION },
      { name: REMEMBERED, schema: tables.remembered, hidden: POSITION },
    ]);
    this.#spec = spec;
    this.#tables = tables;
    this.#tombstoneSeconds = context.tombstoneSeconds;
  }

  /** Rows that are about the keys. */
  ofKeys(rows: DataFrame): DataFrame {
    return rows.join(this.rows(KEYS), this.#spec.keys, "semi");
  }

  /** The changes read again. Whether one is a truncate is NULL in rows of flows that have none. */
  staged(): DataFrame {
    const rows = this.rows(STAGED);
    return this.#spec.truncates ? rows.withColumn(TRUNCATES, coalesce(col(TRUNCATES), lit(false))) : rows;
  }

  /** What the changes of the keys make of an empty table; truncates that are remembered stay. */
  rebuilt(): Parts {
    const staged = this.staged();
    if (!this.#spec.truncates) return this.parts(this.ofKeys(staged));
    return this.parts(this.ofKeys(staged.filter(col(TRUNCATES).not())).unionByName(staged.filter(col(TRUNCATES))));
  }

  /** The same of other changes. */
  parts(changes: DataFrame): Parts {
    const { truncates } = this.#spec;
    this.define(CHANGES, ranked(this.#spec, this.plan(changes), this));
    const known = this.rows(REMEMBERED).filter(truncates ? isTruncate(this.#spec) : lit(false));
    this.define(STATE, this.plan(known));
    this.define(TARGET, this.plan(this.rows(STORED).filter(lit(false)).select("*", "_file", "_row")));
    return partsOf(this.#spec, this, this.#tombstoneSeconds);
  }

  /** Remembered changes of the keys that were not read again, in the columns of those. */
  lostChanges(): DataFrame {
    const place = placeOf(this.#spec);
    const staged = this.rows(STAGED).select(...place.map(named));
    const { staged: wanted, remembered } = this.#tables;
    const kept = wanted.fields.map((one) => namedOrNull(one, remembered.fields).as(one.name));
    return this.ofKeys(this.rows(REMEMBERED))
      .join(staged, place, "anti")
      .select(...kept);
  }

  /** The latest remembered places of keys of which neither that change nor a later one was read again. */
  lostPlaces(): DataFrame {
    const keys = keysOf(this.#spec);
    const latest = greatestOf(livingPlaces(this.ofKeys(this.rows(REMEMBERED))), keys, [col(SEQUENCE), ...TIE]);
    const newest = this.rows(STAGED).groupBy(keys).agg(max(SEQUENCE).as(NEWEST));
    const isThere = coalesce(col(NEWEST).ge(col(SEQUENCE)), lit(false));
    return latest.join(newest, this.#spec.keys, "left").filter(isThere.not()).drop(NEWEST);
  }

  /** What is lost of what is remembered. */
  lost(): DataFrame {
    return needsHistory(this.#spec) ? this.lostChanges() : this.lostPlaces();
  }

  /** Rows for the table of what is remembered, without truncates that it has. */
  news(next: DataFrame): DataFrame {
    const columns = this.#tables.remembered.fields.map(({ name }) => named(name));
    const rows = next.select(...columns);
    if (!this.#spec.truncates) return rows;
    const known = this.rows(REMEMBERED).filter(isTruncate(this.#spec)).select(col(SEQUENCE));
    const truncates = rows
      .filter(isTruncate(this.#spec))
      .join(known, [SEQUENCE], "anti")
      .select(...columns);
    return rows.filter(isTruncate(this.#spec).not()).union(truncates);
  }
}
