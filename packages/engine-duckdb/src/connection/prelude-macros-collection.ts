const IS_NULL = "list_transform(a, lambda _y: _y IS NULL)";
const SHORT = `list_filter(a, lambda _x, _i: list_position(a, _x) = _i OR _x IS NULL AND list_position(${IS_NULL}, true) = _i)`;
const NULLS = `CASE WHEN sp_has_null(a) THEN [struct_pack(p := list_position(${IS_NULL}, true), v := NULL)] ELSE [] END`;
const LONG = `list_transform(list_sort(list_transform(list_distinct(a), lambda _x: struct_pack(p := list_position(a, _x), v := _x)) || ${NULLS}), lambda _s: struct_extract(_s, 'v'))`;
const ZERO =
  "error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).')";

function outside(condition: string, hint: string): string {
  return `error('[${condition}] The index ' || i || ' is out of bounds. The array has ' || len(a) || ' elements. Use \`${hint}\` to tolerate accessing element at invalid index and return NULL instead.')`;
}

/** Arrays: NULL elements count as values, results keep the order of first appearance, as in Spark. Lambda parameters begin with `_`, as no argument does. */
export const COLLECTION_MACROS: readonly string[] = [
  "sp_index(a, i) AS CASE WHEN i >= 0 THEN a[i + 1] END",
  `sp_index_checked(a, i) AS CASE WHEN i < 0 OR i >= len(a) THEN ${outside("INVALID_ARRAY_INDEX", "get")} ELSE a[i + 1] END`,
  `sp_element_at(a, i) AS CASE WHEN i = 0 THEN ${ZERO} ELSE a[i] END`,
  `sp_element_at_checked(a, i) AS CASE WHEN i = 0 THEN ${ZERO} WHEN abs(i) > len(a) THEN ${outside("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "try_element_at")} ELSE a[i] END`,
  "sp_has_null(a) AS len(list_filter(a, lambda _n: _n IS NULL)) > 0",
  "sp_array_contains(a, v) AS CASE WHEN a IS NULL OR v IS NULL THEN NULL WHEN list_contains(a, v) THEN true WHEN sp_has_null(a) THEN NULL ELSE false END",
  "sp_array_position(a, v) AS CASE WHEN a IS NULL OR v IS NULL THEN NULL ELSE CAST(coalesce(list_position(a, v), 0) AS BIGINT) END",
  "sp_array_remove(a, v) AS CASE WHEN v IS NULL THEN NULL ELSE list_filter(a, lambda _x: _x IS DISTINCT FROM v) END",
  `sp_array_insert(a, p, v) AS CASE WHEN a IS NULL OR p IS NULL THEN NULL WHEN p = 0 THEN ${ZERO} WHEN p > 0 THEN list_resize(a[1:least(p - 1, len(a))], CAST(greatest(p - 1, 0) AS BIGINT)) || [v] || a[p:] WHEN -p <= len(a) THEN a[1:len(a) + p + 1] || [v] || a[len(a) + p + 2:] ELSE list_resize([v], CAST(-p - len(a) AS BIGINT)) || a END`,
  `sp_array_distinct(a) AS CASE WHEN len(a) < 40 THEN ${SHORT} ELSE ${LONG} END`,
  "sp_array_intersect(a, b) AS sp_array_distinct(list_filter(a, lambda _f: list_contains(b, _f) OR _f IS NULL AND sp_has_null(b)))",
  "sp_array_except(a, b) AS CASE WHEN b IS NULL THEN NULL ELSE sp_array_distinct(list_filter(a, lambda _f: NOT CASE WHEN _f IS NULL THEN sp_has_null(b) ELSE list_contains(b, _f) END)) END",
  "sp_arrays_overlap(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(a, b) THEN true WHEN len(a) > 0 AND len(b) > 0 AND (sp_has_null(a) OR sp_has_null(b)) THEN NULL ELSE false END",
  "sp_slice(a, s, n) AS CASE WHEN s = 0 THEN error('[INVALID_PARAMETER_VALUE.START] The value of parameter(s) `start` in `slice` is invalid: expects a positive or a negative value for `start`, but got 0.') WHEN n < 0 THEN error('[INVALID_PARAMETER_VALUE.LENGTH] The value of parameter(s) `length` in `slice` is invalid: expects `length` greater than or equal to 0.') WHEN n = 0 THEN a[1:0] WHEN s > 0 THEN a[s:s + n - 1] WHEN -s > len(a) THEN a[1:0] ELSE a[len(a) + s + 1:len(a) + s + n] END",
  "sp_flatten(a) AS CASE WHEN sp_has_null(a) THEN NULL ELSE flatten(a) END",
  "sp_map_from_entries(a) AS CASE WHEN sp_has_null(a) THEN NULL ELSE map_from_entries(a) END",
];
