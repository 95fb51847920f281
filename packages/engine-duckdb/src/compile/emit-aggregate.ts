import type { DataType, DecimalType, Typed, TypedCall, TypedSortKey } from "@sluice/query";
import { castTo, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { meanOfDecimals } from "./decimal.ts";
import { duckType } from "./duck-type.ts";
import { isOrderedOtherwise, ordered } from "./order.ts";
import { sortKeyText } from "./sort-key.ts";
import { operand } from "./template.ts";

interface Aggregation {
  readonly name: string;
  readonly args: readonly string[];
  readonly filters?: readonly string[];
  readonly orderBy?: readonly TypedSortKey[];
  readonly distinct?: boolean;
  readonly ignoreNulls?: boolean;
}

/** One DuckDB aggregate with what the call and its window say around it. */
function aggregate(call: TypedCall, scope: Scope, given: Aggregation): string {
  const { over, ...inner } = scope;
  const distinct = given.distinct ?? call.distinct === true;
  const order =
    given.orderBy === undefined || given.orderBy.length === 0
      ? ""
      : ` ORDER BY ${given.orderBy.map((key) => sortKeyText(key, inner)).join(", ")}`;
  const filters = [...(call.filter === undefined ? [] : [scope.sql(call.filter)]), ...(given.filters ?? [])];
  const nulls = given.ignoreNulls === true ? " IGNORE NULLS" : "";
  const filter =
    filters.length === 0
      ? ""
      : ` FILTER (WHERE ${filters.length === 1 ? filters[0] : filters.map(operand).join(" AND ")})`;
  const sql = `${given.name}(${distinct ? "DISTINCT " : ""}${given.args.join(", ")}${order}${nulls})${filter}${over === undefined ? "" : ` OVER ${over}`}`;
  return scope.apart?.(sql) ?? sql;
}

function args(call: TypedCall, scope: Scope): readonly string[] {
  return call.args.map((arg) => scope.sql(arg));
}

/** DuckDB's aggregate as it is. */
function native(name: string): Emitter {
  return (call, scope) => aggregate(call, scope, { name, args: args(call, scope) });
}

/** The least or greatest value. */
function most(name: "min" | "max"): Emitter {
  return (call, scope) => {
    const value = sqlOf(call, 0, scope);
    const type = typeOf(call, 0);
    if (!isOrderedOtherwise(type)) return aggregate(call, scope, { name, args: [value] });
    return aggregate(call, scope, { name: `arg_${name}`, args: [value, ordered(value, type)], distinct: false });
  };
}

/** A statistic of doubles: NaN and infinities give NaN, where DuckDB's is an error. */
function statistic(name: string): Emitter {
  return (call, scope) => {
    const value = sqlOf(call, 0, scope);
    const [only] = call.args;
    const exact =
      only?.kind === "Cast" && only.expression.dataType.kind !== "string" && isExact(only.expression.dataType);
    if (exact) return aggregate(call, scope, { name, args: [value] });
    const wild = aggregate(call, scope, { name: "bool_or", args: [`NOT isfinite(${value})`], distinct: false });
    const tame = aggregate(call, scope, { name, args: [`CASE WHEN isfinite(${value}) THEN ${value} END`] });
    return `CASE WHEN ${wild} THEN CAST('NaN' AS DOUBLE) ELSE ${tame} END`;
  };
}

function isExact(type: DataType): boolean {
  return isNumeric(type) && type.kind !== "float" && type.kind !== "double";
}

/** DuckDB's aggregate, cast to Spark's type. */
function cast(name: string): Emitter {
  return (call, scope) => castTo(aggregate(call, scope, { name, args: args(call, scope) }), duckType(call.dataType));
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
  const value = sqlOf(call, 0, scope);
  if (typeOf(call, 0).kind === "interval_year_month") {
    const months = aggregate(call, scope, { name: "sum", args: [`sp_interval_months(${value})`] });
    return `to_months(CAST(${months} AS INTEGER))`;
  }
  return `to_microseconds(CAST(${aggregate(call, scope, { name: "sum", args: [`epoch_us(${value})`] })} AS BIGINT))`;
}

function average(call: TypedCall, scope: Scope): string {
  const from = typeOf(call, 0);
  const value = sqlOf(call, 0, scope);
  if (from.kind === "interval_year_month") {
    return `to_months(CAST(round(${aggregate(call, scope, { name: "avg", args: [`sp_interval_months(${value})`] })}) AS INTEGER))`;
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
    return `coalesce(${list}, CAST([] AS ${duckType(call.dataType)}))`;
  };
}

/** The percentages, which DuckDB wants as a plain constant or list of constants. */
function fractions(argument: Typed | undefined): string {
  if (argument?.kind === "Cast") return fractions(argument.expression);
  if (argument?.kind === "Call" && argument.name === "array") return `[${argument.args.map(fractions).join(", ")}]`;
  if (argument?.kind !== "Literal") return "0.5";
  return Array.isArray(argument.value) ? `[${argument.value.join(", ")}]` : String(argument.value);
}

function isNumeric(type: DataType): boolean {
  return ["byte", "short", "integer", "long", "float", "double", "decimal"].includes(type.kind);
}

/** A quantile; intervals are measured in months or microseconds and made intervals again. */
function quantile(
  call: TypedCall,
  scope: Scope,
  given: { readonly name: string; readonly of: Typed; readonly at: string },
): string {
  const type = given.of.dataType;
  const value = scope.sql(given.of);
  const months = type.kind === "interval_year_month";
  if (!type.kind.startsWith("interval")) {
    const exact = given.name === "quantile_cont" || isNumeric(call.dataType) ? castTo(value, "DOUBLE") : value;
    return aggregate(call, scope, {
      name: given.name,
      args: [call.name === "percentile_approx" ? value : exact, given.at],
    });
  }
  const measured = aggregate(call, scope, {
    name: given.name,
    args: [castTo(`${months ? "sp_interval_months" : "epoch_us"}(${value})`, "DOUBLE"), given.at],
  });
  const back = (sql: string): string =>
    months ? `to_months(CAST(trunc(${sql}) AS INTEGER))` : `to_microseconds(CAST(trunc(${sql}) AS BIGINT))`;
  return call.dataType.kind === "array" ? `list_transform(${measured}, lambda "_q": ${back('"_q"')})` : back(measured);
}

function percentile(call: TypedCall, scope: Scope): string {
  const [of, at] = call.args;
  return of === undefined ? "NULL" : quantile(call, scope, { name: "quantile_cont", of, at: fractions(at) });
}

function percentileApprox(call: TypedCall, scope: Scope): string {
  const [of, at] = call.args;
  return of === undefined ? "NULL" : quantile(call, scope, { name: "quantile_disc", of, at: fractions(at) });
}

/** `percentile_cont(p) WITHIN GROUP (ORDER BY x)`; a descending order counts from the other end. */
function withinGroup(name: "quantile_cont" | "quantile_disc"): Emitter {
  return (call, scope) => {
    const key = call.orderBy?.[0];
    if (key === undefined) return "NULL";
    const plain = fractions(call.args[0]);
    return quantile(call, scope, { name, of: key.expression, at: key.ascending ? plain : String(1 - Number(plain)) });
  };
}

/** Of several most frequent values the first in the order asked for, the least by default. */
function mode(call: TypedCall, scope: Scope): string {
  const key = call.orderBy?.[0];
  const value = key?.expression ?? call.args[0];
  const sql = value === undefined ? "NULL" : scope.sql(value);
  return aggregate(call, scope, {
    name: "mode",
    args: [`${sql} ORDER BY ${operand(sql)}${key?.ascending === false ? " DESC" : ""}`],
  });
}

/** Skewness of the population: DuckDB's is corrected for samples. */
function skewness(call: TypedCall, scope: Scope): string {
  const of = (name: string): string => aggregate(call, scope, { name, args: args(call, scope) });
  const n = of("count");
  return `CASE WHEN ${of("var_pop")} = 0 THEN NULL WHEN ${n} = 2 THEN 0 ELSE ${of("skewness")} * (${n} - 2) / sqrt(${n} * (${n} - 1)) END`;
}

function kurtosis(call: TypedCall, scope: Scope): string {
  const of = (name: string): string => aggregate(call, scope, { name, args: args(call, scope) });
  return `CASE WHEN ${of("var_pop")} > 0 THEN ${of("kurtosis_pop")} END`;
}

function listagg(call: TypedCall, scope: Scope): string {
  const [value = "NULL", separator = "''"] = args(call, scope);
  return aggregate(call, scope, {
    name: "string_agg",
    args: [value, separator],
    ...(call.orderBy === undefined ? {} : { orderBy: call.orderBy }),
  });
}

function grouping(call: TypedCall, scope: Scope): string {
  const keys = call.args.length > 0 ? call.args : (scope.grouping ?? []);
  return castTo(`grouping(${keys.map((key) => scope.sql(key)).join(", ")})`, duckType(call.dataType));
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

const REGRESSIONS = [
  "regr_avgx",
  "regr_avgy",
  "regr_sxx",
  "regr_syy",
  "regr_sxy",
  "regr_r2",
  "regr_slope",
  "regr_intercept",
];
const PLAIN = ["bool_and", "bool_or", "corr", "covar_pop", "covar_samp"];

/** Aggregate and window functions. */
export const AGGREGATE_FUNCTIONS: EmitterTable = {
  ...Object.fromEntries([...PLAIN, ...REGRESSIONS].map((name) => [name, native(name)])),
  ...Object.fromEntries(["bit_and", "bit_or", "bit_xor", "regr_count"].map((name) => [name, cast(name)])),
  ...Object.fromEntries(["row_number", "rank", "dense_rank", "ntile"].map((name) => [name, cast(name)])),
  ...Object.fromEntries(["stddev_samp", "stddev_pop", "var_samp", "var_pop"].map((name) => [name, statistic(name)])),
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
  percentile,
  percentile_approx: percentileApprox,
  percentile_cont: withinGroup("quantile_cont"),
  percentile_disc: withinGroup("quantile_disc"),
  median: percentile,
  mode,
  skewness,
  kurtosis,
  listagg,
  grouping,
  grouping_id: grouping,
  percent_rank: native("percent_rank"),
  cume_dist: native("cume_dist"),
  lag: neighbour("lag"),
  lead: neighbour("lead"),
  nth_value: (call, scope) =>
    aggregate(call, scope, { name: "nth_value", args: args(call, scope), ignoreNulls: call.ignoreNulls === true }),
};
