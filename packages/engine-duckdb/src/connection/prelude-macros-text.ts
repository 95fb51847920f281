/** Text. Places count from 1; 0 counts as 1, negative ones from the end. */
export const TEXT_MACROS: readonly string[] = [
  "sp_join(list, separator) AS CASE WHEN len(list_filter(list, lambda _x: _x IS NOT NULL)) > 0 THEN array_to_string(list_filter(list, lambda _x: _x IS NOT NULL), separator) END",
  "sp_initcap(s) AS array_to_string(list_transform(string_split(lower(s), ' '), lambda _w: upper(left(_w, 1)) || substring(_w, 2)), ' ')",
  "sp_start(n, p) AS CASE WHEN p > 0 THEN CAST(p AS BIGINT) - 1 WHEN p < 0 THEN n + p ELSE 0 END",
  "sp_substring(s, p, c) AS substring(s, greatest(sp_start(length(s), p), 0) + 1, greatest(least(sp_start(length(s), p) + c, length(s)) - greatest(sp_start(length(s), p), 0), 0))",
  "sp_binary_substring(b, p, c) AS unhex(substring(hex(b), 2 * greatest(sp_start(octet_length(b), p), 0) + 1, 2 * greatest(least(sp_start(octet_length(b), p) + c, octet_length(b)) - greatest(sp_start(octet_length(b), p), 0), 0)))",
  "sp_reverse_binary(b) AS unhex(array_to_string(list_reverse(regexp_extract_all(hex(b), '..')), ''))",
  "sp_lpad(s, n, f) AS CASE WHEN f = '' THEN left(s, greatest(n, 0)) ELSE lpad(s, CAST(greatest(n, 0) AS INTEGER), f) END",
  "sp_rpad(s, n, f) AS CASE WHEN f = '' THEN left(s, greatest(n, 0)) ELSE rpad(s, CAST(greatest(n, 0) AS INTEGER), f) END",
  "sp_substring_index(s, d, n) AS CASE WHEN n IS NULL OR s IS NULL OR d IS NULL THEN NULL WHEN n = 0 OR d = '' THEN '' WHEN n > 0 THEN array_to_string(list_slice(string_split(s, d), 1, n), d) ELSE array_to_string(list_slice(string_split(s, d), greatest(len(string_split(s, d)) + n + 1, 1), len(string_split(s, d))), d) END",
  "sp_overlay(s, r, p, c) AS left(s, p - 1) || r || substring(s, p + CASE WHEN c < 0 THEN length(r) ELSE c END)",
  "sp_locate(x, s, p) AS CASE WHEN p IS NULL THEN 0 WHEN x IS NULL OR s IS NULL THEN NULL WHEN p <= 0 THEN 0 WHEN instr(substring(s, p), x) = 0 THEN 0 ELSE CAST(instr(substring(s, p), x) + p - 1 AS INTEGER) END",
  "sp_find_in_set(x, s) AS CASE WHEN x IS NULL OR s IS NULL THEN NULL WHEN contains(x, ',') THEN 0 ELSE CAST(coalesce(list_position(string_split(s, ','), x), 0) AS INTEGER) END",
  "sp_split_part(s, d, n) AS CASE WHEN n = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).') WHEN d = '' THEN CASE WHEN abs(n) = 1 THEN s ELSE '' END ELSE split_part(s, d, n) END",
  "sp_chr(n) AS CASE WHEN n < 0 THEN '' ELSE chr(CAST(n % 256 AS INTEGER)) END",
];
