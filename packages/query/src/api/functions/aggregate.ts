import type { Column as ColumnType } from "../column.ts";
import { Column } from "../column.ts";
import type { ColumnOrName, ColumnOrValue } from "../literal.ts";
import { valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { type Binary, columns, given, type Unary, type WithOptionalValue, withValues } from "./define.ts";

/** The number of rows where the column is not NULL; of all rows for `count("*")`. */
export const count: Unary = columns("count");
/** The sum. */
export const sum: Unary = columns("sum");
/** The mean. */
export const avg: Unary = columns("avg");
/** The mean. */
export const mean: Unary = columns("avg");
/** The least value. */
export const min: Unary = columns("min");
/** The greatest value. */
export const max: Unary = columns("max");
/** The first column where the second is least. */
export const minBy: Binary = columns("min_by");
/** The first column where the second is greatest. */
export const maxBy: Binary = columns("max_by");
/** The number of different values, NULLs left out; of different combinations for several columns. */
export function countDistinct(column: ColumnOrName, ...more: readonly ColumnOrName[]): ColumnType {
  return distinct("count", [column, ...more]);
}
/** The sum of the different values. */
export function sumDistinct(column: ColumnOrName): ColumnType {
  return distinct("sum", [column]);
}
/** The number of rows where the condition holds. */
export const countIf: Unary = columns("count_if");
/** About the number of different values; `rsd` is the relative error allowed. */
export const approxCountDistinct: WithOptionalValue = withValues("approx_count_distinct");
/** The values as an array, NULLs left out. */
export const collectList: Unary = columns("collect_list");
/** The different values as an array, NULLs left out. */
export const collectSet: Unary = columns("collect_set");
/** The values as an array, NULLs left out. */
export const arrayAgg: Unary = columns("array_agg");
/** The first value; with `ignoreNulls` the first that is not NULL. Which row is first depends on the order of the window. */
export function first(column: ColumnOrName, ignoreNulls = false): ColumnType {
  return positional("first", column, ignoreNulls);
}
/** The last value; with `ignoreNulls` the last that is not NULL. */
export function last(column: ColumnOrName, ignoreNulls = false): ColumnType {
  return positional("last", column, ignoreNulls);
}
/** As `first`. */
export function firstValue(column: ColumnOrName, ignoreNulls = false): ColumnType {
  return positional("first_value", column, ignoreNulls);
}
/** As `last`. */
export function lastValue(column: ColumnOrName, ignoreNulls = false): ColumnType {
  return positional("last_value", column, ignoreNulls);
}
/** Any value of the group; with `ignoreNulls` one that is not NULL. */
export function anyValue(column: ColumnOrName, ignoreNulls = false): ColumnType {
  return positional("any_value", column, ignoreNulls);
}
/** The sample standard deviation. */
export const stddev: Unary = columns("stddev");
/** The sample standard deviation. */
export const stddevSamp: Unary = columns("stddev_samp");
/** The population standard deviation. */
export const stddevPop: Unary = columns("stddev_pop");
/** The sample variance. */
export const variance: Unary = columns("variance");
/** The sample variance. */
export const varSamp: Unary = columns("var_samp");
/** The population variance. */
export const varPop: Unary = columns("var_pop");
/** The correlation of two columns. */
export const corr: Binary = columns("corr");
/** The population covariance. */
export const covarPop: Binary = columns("covar_pop");
/** The sample covariance. */
export const covarSamp: Binary = columns("covar_samp");
/** The skewness. */
export const skewness: Unary = columns("skewness");
/** The excess kurtosis. */
export const kurtosis: Unary = columns("kurtosis");
/** The median. */
export const median: Unary = columns("median");
/** The most frequent value. */
export const mode: Unary = columns("mode");
/** The exact percentile, or several for an array of percentages. */
export const percentile: (column: ColumnOrName, percentage: Percentage) => ColumnType = (column, percentage) =>
  ranked("percentile", column, percentage);
/** About the percentile. */
export function percentileApprox(column: ColumnOrName, percentage: Percentage, accuracy?: number): ColumnType {
  return ranked("percentile_approx", column, percentage, accuracy);
}
/** About the percentile. */
export function approxPercentile(column: ColumnOrName, percentage: Percentage, accuracy?: number): ColumnType {
  return ranked("approx_percentile", column, percentage, accuracy);
}
/** Whether the condition holds in every row. */
export const boolAnd: Unary = columns("bool_and");
/** Whether the condition holds in at least one row. */
export const boolOr: Unary = columns("bool_or");
/** Whether the condition holds in every row. */
export const every: Unary = columns("every");
/** Whether the condition holds in at least one row. */
export const some: Unary = columns("some");
/** The bits that all values have. */
export const bitAnd: Unary = columns("bit_and");
/** The bits that some value has. */
export const bitOr: Unary = columns("bit_or");
/** The exclusive or of all values. */
export const bitXor: Unary = columns("bit_xor");
/** 1 when the column is aggregated in a row of rollup or cube, else 0. */
export const grouping: Unary = columns("grouping");

/** One fraction from 0 to 1, or several. */
export type Percentage = number | readonly number[];

function distinct(name: string, args: readonly ColumnOrName[]): ColumnType {
  return new Column({ kind: "Call", name, args: args.map(columnExpression), distinct: true });
}

function positional(name: string, column: ColumnOrName, ignoreNulls: boolean): ColumnType {
  const args = [columnExpression(column)];
  return new Column({ kind: "Call", name, args, ...(ignoreNulls ? { ignoreNulls: true } : {}) });
}

function ranked(name: string, column: ColumnOrName, percentage: Percentage, accuracy?: ColumnOrValue): ColumnType {
  return new Column({
    kind: "Call",
    name,
    args: [columnExpression(column), valueExpression(percentage), ...given([accuracy])],
  });
}
/** The sum; NULL when it is too large for its type. */
export const trySum: Unary = columns("try_sum");
/** The mean; NULL when the sum is too large for its type. */
export const tryAvg: Unary = columns("try_avg");
/** The sample standard deviation. */
export const std: Unary = columns("std");
/** The number of pairs without NULL. */
export const regrCount: Binary = columns("regr_count");
/** The mean of the second column over pairs without NULL. */
export const regrAvgx: Binary = columns("regr_avgx");
/** The mean of the first column over pairs without NULL. */
export const regrAvgy: Binary = columns("regr_avgy");
/** The sum of squares of the second column. */
export const regrSxx: Binary = columns("regr_sxx");
/** The sum of squares of the first column. */
export const regrSyy: Binary = columns("regr_syy");
/** The sum of products of both columns. */
export const regrSxy: Binary = columns("regr_sxy");
/** The share of the variance that the regression line explains. */
export const regrR2: Binary = columns("regr_r2");
/** The slope of the regression line of the first column over the second. */
export const regrSlope: Binary = columns("regr_slope");
/** Where the regression line of the first column over the second begins. */
export const regrIntercept: Binary = columns("regr_intercept");
/** The texts of the group one after the other, NULLs left out. */
export const listagg: WithOptionalValue = withValues("listagg");
/** The texts of the group one after the other, NULLs left out. */
export const stringAgg: WithOptionalValue = withValues("string_agg");
/** The different texts of the group one after the other, sorted. */
export function listaggDistinct(column: ColumnOrName, delimiter?: ColumnOrValue): ColumnType {
  return joinedDistinct("listagg", column, delimiter);
}
/** The different texts of the group one after the other, sorted. */
export function stringAggDistinct(column: ColumnOrName, delimiter?: ColumnOrValue): ColumnType {
  return joinedDistinct("string_agg", column, delimiter);
}
/** Which of the columns (of all keys without columns) are aggregated in a row of rollup or cube, as bits. */
export const groupingId: (...keys: readonly ColumnOrName[]) => ColumnType = columns("grouping_id");

function joinedDistinct(name: string, column: ColumnOrName, delimiter: ColumnOrValue | undefined): ColumnType {
  return new Column({ kind: "Call", name, args: [columnExpression(column), ...given([delimiter])], distinct: true });
}
