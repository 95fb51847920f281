/** What begins the texts that stand for numbers in marked JSON: a noncharacter, which no text should hold. */
export const NUMBER_MARK = "\ufdd0";

/** What a statement says that came upon a number which its reader may have changed, in a column that keeps what is written. */
export const WRITTEN = "a number must be kept as it is written";

/** How DuckDB prints each number that is no integer. */
const FRACTION = "'[0-9](\\.[0-9]|e)'";
const STOP = `error('${WRITTEN}')`;
const MARKED = `'"${NUMBER_MARK}([^"]*)"'`;

/**
 * Numbers of JSON as they are written. DuckDB's parser makes doubles of those with a point or an exponent: `sp_kept_..` stop at a text that may come from such
 * a one, `sp_written_..` give back those that were marked, `sp_number_shape` tells what a decimal needs for one: too
 * much for NaN and infinities. Texts of columns, JSON, members of JSON with the text that they are read as, scalars of JSON. A decimal
 * with `s` digits after its point is right when double and number round alike, which they do unless there are many digits or a half is near.
 */
export const WRITTEN_NUMBER_MACROS: readonly string[] = [
  "sp_number_text(v) AS v < ':' AND (contains(v, '.') OR contains(v, 'e')) AND TRY_CAST(v AS DOUBLE) IS NOT NULL",
  `sp_fraction_json(v) AS v >= '[' AND (v < '\\' OR v >= '{') AND regexp_matches(v, ${FRACTION})`,
  "sp_changed_text(v) AS sp_number_text(v) OR sp_fraction_json(v)",
  `sp_kept_text(v) AS CASE WHEN v < ':' THEN CASE WHEN sp_number_text(v) THEN ${STOP} ELSE v END WHEN sp_fraction_json(v) THEN ${STOP} ELSE v END`,
  `sp_kept_json(j) AS CASE WHEN regexp_matches(j, ${FRACTION}) THEN ${STOP} ELSE j END`,
  `sp_kept_member(j, t) AS CASE WHEN j < ':' AND j >= '-' AND regexp_matches(j, ${FRACTION}) THEN ${STOP} WHEN sp_fraction_json(j) THEN ${STOP} ELSE t END`,
  `sp_kept_decimal(j, s) AS CASE WHEN NOT starts_with(j, '"') AND (contains(j, 'e') OR (contains(j, '.') AND (instr(j, '.') > 14 - s OR substring(j, instr(j, '.') + s + 1, 2) IN ('49', '50', '5')))) THEN ${STOP} ELSE j END`,
  `sp_number_shape(t) AS CASE WHEN NOT regexp_matches(t, '^-?[0-9]') THEN '999 0 0' WHEN NOT regexp_matches(t, '[.eE]') AND TRY_CAST(t AS BIGINT) IS NOT NULL THEN 'long' ELSE length(ltrim(regexp_replace(regexp_extract(t, '^[^eE]*'), '[-.]', '', 'g'), '0')) || ' ' || length(regexp_extract(t, '[.]([0-9]*)', 1)) || ' ' || coalesce(nullif(regexp_extract(t, '[eE](.*)$', 1), ''), '0') END`,
  `sp_written_text(v) AS CASE WHEN starts_with(v, '${NUMBER_MARK}') THEN substring(v, 2) WHEN contains(v, '"${NUMBER_MARK}') THEN sp_written_json(v) ELSE v END`,
  `sp_written_json(j) AS regexp_replace(j, ${MARKED}, '\\1', 'g')`,
  `sp_written_member(j, t) AS CASE WHEN contains(j, '"${NUMBER_MARK}') THEN sp_written_json(j) ELSE t END`,
  `sp_written_scalar(j) AS CASE WHEN starts_with(j, '"${NUMBER_MARK}') THEN substring(j, 3, length(j) - 3) ELSE j END`,
];
