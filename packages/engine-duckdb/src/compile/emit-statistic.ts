import type { DataType, Typed, TypedCall, Value } from "@sluice/query";
import { aggregate, args, cast, native } from "./aggregation.ts";
import { castTo, sqlOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { operand } from "./template.ts";

/** A statistic of doubles: NaN and infinities give NaN, where DuckDB's is an error. */
function statistic(name: string): Emitter {
  return tamed((of) => of(name));
}

/** A statistic of rows whose arguments are all there. `sql` writes it by DuckDB's aggregates of them; where one is no finite number it is NaN. */
function tamed(sql: (of: (name: string) => string, scope: Scope) => string): Emitter {
  return (call, scope) => {
    const values = call.args.map((_, i) => sqlOf(call, i, scope));
    if (call.args.every(isExactCast)) return sql((name) => aggregate(call, scope, { name, args: values }), scope);
    const finite = values.map((value) => `isfinite(${value})`).join(" AND ");
    const isThere = values.map((value) => `${value} IS NOT NULL`).join(" AND ");
    const isWild = `NOT (${finite}) AND ${isThere}`;
    const wild = aggregate(call, scope, { name: "bool_or", args: [isWild], distinct: false });
    const tame = values.map((value, i) => (i === 0 ? `CASE WHEN ${finite} THEN ${value} END` : value));
    return `CASE WHEN ${wild} THEN CAST('NaN' AS DOUBLE) ELSE ${sql((name) => aggregate(call, scope, { name, args: tame }), scope)} END`;
  };
}

function isExactCast(argument: Typed): boolean {
  if (argument.kind !== "Cast" || argument.expression.dataType.kind === "string") return false;
  return isExact(argument.expression.dataType);
}

function isExact(type: DataType): boolean {
  return isNumeric(type) && type.kind !== "float" && type.kind !== "double";
}

/** The percentages, which DuckDB wants as a plain constant or list of constants. */
function fractions(argument: Typed | undefined, write: (at: Value) => string = String): string {
  if (argument?.kind === "Cast") return fractions(argument.expression, write);
  if (argument?.kind === "Call" && argument.name === "array")
    return `[${argument.args.map((one) => fractions(one, write)).join(", ")}]`;
  if (argument?.kind !== "Literal") return "0.5";
  return Array.isArray(argument.value) ? `[${argument.value.map(write).join(", ")}]` : write(argument.value);
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

/** `percentile_cont(p) WITHIN GROUP (ORDER BY x)`; in a descending order fractions count from the other end, which DuckDB writes as negative ones. */
function withinGroup(name: "quantile_cont" | "quantile_disc"): Emitter {
  return (call, scope) => {
    const key = call.orderBy?.[0];
    if (key === undefined) return "NULL";
    const of = fractions(call.args[0], key.ascending ? String : (at) => (Number(at) === 0 ? "1.0" : `-${String(at)}`));
    return quantile(call, scope, { name, of: key.expression, at: of });
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

/** NULL for one row; without a spread of both a division by zero, as in Spark, where DuckDB has NaN. */
const correlation = tamed((of, { session }) => {
  const divisor = `sqrt(${of("regr_sxx")} * ${of("regr_syy")})`;
  const divides = session.ansi ? `sp_divisor(${divisor}) IS NOT NULL` : `${divisor} <> 0`;
  return `CASE WHEN ${of("regr_count")} > 1 AND ${divides} THEN ${of("corr")} END`;
});

const slope = tamed((of) => `CASE WHEN ${of("regr_sxx")} <> 0 THEN ${of("regr_slope")} END`);

/** Of these DuckDB's takes NaN and infinities. */
const NATIVE = ["covar_pop", "covar_samp", "regr_avgx", "regr_avgy", "regr_sxy"];

const SPREADS = [
  "stddev_samp",
  "stddev_pop",
  "var_samp",
  "var_pop",
  "regr_sxx",
  "regr_syy",
  "regr_r2",
  "regr_intercept",
];

/** Aggregates that describe how numbers are spread. */
export const STATISTIC_FUNCTIONS: EmitterTable = {
  ...Object.fromEntries(NATIVE.map((name) => [name, native(name)])),
  ...Object.fromEntries(SPREADS.map((name) => [name, statistic(name)])),
  corr: correlation,
  regr_slope: slope,
  regr_count: cast("regr_count"),
  percentile,
  percentile_approx: percentileApprox,
  percentile_cont: withinGroup("quantile_cont"),
  percentile_disc: withinGroup("quantile_disc"),
  median: percentile,
  mode,
  skewness,
  kurtosis,
};
