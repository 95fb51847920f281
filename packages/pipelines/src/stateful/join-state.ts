import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type JoinKind,
  type JoinPlan,
  type Named,
  type Plan,
  passThrough,
  type ScanPlan,
  STRING,
  type Typed,
} from "@sluice/query";
import { overAt } from "./event-time.ts";
import { allOf, boolean, call, compare, conjuncts, filter, long, project, renamed } from "./expression.ts";
import { isOf, neededUntil, type Side, untilOf } from "./join-range.ts";
import { ID, living, MATCHED, type Operator, punctual, stateColumn, UNTIL, untilColumn } from "./operator.ts";

/**
 * Pairs of rows of two streams, each pair once: new rows with new ones and with those in the other side's state. Where rows without a partner count, they are
 * decided when their time is up: the state says whether a row had one when it came, a second state which stored rows have had one since.
 */
export function statefulJoin(join: JoinPlan, operator: Operator): Plan {
  const number = operator.builder.operator();
  const conditions = conjuncts(join.condition);
  const shared = allOf(conditions.filter((one) => !isOf(one, join.left) && !isOf(one, join.right)));
  const left = openSide(join, "left", operator);
  const right = openSide(join, "right", operator);
  const how: Pairing = { operator, number, condition: shared, output: join.output };
  const pairs =
    join.how === "semi"
      ? semiRows(left, right, how)
      : [pair(how, all(left, how), right.fresh), pair(how, left.fresh, right.stored)];
  const alone = [
    ...(KEEPS.left.includes(join.how) ? aloneRows(left, right, how) : []),
    ...(KEEPS.right.includes(join.how) ? aloneRows(right, left, how) : []),
  ];
  keepSide(left, right, { ...how, tracks: KEEPS.left.includes(join.how), drops: join.how === "semi" });
  keepSide(right, left, { ...how, tracks: KEEPS.right.includes(join.how), drops: false });
  return operator.builder.union([...pairs, ...alone], join.output);
}

const KEEPS: Readonly<Record<Side, readonly JoinKind[]>> = { left: ["left", "full"], right: ["right", "full"] };

/** One side of a join in one batch. */
interface OpenSide {
  readonly side: Side;
  readonly columns: readonly Attribute[];
  /** New rows that may have partners. */
  readonly fresh: Plan;
  /** New rows that the condition alone keeps from having any. */
  readonly barred: Plan | undefined;
  /** The rows of the state that are still needed, with the state's own columns after the side's. */
  readonly state: Plan;
  /** The same with the side's columns only. */
  readonly stored: Plan;
  readonly read: ScanPlan;
  /** The second state: the stored rows that have had a partner since they came. Kept only where that matters. */
  readonly marks: ScanPlan;
  readonly until: Typed;
  readonly isBounded: boolean;
}

interface Pairing {
  readonly operator: Operator;
  readonly number: number;
  readonly condition: Typed | undefined;
  readonly output: readonly Attribute[];
}

function openSide(join: JoinPlan, side: Side, operator: Operator): OpenSide {
  const { times, progress, builder } = operator;
  const input = join[side];
  const time = input.output.find((one) => times.has(one.id));
  const rows = time === undefined ? input : punctual(input, overAt(columnOf(time)), operator);
  const own = allOf(conjuncts(join.condition).filter((one) => isOf(one, input)));
  const needed = neededUntil(join, side, times);
  const columns = input.output;
  const read = builder.scan([
    ...builder.columns(columns),
    untilColumn(builder),
    builder.attribute(ID, STRING),
    builder.attribute(MATCHED, BOOLEAN),
  ]);
  const extra = builder.fresh(read.output.slice(columns.length));
  const state = renamed(living(read, progress.late), [...columns, ...extra]);
  return {
    side,
    columns,
    fresh: filter(rows, own),
    barred:
      own === undefined
        ? undefined
        : filter(rows, call("not", [call("coalesce", [own, boolean(false)], BOOLEAN, false)], BOOLEAN, false)),
    state,
    stored: project(state, columns.map(passThrough)),
    read,
    marks: builder.scan([builder.attribute(ID, STRING), untilColumn(builder)]),
    until: untilOf(needed),
    isBounded: needed.kind !== "Forever",
  };
}

function all(side: OpenSide, { operator }: Pairing): Plan {
  return operator.builder.union([side.fresh, side.stored], side.columns);
}

/** Pairs of rows, with the columns of both sides in the order of the join. */
function pair({ condition, output }: Pairing, left: Plan, right: Plan): Plan {
  const columns = [...left.output, ...right.output];
  const join: JoinPlan = { ...joined(left, right, "inner", condition), output: columns };
  return project(
    join,
    output.map((attribute) => ({
      attribute,
      expression: columnOf(columns.find((one) => one.id === attribute.id) ?? attribute),
    })),
  );
}

function joined(left: Plan, right: Plan, how: JoinKind, condition: Typed | undefined): JoinPlan {
  const join: JoinPlan = { kind: "Join", left, right, how, lateral: false, output: left.output };
  return condition === undefined ? join : { ...join, condition };
}

/** Rows of the left that have a partner for the first time. */
function semiRows(left: OpenSide, right: OpenSide, how: Pairing): readonly Plan[] {
  const late = joined(waiting(left, how), right.fresh, "semi", how.condition);
  return [joined(left.fresh, all(right, how), "semi", how.condition), project(late, left.columns.map(passThrough))];
}

/** The rows of the state that have had no partner yet. */
function waiting(side: OpenSide, how: Pairing): Plan {
  const unmatched = filter(side.state, call("not", [columnOf(stateColumn(side.state, MATCHED))], BOOLEAN));
  const id = compare("=", columnOf(stateColumn(side.state, ID)), columnOf(stateColumn(side.marks, ID)));
  return joined(unmatched, living(side.marks, how.operator.progress.late), "anti", id);
}

/** Rows of a side that get no partner any more, with NULLs for the other side. */
function aloneRows(side: OpenSide, other: OpenSide, how: Pairing): readonly Plan[] {
  const { closed } = how.operator.progress;
  const over = (rows: Plan, until: Typed) => filter(rows, compare("<=", until, long(closed)));
  const fresh = joined(over(side.fresh, side.until), all(other, how), "anti", how.condition);
  const stored = joined(
    over(waiting(side, how), columnOf(stateColumn(side.state, UNTIL))),
    other.fresh,
    "anti",
    how.condition,
  );
  const parts = [...(side.barred === undefined ? [] : [side.barred]), ...(side.isBounded ? [fresh, stored] : [])];
  return parts.map((rows) =>
    project(
      rows,
      how.output.map((attribute) => ({ attribute, expression: ownOrNull(side, attribute) })),
    ),
  );
}

function ownOrNull(side: OpenSide, attribute: Attribute): Typed {
  const own = side.columns.find((one) => one.id === attribute.id);
  if (own !== undefined) return columnOf(own);
  return { kind: "Literal", value: null, dataType: attribute.dataType, nullable: true };
}

interface Keeping extends Pairing {
  /** Whether it matters that a row had a partner. */
  readonly tracks: boolean;
  /** Whether rows that had one are not needed any more. */
  readonly drops: boolean;
}

function keepSide(side: OpenSide, other: OpenSide, how: Keeping): void {
  const { builder, progress } = how.operator;
  const partners = all(other, how);
  const rows = how.drops
    ? [stateRows(side, joined(side.fresh, partners, "anti", how.condition), false, how)]
    : how.tracks
      ? [
          stateRows(side, joined(side.fresh, partners, "semi", how.condition), true, how),
          stateRows(side, joined(side.fresh, partners, "anti", how.condition), false, how),
        ]
      : [stateRows(side, side.fresh, false, how)];
  const next = builder.union(rows, builder.fresh(side.read.output));
  const closed = side.isBounded ? { closed: progress.closed } : {};
  builder.keep({ operator: how.number, name: `join-${side.side}`, read: side.read, next, ...closed });
  if (!how.tracks && !how.drops) return;
  const read = side.marks;
  const found = joined(needed(waiting(side, how), how), other.fresh, "semi", how.condition);
  const columns = builder.fresh(read.output);
  const named = columns.map(
    (attribute): Named => ({ attribute, expression: columnOf(stateColumn(side.state, attribute.name)) }),
  );
  builder.keep({
    operator: how.number,
    name: `join-${side.side}-matched`,
    read,
    next: project(found, named),
    ...closed,
  });
}

/** Rows of a state that are needed after this batch. */
function needed(rows: Plan, how: Pairing): Plan {
  return living(rows, how.operator.progress.closed);
}

function stateRows(side: OpenSide, rows: Plan, matched: boolean, how: Pairing): Plan {
  const columns = how.operator.builder.fresh(side.read.output);
  const id = call("uuid", [], STRING, false);
  const values = [...side.columns.map(columnOf), side.until, id, boolean(matched)];
  return needed(
    project(
      rows,
      columns.map((attribute, i): Named => ({ attribute, expression: values[i] ?? id })),
    ),
    how,
  );
}
