/** Characters that Spark trims from text before it reads a number, date or boolean: blanks and control characters. */
const BLANKS = "' \t\n\v\f\r'";
const INTEGER = "[+-]?[0-9]+";
const NUMBER = "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)";
const MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?";

/** Casts from and to text. Each tries the usual spelling first and pays for the unusual ones only where they occur. */
export const CAST_MACROS: readonly string[] = [
  `sp_trim(s) AS trim(s, ${BLANKS})`,
  "sp_checked_cast(x, r, t) AS CASE WHEN r IS NULL AND x IS NOT NULL THEN error('[CAST_INVALID_INPUT] The value ''' || x || ''' of the type \"STRING\" cannot be cast to \"' || t || '\" because it is malformed. Correct the value, or use `try_cast` to get NULL instead.') ELSE r END",
  "sp_checked_range(x, r, t) AS CASE WHEN r IS NULL AND x IS NOT NULL THEN error('[CAST_OVERFLOW] The value ' || CAST(x AS VARCHAR) || ' cannot be cast to \"' || t || '\" due to an overflow. Use `try_cast` to get NULL instead.') ELSE r END",
  `sp_string_long(s) AS CASE WHEN CAST(TRY_CAST(s AS BIGINT) AS VARCHAR) = s THEN TRY_CAST(s AS BIGINT) WHEN regexp_full_match(sp_trim(s), '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]*)') THEN TRY_CAST(coalesce(nullif(regexp_extract(sp_trim(s), '^${INTEGER}'), ''), '0') AS BIGINT) END`,
  `sp_string_long_strict(s) AS CASE WHEN CAST(TRY_CAST(s AS BIGINT) AS VARCHAR) = s THEN TRY_CAST(s AS BIGINT) WHEN regexp_full_match(sp_trim(s), '${INTEGER}') THEN TRY_CAST(sp_trim(s) AS BIGINT) END`,
  `sp_string_double(s) AS CASE WHEN contains(s, '_') THEN NULL ELSE coalesce(TRY_CAST(s AS DOUBLE), CASE WHEN regexp_full_match(sp_trim(s), '${NUMBER}([eE][+-]?[0-9]+)?[dDfF]?') THEN TRY_CAST(rtrim(sp_trim(s), 'dDfF') AS DOUBLE) ELSE TRY_CAST(sp_trim(s) AS DOUBLE) END) END`,
  "sp_string_boolean(s) AS CASE WHEN lower(sp_trim(s)) IN ('t', 'true', 'y', 'yes', '1') THEN true WHEN lower(sp_trim(s)) IN ('f', 'false', 'n', 'no', '0') THEN false END",
  `sp_json_decimal_text(s) AS CASE WHEN regexp_full_match(s, '${NUMBER}') THEN s WHEN regexp_full_match(s, '${NUMBER}[eE][+-]?[0-9]+') THEN js_without_exponent(s) END`,
  "sp_decimal_text(s) AS sp_json_decimal_text(sp_trim(s))",
  "sp_string_date(s) AS CASE WHEN s IS NULL THEN NULL WHEN length(s) = 10 AND CAST(TRY_CAST(s AS DATE) AS VARCHAR) = s THEN TRY_CAST(s AS DATE) ELSE TRY_CAST(js_date_text(s) AS DATE) END",
  "sp_today() AS CAST(CAST(now() AS TIMESTAMP) AS DATE)",
  `sp_string_timestamp(s) AS CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, '${MOMENT}') THEN sp_instant(TRY_CAST(s AS TIMESTAMP)) WHEN regexp_full_match(s, '${MOMENT}(Z|[+-][0-9]{2}:[0-9]{2})') THEN TRY_CAST(s AS TIMESTAMPTZ) WHEN regexp_matches(s, '^\\s*T?[0-9]{1,2}:[0-9]{1,2}') THEN sp_instant_text(js_timestamp_text(CAST(sp_today() AS VARCHAR) || 'T' || ltrim(sp_trim(s), 'T'))) ELSE sp_instant_text(js_timestamp_text(s)) END`,
  `sp_string_timestamp_ntz(s) AS CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, '${MOMENT}') THEN TRY_CAST(s AS TIMESTAMP) ELSE TRY_CAST(left(js_timestamp_text(s), 26) AS TIMESTAMP) END`,
  "sp_binary_string(b) AS coalesce(TRY(decode(b)), js_utf8(b))",
  "sp_calendar_string(i) AS js_calendar_string(sp_interval_months(i), datepart('day', i), sp_clock_micros(i))",
  "sp_string_calendar(s) AS to_months(CAST(js_calendar_part(s, 'months') AS INTEGER)) + to_days(CAST(js_calendar_part(s, 'days') AS INTEGER)) + to_microseconds(js_calendar_part(s, 'microseconds'))",
];
