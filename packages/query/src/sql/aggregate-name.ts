import type { Expression } from "../expression/expression.ts";
import { someExpression } from "../rewrite/expression-children.ts";

/** Spark's aggregate functions in lower case: one of them in a select list makes the query an aggregation. */
export const AGGREGATE_NAMES: ReadonlySet<string> = new Set(
  `any any_value approx_count_distinct approx_percentile approx_top_k approx_top_k_accumulate approx_top_k_combine array_agg avg bit_and bit_or bit_xor
  bitmap_and_agg bitmap_construct_agg bitmap_or_agg bool_and bool_or collect_list collect_set corr count count_distinct count_if count_min_sketch
  covar_pop covar_samp every first first_value grouping grouping_id histogram_numeric hll_sketch_agg hll_union_agg
  kll_sketch_agg_bigint kll_sketch_agg_double kll_sketch_agg_float kurtosis last last_value listagg max max_by mean measure median min min_by mode
  percentile percentile_approx percentile_cont percentile_disc product regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
  regr_sxy regr_syy schema_of_json_agg schema_of_variant_agg skewness some std stddev stddev_pop stddev_samp string_agg sum sum_distinct
  theta_intersection_agg theta_sketch_agg theta_union_agg try_avg try_sum tuple_sketch_agg_double tuple_sketch_agg_integer tuple_union_agg_double
  tuple_union_agg_integer var_pop var_samp variance`.split(/\s+/),
);

/** Whether an expression computes an aggregate itself: not in a sub-query, and not as the call of a window. */
export function hasAggregate(expression: Expression): boolean {
  if (expression.kind === "WindowExpression" && expression.call.kind === "Call") {
    const { call, partitionBy, orderBy } = expression;
    return [...call.args, ...partitionBy, ...orderBy].some(hasAggregate);
  }
  return someExpression(expression, isAggregateCall, isNoWindow) || inWindow(expression);
}

function isNoWindow(part: Expression): boolean {
  return part.kind !== "WindowExpression";
}

function isAggregateCall(expression: Expression): boolean {
  return expression.kind === "Call" && AGGREGATE_NAMES.has(expression.name);
}

/** A window deeper inside may hold an aggregate among its parts. */
function inWindow(expression: Expression): boolean {
  return someExpression(
    expression,
    (part) => part.kind === "WindowExpression" && part !== expression && hasAggregate(part),
    isNoWindow,
  );
}
