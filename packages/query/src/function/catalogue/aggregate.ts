import { array, BOOLEAN, BYTE, DOUBLE, LONG, STRING } from "../../data-type/data-type.ts";
import {
  anything,
  bool,
  comparable,
  double,
  exactly,
  int,
  integral,
  measure,
  oneOf,
  optional,
  orderable,
  textOrBinary,
  variant,
} from "../accept.ts";
import { aggregate } from "../define.ts";
import type { FunctionEntry, ResultRule } from "../function-entry.ts";
import { arrayOf, averageType, meanType, neverNull, sameAs, sumType, typeAt } from "../result-rule.ts";

const percentages = oneOf(double, exactly(array(DOUBLE), "ARRAY<DOUBLE>"));

const interpolated: ResultRule = (args) => {
  const of = meanType(typeAt(args, 0));
  return typeAt(args, 1).kind === "array" ? array(of, false) : of;
};

const actual: ResultRule = (args) =>
  typeAt(args, 1).kind === "array" ? array(typeAt(args, 0), false) : typeAt(args, 0);

const several: ResultRule = (args) => (args.length > 2 ? array(typeAt(args, 0)) : typeAt(args, 0));

function regression(name: string): FunctionEntry {
  return aggregate(name, [double, double], DOUBLE);
}

/**
 * Aggregate functions. `first`, `last` and `any_value` say with `ignoreNulls` what their second argument said; `percentile_cont`, `percentile_disc`,
 * `mode()` and `listagg` read `orderBy`.
 */
export const AGGREGATES: readonly FunctionEntry[] = [
  aggregate("count", [anything], LONG, { nullable: neverNull, variadic: true }),
  aggregate("sum", [measure], sumType),
  aggregate("try_sum", [measure], sumType),
  aggregate("avg", [measure], averageType, { aliases: ["mean"] }),
  aggregate("try_avg", [measure], averageType),
  aggregate("min", [orderable], sameAs(0)),
  aggregate("max", [orderable], sameAs(0)),
  aggregate("schema_of_variant_agg", [variant], STRING, { nullable: neverNull }),
  aggregate("count_if", [bool], LONG, { nullable: neverNull }),
  aggregate("bool_and", [bool], BOOLEAN, { aliases: ["every"] }),
  aggregate("bool_or", [bool], BOOLEAN, { aliases: ["some", "any"] }),
  aggregate("first", [anything], sameAs(0), { aliases: ["first_value"], deterministic: false }),
  aggregate("last", [anything], sameAs(0), { aliases: ["last_value"], deterministic: false }),
  aggregate("any_value", [anything], sameAs(0), { deterministic: false }),
  aggregate("max_by", [anything, orderable, optional(int)], several, { deterministic: false }),
  aggregate("min_by", [anything, orderable, optional(int)], several, { deterministic: false }),
  aggregate("collect_list", [anything], arrayOf(0, false), {
    aliases: ["array_agg"],
    nullable: neverNull,
    deterministic: false,
  }),
  aggregate("collect_set", [comparable], arrayOf(0, false), { nullable: neverNull, deterministic: false }),
  aggregate("approx_count_distinct", [anything, optional(double)], LONG, { nullable: neverNull }),
  aggregate("percentile", [measure, percentages, optional(integral)], interpolated),
  aggregate("percentile_approx", [orderable, percentages, optional(integral)], actual, {
    aliases: ["approx_percentile"],
  }),
  aggregate("percentile_cont", [percentages], DOUBLE),
  aggregate("percentile_disc", [percentages], DOUBLE),
  aggregate("median", [measure], (args) => meanType(typeAt(args, 0))),
  aggregate("mode", [optional(comparable), optional(bool)], sameAs(0), { deterministic: false }),
  aggregate("stddev_samp", [double], DOUBLE, { aliases: ["stddev", "std"] }),
  aggregate("stddev_pop", [double], DOUBLE),
  aggregate("var_samp", [double], DOUBLE, { aliases: ["variance"] }),
  aggregate("var_pop", [double], DOUBLE),
  aggregate("skewness", [double], DOUBLE),
  aggregate("kurtosis", [double], DOUBLE),
  aggregate("corr", [double, double], DOUBLE),
  aggregate("covar_pop", [double, double], DOUBLE),
  aggregate("covar_samp", [double, double], DOUBLE),
  aggregate("listagg", [textOrBinary, optional(textOrBinary)], sameAs(0), {
    aliases: ["string_agg"],
    deterministic: false,
  }),
  aggregate("bit_and", [integral], sameAs(0)),
  aggregate("bit_or", [integral], sameAs(0)),
  aggregate("bit_xor", [integral], sameAs(0)),
  aggregate("regr_count", [double, double], LONG, { nullable: neverNull }),
  ...["regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy", "regr_r2", "regr_slope", "regr_intercept"].map(
    regression,
  ),
  aggregate("grouping", [anything], BYTE, { nullable: neverNull }),
  aggregate("grouping_id", [optional(anything)], LONG, { nullable: neverNull, variadic: true }),
];
