import {
  type Attribute,
  type DataType,
  type Expression,
  field,
  type Plan,
  type Relation,
  type StructField,
  type StructType,
} from "@sluice/query";
import { Column, col, count, isnotnull, lit, struct, Window, when } from "@sluice/query/api";
import { type ChangeSpec, END_AT, RESERVED_PREFIX, START_AT } from "./change-columns.ts";
import { keysOf, named, type Parts, POSITION, TARGET } from "./change-parts.ts";
import { PlanAlgebra, type StoredRead } from "./plan-algebra.ts";

/** How many rows of a snapshot have the keys of a row. */
export const COPIES: string = `${RESERVED_PREFIX}copies`;

const SNAPSHOT = "snapshot";
const BEFORE = `${RESERVED_PREFIX}before`;
const AFTER = `${RESERVED_PREFIX}after`;
const STARTED = `${RESERVED_PREFIX}started`;

/** The rows of a snapshot with how often their keys are there. */
export function snapshotRows(keys: readonly string[], source: Relation): Relation {
  const copies = count(lit(1)).over(Window.partitionBy(keys.map(named)));
  return { kind: "WithColumns", input: source, columns: [{ name: COPIES, expression: copies.expression }] };
}

/** What the table gets of a snapshot's rows. `version` is the type of what orders snapshots. */
export function snapshotColumns(
  { columns, scdType }: ChangeSpec,
  rows: readonly Omit<Attribute, "id">[],
  version: DataType,
): readonly StructField[] {
  const taken = columns.flatMap((name) => rows.filter((one) => one.name === name));
  return scdType === 1 ? taken : [...taken, field(START_AT, version), field(END_AT, version)];
}

/** The plans that bring a table from one snapshot to the next, and which of their scans read the table. `version` is that of the snapshot. */
export function snapshotPlans(
  spec: ChangeSpec,
  snapshot: Plan,
  target: StructType,
  version: Expression,
  context: {
    readonly free: { readonly scan: number; readonly attribute: number };
    readonly ansi: boolean;
    readonly timeZone: string;
  },
): Omit<Parts, "next"> & { readonly reads: readonly StoredRead[] } {
  const algebra = new PlanAlgebra(context.free, context, [{ name: TARGET, schema: target, hidden: POSITION }]);
  algebra.define(SNAPSHOT, snapshot);
  const plan = algebra.plan(pairs(spec, algebra));
  const changed = algebra.define("changed", plan);
  const position = ["_file", "_row", ...keysOf(spec)];
  const removed = changed.filter(isnotnull("_file")).select(...position);
  const added =
    spec.scdType === 1
      ? changed.filter(isnotnull(AFTER)).select(...keysAnd(spec, AFTER))
      : versions(spec, changed, new Column(version));
  return { added: algebra.plan(added), removed: algebra.plan(removed), shared: [plan], reads: algebra.reads };
}

type Rows = ReturnType<PlanAlgebra["rows"]>;

/** Rows of the table beside those of the snapshot with the same keys, where they differ. */
function pairs(spec: ChangeSpec, algebra: PlanAlgebra): Rows {
  const values = struct(...valuesOf(spec).map(named), lit(true).as("exists"));
  const rows = algebra.rows(TARGET);
  const valid = spec.scdType === 1 ? rows : rows.filter(col(END_AT).isNull());
  const started = spec.scdType === 1 ? [] : [col(START_AT).as(STARTED)];
  const before = valid.select(...keysOf(spec), values.as(BEFORE), "_file", "_row", ...started);
  const after = algebra.rows(SNAPSHOT).select(...keysOf(spec), values.as(AFTER));
  return before.join(after, spec.keys, "full").filter(col(BEFORE).eqNullSafe(col(AFTER)).not());
}

/** A key whose tracked columns have become others, or that is gone, closes its version; it opens one when it is there. Other columns change in place. */
function versions(spec: ChangeSpec, changed: Rows, version: Column): Rows {
  const tracked = (side: string): Column =>
    struct(...spec.tracked.map((name) => fieldOf(side, name)), lit(true).as("exists"));
  const inPlace = isnotnull(BEFORE)
    .and(isnotnull(AFTER))
    .and(tracked(BEFORE).eqNullSafe(tracked(AFTER)));
  const opened = changed
    .filter(isnotnull(AFTER))
    .select(
      ...keysAnd(spec, AFTER),
      when(inPlace, col(STARTED)).otherwise(version).as(START_AT),
      when(lit(false), version).as(END_AT),
    );
  const closed = changed
    .filter(isnotnull(BEFORE).and(inPlace.not()))
    .select(...keysAnd(spec, BEFORE), col(STARTED).as(START_AT), version.as(END_AT));
  return opened.union(closed);
}

function keysAnd(spec: ChangeSpec, side: string): readonly Column[] {
  return spec.columns.map((name) => (spec.keys.includes(name) ? named(name) : fieldOf(side, name)));
}

function fieldOf(side: string, name: string): Column {
  return col(side).getField(name).as(name);
}

function valuesOf({ columns, keys }: ChangeSpec): readonly string[] {
  return columns.filter((name) => !keys.includes(name));
}
