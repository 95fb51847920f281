import { type DecimalType, isAnsiInterval, type Typed, type TypedCall, type TypedSortKey } from "@sluice/query";
import { aggregate, args, cast, native } from "./aggregation.ts";
import { castTo, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { meanOfDecimals } from "./decimal.ts";
import { duckType } from "./duck-type.ts";
import { BITMAP_AGGREGATES } from "./emit-bitmap.ts";
import { STATISTIC_FUNCTIONS } from "./emit-statistic.ts";
import { VARIANT_AGGREGATES } from "./emit-variant.ts";
import { computedInterval, intervalNumber, intervalOfNumber } from "./interval-cast.ts";
import { isOrderedOtherwise, ordered } from "./order.ts";
import { operand } from "./template.ts";

/** The least or greatest value. */
function most(name: "min" | "max"): Emitter {
  return (call, scope) => {
    const value = sqlOf(call, 0, scope);
    const type = typeOf(call, 0);
    if (!isOrderedOtherwise(type)) return aggregate(call, scope, { name, args: [value] });
    return aggregate(call, scope, { name: `arg_${name}`, args: [value, ordered(value, type)], distinct: false });
  };
}

function isConstant(argument: Typed | undefined): boolean {
  return argument === undefined || (argument.kind === "Literal" && argument.value !== null);
}

function count(call: TypedCall, scope: Scope): string {
  const values = args(call, scope);
  const [only = "*"] = values;
  if (call.distinct === true && values.length > 1) {
    const row = `CASE WHEN ${values.map((value) => `${operand(value)} IS NOT NULL`).join(" AND ")} THEN (${values.join(", ")}) END`;
    return aggregate(call, scope, { name: "count", args: [row] });
  }
  if (values.length > 1) {
    return aggregate(call, scope, {
      name: "count",
      args: ["*"],
      filters: values.map((value) => `${operand(value)} IS NOT NULL`),
    });
  }
  const whole = call.distinct !== true && isConstant(call.args[0]);
  return aggregate(call, scope, { name: "count", args: [whole ? "*" : only] });
}

function sum(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  const total = aggregate(call, scope, { name: "sum", args: args(call, scope) });
  if (type.kind.startsWith("interval")) return sumOfIntervals(call, scope);
  if (call.dataType.kind === "double") return total;
  if (call.dataType.kind === "decimal" && call.dataType.precision === 38) return sumOfWide(total, call.dataType, scope);
  if (call.dataType.kind === "decimal")
    return scope.session.ansi && call.name === "sum"
      ? castTo(total, duckType(call.dataType))
      : `TRY_CAST(${total} AS ${duckType(call.dataType)})`;
  if (call.name === "try_sum") return `TRY_CAST(${total} AS BIGINT)`;
  return type.kind === "long" && !scope.session.ansi ? `sp_wrap_long(${total})` : castTo(total, "BIGINT");
}

/** DuckDB's sum of 38 digits may have 39; more are an error there. */
function sumOfWide(total: string, type: DecimalType, { session }: Scope): string {
  const most = `CAST('${"9".repeat(38 - type.scale)}${type.scale === 0 ? "" : `.${"9".repeat(type.scale)}`}' AS ${duckType(type)})`;
  const overflow = session.ansi ? "error('[ARITHMETIC_OVERFLOW] The sum has more than 38 digits.')" : "NULL";
  return castTo(
    `CASE WHEN ${total} BETWEEN -${most} AND ${most} THEN ${total} WHEN ${total} IS NOT NULL THEN ${overflow} END`,
    duckType(type),
  );
}

function sumOfIntervals(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  if (!isAnsiInterval(type)) throw new Error(`a sum of ${type.kind}`);
  const total = aggregate(call, scope, { name: "sum", args: [intervalNumber(sqlOf(call, 0, scope), type)] });
  const whole = type.kind === "interval_year_month" ? "INTEGER" : "BIGINT";
  return call.name === "try_sum"
    ? intervalOfNumber(`TRY_CAST(${total} AS ${whole})`, type)
    : computedInterval(total, type);
}

/** A sum of months beyond an INT is an error, or NULL when tried. */
function meanOfMonths(call: TypedCall, months: string, scope: Scope): string {
  const total = aggregate(call, scope, { name: "sum", args: [months] });
  const mean = aggregate(call, scope, { name: "avg", args: [months] });
  const overflow =
    call.name === "try_avg"
      ? "NULL"
      : "error('[ARITHMETIC_OVERFLOW] The sum of the intervals is too long. Use `try_avg` to get NULL.')";
  return `CASE WHEN ${total} BETWEEN -2147483648 AND 2147483647 THEN ${mean} WHEN ${total} IS NOT NULL THEN ${overflow} END`;
}

function average(call: TypedCall, scope: Scope): string {
  const from = typeOf(call, 0);
  const value = sqlOf(call, 0, scope);
  if (from.kind === "interval_year_month") {
    return `to_months(CAST(round(${meanOfMonths(call, `sp_interval_months(${value})`, scope)}) AS INTEGER))`;
  }
  if (from.kind.startsWith("interval")) {
    return `to_microseconds(CAST(round(${aggregate(call, scope, { name: "avg", args: [`epoch_us(${value})`] })}) AS BIGINT))`;
  }
  if (from.kind !== "decimal" || call.dataType.kind !== "decimal")
    return aggregate(call, scope, { name: "avg", args: [value] });
  const total = aggregate(call, scope, { name: "sum", args: [value] });
  return meanOfDecimals(total, aggregate(call, scope, { name: "count", args: [value] }), from, call.dataType);
}

/** first and last: NULLs are values unless they are ignored; over a window they follow its order. */
function edge(which: "first" | "last"): Emitter {
  return (call, scope) => {
    const value = sqlOf(call, 0, scope);
    const ignoreNulls = call.ignoreNulls === true;
    if (scope.over !== undefined) return aggregate(call, scope, { name: `${which}_value`, args: [value], ignoreNulls });
    return aggregate(call, scope, {
      name: which,
      args: [value],
      filters: ignoreNulls ? [`${operand(value)} IS NOT NULL`] : [],
    });
  };
}

function extreme(name: "arg_max" | "arg_min"): Emitter {
  return (call, scope) => {
    const [value = "NULL", given = "NULL", count] = args(call, scope);
    const by = ordered(given, typeOf(call, 1));
    if (count !== undefined) return aggregate(call, scope, { name, args: [value, by, castTo(count, "BIGINT")] });
    return aggregate(call, scope, { name: `${name}_null`, args: [value, by] });
  };
}

/** A set is sorted, so that it is the same whenever it is computed. */
function collect(distinct: boolean): Emitter {
  return (call, scope) => {
    const value = sqlOf(call, 0, scope);
    const list = aggregate(call, scope, {
      name: "list",
      args: [value],
      filters: [`${operand(value)} IS NOT NULL`],
      distinct: distinct || call.distinct === true,
      ...(call.orderBy === undefined ? {} : { orderBy: call.orderBy }),
    });
    const settled = distinct ? `list_sort(${list})` : list;
    return `coalesce(${settled}, CAST([] AS ${duckType(call.dataType)}))`;
  };
}

function listagg(call: TypedCall, scope: Scope): string {
  const [value = "NULL", separator = "''"] = args(call, scope);
  return aggregate(call, scope, {
    name: "string_agg",
    args: [value, separator],
    ...(call.orderBy === undefined ? orderOfDistinct(call) : { orderBy: call.orderBy }),
  });
}

/** Distinct values have no order of their own: sorted, they are the same whenever they are computed. */
function orderOfDistinct(call: TypedCall): { readonly orderBy?: readonly TypedSortKey[] } {
  const [expression] = call.args;
  if (call.distinct !== true || expression === undefined) return {};
  return { orderBy: [{ expression, ascending: true, nullsFirst: true }] };
}

function grouping(call: TypedCall, scope: Scope): string {
  const keys = call.args.length > 0 ? call.args : (scope.grouping ?? []);
  const sql = `grouping(${keys.map((key) => scope.sql(key)).join(", ")})`;
  return castTo(scope.apart?.(sql) ?? sql, duckType(call.dataType));
}

function approximateCount(call: TypedCall, scope: Scope): string {
  return aggregate(call, scope, { name: "approx_count_distinct", args: [sqlOf(call, 0, scope)] });
}

/** Functions of a row's place in its window. */
function neighbour(name: "lag" | "lead"): Emitter {
  return (call, scope) => {
    const given = args(call, scope);
    const ignoreNulls = call.ignoreNulls === true;
    return aggregate(call, scope, { name, args: given, ignoreNulls });
  };
}

const PLAIN = ["bool_and", "bool_or", "percent_rank", "cume_dist"];

/** Aggregate and window functions. */
export const AGGREGATE_FUNCTIONS: EmitterTable = {
  ...STATISTIC_FUNCTIONS,
  ...BITMAP_AGGREGATES,
  ...VARIANT_AGGREGATES,
  ...Object.fromEntries(PLAIN.map((name) => [name, native(name)])),
  ...Object.fromEntries(["bit_and", "bit_or", "bit_xor"].map((name) => [name, cast(name)])),
  ...Object.fromEntries(["row_number", "rank", "dense_rank", "ntile"].map((name) => [name, cast(name)])),
  min: most("min"),
  max: most("max"),
  count,
  sum,
  try_sum: sum,
  avg: average,
  try_avg: average,
  count_if: (call, scope) => aggregate(call, scope, { name: "count", args: ["*"], filters: args(call, scope) }),
  first: edge("first"),
  any_value: edge("first"),
  last: edge("last"),
  max_by: extreme("arg_max"),
  min_by: extreme("arg_min"),
  collect_list: collect(false),
  collect_set: collect(true),
  approx_count_distinct: approximateCount,
  listagg,
  grouping,
  grouping_id: grouping,
  lag: neighbour("lag"),
  lead: neighbour("lead"),
  nth_value: (call, scope) =>
    aggregate(call, scope, { name: "nth_value", args: args(call, scope), ignoreNulls: call.ignoreNulls === true }),
};
