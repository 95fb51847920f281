/** JSON text. Malformed text gives NULL. */
export const JSON_MACROS: readonly string[] = [
  "sp_json_text(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, p) END",
  "sp_json_element(j, p) AS CASE WHEN json_valid(j) THEN coalesce(json_extract_string(j, p), CAST(json_extract(j, p) AS VARCHAR)) END",
  `sp_json_field(j, k) AS CASE WHEN json_valid(j) THEN json_extract_string(j, '$."' || k || '"') END`,
  "sp_json_array_length(j) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN CAST(json_array_length(j) AS INTEGER) END",
  "sp_json_object_keys(j) AS CASE WHEN json_valid(j) AND json_type(j) = 'OBJECT' THEN json_keys(j) END",
  "sp_json_once(j) AS CASE WHEN len(list_distinct(json_keys(j))) < len(json_keys(j)) THEN js_lenient_json(CAST(j AS VARCHAR), '') ELSE CAST(j AS VARCHAR) END",
  "sp_json_last(r, n, j, t, s) AS CASE WHEN n = len(json_keys(j)) OR list_unique(json_keys(j)) = len(json_keys(j)) THEN r ELSE from_json(js_json_fit(CAST(j AS VARCHAR), t, '{}'), s) END",
  "sp_json_long(j) AS CASE WHEN CAST(TRY_CAST(CAST(j AS VARCHAR) AS BIGINT) AS VARCHAR) = j THEN TRY_CAST(CAST(j AS VARCHAR) AS BIGINT) END",
  `sp_json_double(j) AS CASE WHEN NOT starts_with(j, '"') THEN TRY_CAST(CAST(j AS VARCHAR) AS DOUBLE) WHEN j IN ('"NaN"', '"Infinity"', '"-Infinity"', '"INF"', '"+INF"', '"-INF"', '"+Infinity"') THEN TRY_CAST(trim(CAST(j AS VARCHAR), '"') AS DOUBLE) END`,
  "sp_json_boolean(j) AS CASE WHEN j = 'true' THEN true WHEN j = 'false' THEN false END",
  `sp_json_date(j) AS CASE WHEN starts_with(j, '"') THEN sp_string_date(json_extract_string(j, '$')) END`,
  `sp_json_timestamp(j) AS CASE WHEN starts_with(j, '"') THEN sp_string_timestamp(json_extract_string(j, '$')) END`,
  `sp_json_timestamp_ntz(j) AS CASE WHEN starts_with(j, '"') THEN sp_string_timestamp_ntz(json_extract_string(j, '$')) END`,
  `sp_json_double_text(x) AS CASE WHEN isfinite(x) THEN sp_double_string(x) ELSE '"' || js_double_string(x) || '"' END`,
  `sp_json_float_text(x) AS CASE WHEN isfinite(x) THEN sp_float_string(x) ELSE '"' || js_float_string(x) || '"' END`,
];
