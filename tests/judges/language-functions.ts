import { FUNCTION_GROUPS } from "@sluice/query";
import { queriesOver } from "./language-scalars.ts";

const KEY = "'0000111122223333'";

/** Rarer functions over the columns of each table, and calls inside of calls. */
const EXPRESSIONS: Readonly<Record<string, readonly string[]>> = {
  texts: [
    ...["is_valid_utf8(bin)", "is_valid_utf8(t)", "make_valid_utf8(bin)", "try_validate_utf8(bin)", "validate_utf8(t)"],
    ...[`hex(aes_encrypt(t, ${KEY}, 'ECB'))`, `cast(aes_decrypt(aes_encrypt(t, ${KEY}), ${KEY}) AS STRING)`],
    ...[`cast(aes_decrypt(aes_encrypt(t, ${KEY}, 'CBC'), ${KEY}, 'CBC') AS STRING)`, `try_aes_decrypt(bin, ${KEY})`],
    ...["try_parse_url(t, 'HOST')", "try_url_decode(t)", "try_to_binary(t, 'hex')", "try_to_binary(t, 'base64')"],
    ...["collation(t)", "equal_null(t, u)", "regexp(t, 'l+')", "character_length(t)", "t ILIKE '%A%'", "quote(t)"],
    ...["initcap(trim(lower(regexp_replace(upper(t), '[^A-Z ]', ''))))", "upper(substring(lower(upper(t)), -4))"],
    ...["cast(cast(length(trim(t)) AS STRING) AS INT) + 1", "lpad(initcap(lower(left(t, 5))), 8, '*')"],
    ...[
      "split(upper(t), upper(u))[0]",
      "concat_ws('-', upper(t), NULL, lower(u), initcap(t))",
      "reverse(upper(lower(t)))",
    ],
    ...["regexp_extract(lower(upper(t)), '([a-z]+)', 1)", "coalesce(nullif(trim(lower(t)), ''), upper(u), 'none')"],
    ...["substring(t, nullif(length(t), 11))", "lpad(t, nullif(length(t), 11), u)", "repeat(t, nullif(length(u), 1))"],
    ...[
      "left(t, nullif(length(t), 11))",
      "levenshtein(t, u, nullif(length(u), 1))",
      "split(t, u, nullif(length(u), 1))",
    ],
    ...["regexp_replace(regexp_replace(t, 'a', 'b'), 'b+', upper(u))", "substring_index(upper(t), upper(u), -1)"],
  ],
  numbers: [
    ...["bitmap_bit_position(l)", "bitmap_bucket_number(l)", "bitmap_count(cast(l AS BINARY))", "positive(d)"],
    ...["rand(42)", "rand(0)", "randn(42)", "randstr(5, 7)"],
    ...["width_bucket(d, 0, 100, 5)", "width_bucket(make_dt_interval(b), INTERVAL '0' DAY, INTERVAL '9' DAY, 3)"],
    ...["i + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9", "((i + 1) * (i + 2) - i) * 3", "b + s + i + l - 1", "l * l * l + 1"],
    ...["round(round(round(d * 2, 1) * 2, 1) * 2, 1)", "ceil(floor(round(d, 1)) / 3)", "abs(round(i / 7, 2)) * 100"],
    ...[
      "cast(cast(cast(cast(d AS STRING) AS DOUBLE) AS STRING) AS DOUBLE)",
      "cast(cast(round(m, 1) AS STRING) AS DECIMAL(12,3))",
    ],
    ...["coalesce(m / nullif(i, 0), 0) + 1", "greatest(abs(b), abs(s), 5) % 4", "hex(conv(hex(abs(i)), 16, 10))"],
  ],
  moments: [
    ...["make_timestamp(year(d), month(d), day(d), 12, 30, 15.5)", "try_make_timestamp(2024, 2, 30, 0, 0, 0)"],
    ...["try_make_timestamp_ltz(year(d), 13, 1, 0, 0, 0)", "try_make_timestamp_ntz(2024, 12, 31, 23, 59, 60)"],
    ...["cast(try_make_interval(0, 1, 0, 1, 0, 0, 100.000001) AS STRING)", "to_timestamp_ltz(cast(ntz AS STRING))"],
    ...["datepart('WEEK', d)", "make_timestamp_ltz(2024, 3, 10, 2, 30, 0)", "cast('10:30' AS TIMESTAMP) IS NULL"],
    ...["date_format(date_trunc('month', add_months(ts, -1)), 'yyyy-MM')", "datediff(last_day(d), trunc(d, 'MM')) + 1"],
    ...["to_date(date_format(ts, 'yyyy/MM/dd'), 'yyyy/MM/dd')", "from_unixtime(unix_timestamp(ntz), 'yyyy-MM-dd HH')"],
  ],
  events: [
    ...[
      `from_json(payload, schema_of_json('{"price":1,"user":{"id":1}}'))`,
      `schema_of_json('[{"a":1},{"a":1.5,"b":"x"}]')`,
    ],
    ...[
      "array_distinct(array_union(ints, array_sort(ints)))",
      "size(array_distinct(flatten(nested)))",
      "equal_null(ints[0], 3)",
    ],
    ...[
      "element_at(array_sort(array_distinct(ints)), -1)",
      "aggregate(transform(filter(ints, x -> x > 0), x -> x * 2), 0, (a, x) -> a + x)",
    ],
    ...[
      "to_json(map(named_struct('a', id), id))",
      "map_zip_with(counts, map('x', 5), (k, a, b) -> coalesce(a, 0) + coalesce(b, 0))",
    ],
  ],
};

/** Queries about rarer functions, and about calls inside of calls. */
export const FUNCTION_QUERIES: readonly string[] = [
  ...queriesOver(EXPRESSIONS),
  "SELECT region, array_sort(collect_set(product)) FROM sales GROUP BY region",
  "SELECT regr_avgx(units, id), regr_avgy(units, id), regr_sxx(units, id), regr_syy(units, id), regr_sxy(units, id) FROM sales",
  "SELECT regr_count(units, id), regr_r2(units, id), regr_slope(units, id), regr_intercept(units, id) FROM sales",
  "SELECT region, std(units), var_samp(units), mean(units), sort_array(array_agg(units)) FROM sales GROUP BY region",
  "SELECT bitmap_count(bitmap_construct_agg(bitmap_bit_position(id))) FROM sales",
  "SELECT bitmap_count(bitmap_or_agg(b)), bitmap_count(bitmap_and_agg(b)) FROM (SELECT bitmap_construct_agg(bitmap_bit_position(id)) AS b FROM sales GROUP BY region)",
  "SELECT hex(substring(bitmap_construct_agg(bitmap_bit_position(id)), 1, 4)), bitmap_count(bitmap_and_agg(cast(NULL AS BINARY))) FROM sales",
  "SELECT try_avg(x) FROM VALUES (INTERVAL '2147483647' MONTH), (INTERVAL '1' MONTH) AS t(x)",
  "SELECT current_catalog(), current_schema(), current_database(), current_timezone()",
  "SELECT count(*) FROM range(1000) WHERE rand(7) < 0.5",
  "SELECT 'x' RLIKE '\\\\\\\\Users'",
];

const TIMES = [
  ...["TIME'14:07:09.5'", "cast('9:5' AS TIME)", "cast('25:00' AS TIME)", "cast(TIME'14:07:09.987654' AS TIME(3))"],
  ...["make_time(6, 30, 45.887)", "make_time(24, 0, 0)", "to_time('00:12')", "to_time('nope')", "try_to_time('nope')"],
  ...["to_time('12.10.05', 'HH.mm.ss')", "time_trunc('MINUTE', TIME'09:32:05.359')", "time_trunc('nope', TIME'09:32')"],
  ...["make_timestamp(date'2024-03-10', TIME'06:30')", "make_timestamp(date'2024-03-10', TIME'06:30', 'CET')"],
  ...["time_diff('HOUR', TIME'20:30:29', TIME'12:00:00')", "hour(TIME'23:59:59')", "second(TIME'23:59:59.5')"],
  ...[
    "extract(SECOND FROM TIME'23:59:59.5')",
    "greatest(TIME'01:00', TIME'02:00')",
    "TIME'12:00' <= TIME'12:00:00.000001'",
  ],
];

/** Times of day, which PySpark cannot hand over: as text, with their type. */
export const TIME_QUERIES: readonly string[] = TIMES.map((one) => `SELECT cast(${one} AS STRING), typeof(${one})`);

const WITHOUT_CALL =
  /^[^a-z]|^(and|or|not|in|between|like|ilike|rlike|div|struct|window|session_window|raise_error|assert_true|uuid)$/;

/** Every function of a row's values with nothing but NULLs, and every aggregate of two rows of them. */
export const NULL_QUERIES: readonly string[] = Object.values(FUNCTION_GROUPS)
  .flat()
  .filter(({ name, kind, minimum, deterministic }) => {
    return deterministic && minimum > 0 && !WITHOUT_CALL.test(name) && (kind === "scalar" || kind === "aggregate");
  })
  .map(({ name, kind, minimum }) => {
    const call = `${name}(${Array.from({ length: minimum }, () => "NULL").join(", ")})`;
    return kind === "aggregate" ? `SELECT ${call} FROM range(2)` : `SELECT ${call}`;
  });
