/** Constant expressions of intervals, told as type and text: PySpark cannot hand over intervals of months. */
const CONSTANTS: readonly string[] = [
  ...["DAY", "HOUR", "MINUTE", "SECOND", "YEAR", "MONTH", "DAYS"].flatMap((unit) => [
    `INTERVAL '3' ${unit}`,
    `INTERVAL -'100' ${unit}`,
    `INTERVAL 3 ${unit} * 2`,
    `INTERVAL '3' ${unit} / 2`,
  ]),
  ...["'-3-2' YEAR TO MONTH", "-'3-2' YEAR TO MONTH", "'-0-1' YEAR TO MONTH", "'1 02' DAY TO HOUR"],
  ...[
    "'1 02:03' DAY TO MINUTE",
    "'1 02:03:04.5' DAY TO SECOND",
    "'100:30' HOUR TO MINUTE",
    "'02:03:04' HOUR TO SECOND",
  ],
  ...[
    "'-03:04.123456' MINUTE TO SECOND",
    "'- 3' DAY",
    "'+1' DAY",
    "'1 02:03:04.1234567' DAY TO SECOND",
    "'3.5' SECOND",
  ],
  ...["1 WEEK", "1 WEEK 1 DAY", "1 DAY 2 HOURS", "2 HOURS 30 MINUTES", "1 YEAR 2 MONTHS", "2 YEARS 3 YEARS", "-3 DAYS"],
  ...["5 MILLISECONDS", "5 MICROSECONDS", "1 DAY 5 MILLISECONDS", "1 HOUR 2 HOURS", "1.5 SECONDS", "'1 day 3 hours'"],
  ...["'1 year 2 months'", "'1 day 1 second'", "'-1 day +2 hours'", "'1 millisecond'", "'2 days' "],
].map((text) => (/^('|-|\d)/.test(text) ? `INTERVAL ${text}` : text));

const COMPUTED: readonly string[] = [
  ...["date'2024-01-02' - date'2024-01-01'", "timestamp'2024-01-02 10:00:00.5' - timestamp'2024-01-01 00:00:00'"],
  ...["timestamp'2024-01-02 10:00:00' - date'2024-01-01'", "try_subtract(date'2024-01-02', date'2024-01-01')"],
  ...["make_dt_interval(1)", "make_dt_interval(1, 2, 3, 4.5)", "make_ym_interval(1)", "make_ym_interval(1, 14)"],
  ...["make_interval(1, 2, 3, 4, 5, 6, 7.5)", "make_interval()", "make_interval(0, 0, 0, 0, -1, -2, -3.4)"],
  ...["make_interval(0, 0, 0, 0, 100)", "make_interval(0, 1) + make_interval(0, 0, 0, 2)", "make_interval(0, 1) * 2"],
  ...["make_interval(0, 1, 0, 3, 1) - make_interval(0, 0, 0, 2)", "make_interval(0, 1, 0, 3, 5) / 2"],
  ...["-make_interval(0, 1, 2, 3, 4, 5, 6.7)", "try_make_interval(1, 2)"],
  ...[
    "INTERVAL '3' DAY + INTERVAL '2' HOUR",
    "INTERVAL '3' DAY - INTERVAL '2' MINUTE",
    "INTERVAL '3' DAY + INTERVAL '2' DAY",
  ],
  ...[
    "INTERVAL '3' YEAR + INTERVAL '2' MONTH",
    "INTERVAL '3' YEAR - INTERVAL '2' YEAR",
    "CAST(5 AS INTERVAL DAY) + INTERVAL '1' HOUR",
  ],
  ...["try_add(INTERVAL '1' YEAR, INTERVAL '2' YEAR)", "try_add(INTERVAL '1' DAY, INTERVAL '2' SECOND)"],
  ...["try_add(INTERVAL '106751991' DAY, INTERVAL '106751991' DAY)", "try_multiply(INTERVAL '106751991' DAY, 2)"],
  ...["try_multiply(INTERVAL '2' YEAR, 2)", "try_divide(INTERVAL '2' YEAR, 0)", "try_divide(INTERVAL '3' YEAR, 2)"],
  ...[
    "2 * INTERVAL '3' DAY",
    "INTERVAL '3' DAY * 1.5",
    "INTERVAL '3' DAY * 1.5D",
    "INTERVAL '3' DAY / 7",
    "INTERVAL '1' DAY * '2'",
  ],
  ...[
    "INTERVAL '1' DAY / '2'",
    "INTERVAL '3' MONTH / 2",
    "INTERVAL '-3' MONTH / 2",
    "INTERVAL '3' YEAR * 1.5",
    "INTERVAL '5' DAY / 2.5",
  ],
  ...[
    "INTERVAL '0.000003' SECOND / 2",
    "INTERVAL '-0.000003' SECOND / 2",
    "INTERVAL '3' MONTH * CAST(1.5 AS DECIMAL(10,2))",
  ],
  ...["-INTERVAL '3' DAY", "+INTERVAL '3' DAY", "-INTERVAL '3-1' YEAR TO MONTH", "negative(INTERVAL '3' MINUTE)"],
  ...[
    "positive(INTERVAL '3' MINUTE)",
    "abs(INTERVAL '-3' DAY)",
    "abs(INTERVAL '-3-1' YEAR TO MONTH)",
    "sign(INTERVAL '-3' DAY)",
  ],
  ...[
    "signum(INTERVAL '3' MONTH)",
    "INTERVAL '100' HOUR DIV INTERVAL '2' DAY",
    "INTERVAL '100' MONTH DIV INTERVAL '1' YEAR",
  ],
  ...["width_bucket(INTERVAL '3' YEAR, INTERVAL '0' MONTH, INTERVAL '9' YEAR, 3)", "hash(INTERVAL '3' DAY)"],
  ...[
    "xxhash64(INTERVAL '3' MONTH)",
    "length(INTERVAL '1' DAY)",
    "INTERVAL '1' HOUR || ''",
    "concat('a', INTERVAL '1' DAY)",
  ],
  ...["concat_ws(',', INTERVAL '1' DAY, INTERVAL '2' MONTH)", "upper(INTERVAL '1' DAY)"],
];

/** Beside NULL, text, zero, and at the edges of rounding. */
const ODD: readonly string[] = [
  ...[
    "NULL + INTERVAL '1' DAY",
    "INTERVAL '1' DAY - NULL",
    "INTERVAL '1' DAY * NULL",
    "NULL * INTERVAL '1' DAY",
    "INTERVAL '1' DAY / NULL",
  ],
  ...["date'2024-01-05' - NULL", "'2024-01-05' - date'2024-01-01'", "date'2024-01-05' + CAST(NULL AS INTERVAL DAY)"],
  ...["INTERVAL '1' DAY * 1.123456789012345678", "INTERVAL '1' SECOND * 0.0000005", "INTERVAL '-1' SECOND * 0.0000005"],
  ...[
    "INTERVAL '-1' MONTH * 0.5",
    "INTERVAL '-1' MONTH * 0.5D",
    "INTERVAL '-7' MONTH / 2D",
    "INTERVAL '-0.000001' SECOND * 0.5D",
  ],
  ...[
    "CAST(CAST(1.5 AS INTERVAL DAY) AS INTERVAL HOUR)",
    "CAST(CAST(3.7 AS INTERVAL YEAR) AS INTERVAL MONTH)",
    "CAST(-1.2345675 AS INTERVAL SECOND)",
  ],
  ...[
    "TRY_CAST(99999999999BD AS INTERVAL DAY)",
    "hash(make_interval(0, 1, 0, 2, 3))",
    "make_interval(2147483647, 1)",
    "INTERVAL '-0' DAY",
  ],
  ...[
    "-INTERVAL '0' SECOND",
    "struct(INTERVAL '1' DAY AS a) = struct(INTERVAL '24' HOUR AS a)",
    "map(INTERVAL '1' DAY, 1)[INTERVAL '1' DAY]",
  ],
  ...[
    "sequence(date'2024-01-05', date'2024-01-01', INTERVAL '-2' DAY)",
    "INTERVAL '1' DAY <=> NULL",
    "CAST('1 quarter' AS INTERVAL)",
  ],
  ...[
    "CAST('1 week 3 hours' AS INTERVAL)",
    "CAST('- 1 day' AS INTERVAL)",
    "CAST('1.5 days' AS INTERVAL)",
    "CAST('.5 seconds' AS INTERVAL)",
  ],
];

const MET: readonly string[] = [
  ...[
    "CASE WHEN true THEN INTERVAL '3' DAY ELSE INTERVAL '2' MINUTE END",
    "if(true, INTERVAL '1' HOUR, INTERVAL '2' SECOND)",
  ],
  ...["CASE WHEN true THEN INTERVAL '3' YEAR ELSE INTERVAL '2' MONTH END", "coalesce(NULL, INTERVAL '1' HOUR)"],
  ...[
    "coalesce(INTERVAL '1' HOUR, INTERVAL '1' DAY)",
    "coalesce(INTERVAL '1' HOUR, '1')",
    "nvl(INTERVAL '1' HOUR, INTERVAL '1' DAY)",
  ],
  ...[
    "array(INTERVAL '1' HOUR, INTERVAL '1' DAY)",
    "array(INTERVAL '1' YEAR, INTERVAL '1' MONTH)",
    "nullif(INTERVAL '1' DAY, INTERVAL '2' HOUR)",
  ],
  ...[
    "map('a', INTERVAL '1' HOUR, 'b', INTERVAL '1' MINUTE)",
    "struct(INTERVAL '1' HOUR AS h, INTERVAL '2' YEAR AS y)",
  ],
  ...["greatest(INTERVAL '1' HOUR, INTERVAL '1' DAY)", "least(INTERVAL '1' YEAR, INTERVAL '3' MONTH)"],
  ...[
    "array_max(array(INTERVAL '1' HOUR, INTERVAL '2' HOUR))",
    "concat(array(INTERVAL '1' HOUR), array(INTERVAL '2' DAY))",
  ],
  ...[
    "INTERVAL '1' HOUR = INTERVAL '60' MINUTE",
    "INTERVAL '1' YEAR = INTERVAL '12' MONTH",
    "INTERVAL '1' DAY IN (INTERVAL '24' HOUR)",
  ],
  ...["INTERVAL '1' DAY BETWEEN INTERVAL '1' HOUR AND INTERVAL '2' DAY", "element_at(array(INTERVAL '1' DAY), 1)"],
  ...[
    "sort_array(array(INTERVAL '1' DAY, INTERVAL '2' HOUR))",
    "array_distinct(array(INTERVAL '1' DAY, INTERVAL '24' HOUR))",
  ],
  ...[
    "transform(array(1, 2), x -> x * INTERVAL '1' HOUR)",
    "aggregate(array(INTERVAL '1' DAY), INTERVAL '0' DAY, (a, x) -> a + x)",
  ],
  ...[
    "date'2024-01-31' + INTERVAL '1' MONTH",
    "date'2024-01-31' + INTERVAL '1' DAY",
    "date'2024-01-31' + INTERVAL '24' HOUR",
  ],
  ...[
    "date'2024-01-31' + INTERVAL '1 00' DAY TO HOUR",
    "date'2024-01-31' + make_dt_interval(1)",
    "date'2024-01-31' + make_interval(0, 1, 0, 2)",
  ],
  ...[
    "date'2024-01-31' + CAST(make_dt_interval(1) AS INTERVAL DAY)",
    "date'2024-01-31' + (date'2024-01-02' - date'2024-01-01')",
  ],
  ...[
    "date'2024-01-31' + INTERVAL '1' DAY * 2",
    "date'2024-01-31' - INTERVAL '1' YEAR",
    "INTERVAL '1' DAY + date'2024-01-31'",
  ],
  ...[
    "timestamp'2024-01-31 10:00:00' + INTERVAL '1' MONTH",
    "timestamp'2024-01-31 10:00:00' - INTERVAL '1:30' HOUR TO MINUTE",
  ],
  ...[
    "timestamp_ntz'2024-01-31 10:00:00' + INTERVAL '1' DAY",
    "timestamp'2024-01-31 10:00:00' + make_interval(0, 1, 0, 2, 3)",
  ],
];

const CAST: readonly string[] = [
  ...["'3'", "'-3'", "'+3'", "' 3 '"].map((text) => `CAST(${text} AS INTERVAL DAY)`),
  ...["INTERVAL '3' DAY", "INTERVAL -'3' DAY", "INTERVAL '-3' DAY", "INTERVAL -'-3' DAY", "interval '3' day"].map(
    (text) => `CAST("${text}" AS INTERVAL DAY)`,
  ),
  ...[
    "CAST('1 02:03:04.5' AS INTERVAL DAY TO SECOND)",
    "CAST(\"INTERVAL '1 02:03:04.5' DAY TO SECOND\" AS INTERVAL DAY TO SECOND)",
  ],
  ...[
    "CAST('1 02:03' AS INTERVAL DAY TO MINUTE)",
    "CAST('1 02' AS INTERVAL DAY TO HOUR)",
    "CAST('100:03' AS INTERVAL HOUR TO MINUTE)",
  ],
  ...[
    "CAST('02:03:04' AS INTERVAL HOUR TO SECOND)",
    "CAST('03:04.5' AS INTERVAL MINUTE TO SECOND)",
    "CAST('3' AS INTERVAL HOUR)",
  ],
  ...["CAST('3.5' AS INTERVAL SECOND)", "CAST('3.1234567' AS INTERVAL SECOND)", "CAST('100' AS INTERVAL SECOND)"],
  ...[
    "CAST('-1-2' AS INTERVAL YEAR TO MONTH)",
    "CAST('3' AS INTERVAL YEAR)",
    "CAST('14' AS INTERVAL MONTH)",
    "CAST(\"INTERVAL '3' YEAR\" AS INTERVAL YEAR)",
  ],
  ...["TRY_CAST('abc' AS INTERVAL DAY)", "TRY_CAST('3' AS INTERVAL DAY)", "TRY_CAST('1-13' AS INTERVAL YEAR TO MONTH)"],
  ...[
    "CAST('1 day 2 hours' AS INTERVAL)",
    "CAST('interval 1 month 2 days' AS INTERVAL)",
    "CAST('-1 month -2 days 3.5 seconds' AS INTERVAL)",
  ],
  ...["CAST('abc' AS INTERVAL)", "CAST('1' AS INTERVAL)", "CAST('1day' AS INTERVAL)", "CAST(NULL AS INTERVAL DAY)"],
  ...["DAY", "HOUR", "MINUTE", "SECOND", "YEAR", "MONTH", "YEAR TO MONTH", "DAY TO SECOND", "DAY TO HOUR"].flatMap(
    (fields) => [`CAST(3 AS INTERVAL ${fields})`, `CAST(-3L AS INTERVAL ${fields})`, `CAST(3.7 AS INTERVAL ${fields})`],
  ),
  ...[
    "TRY_CAST(2147483647 AS INTERVAL YEAR)",
    "CAST(2147483647 AS INTERVAL MONTH)",
    "TRY_CAST(9223372036854775807L AS INTERVAL SECOND)",
  ],
  ...["'3' DAY", "'-3.5' SECOND", "'3' HOUR", "'3' MINUTE", "'3' YEAR", "'14' MONTH", "'1-2' YEAR TO MONTH"].flatMap(
    (text) => [
      `CAST(INTERVAL ${text} AS INT)`,
      `CAST(INTERVAL ${text} AS TINYINT)`,
      `CAST(INTERVAL ${text} AS DECIMAL(10,2))`,
    ],
  ),
  ...["'1 02:03:04.5' DAY TO SECOND", "'1 02' DAY TO HOUR", "'-1 02:03' DAY TO MINUTE"].flatMap((text) => [
    `CAST(INTERVAL ${text} AS BIGINT)`,
    `CAST(INTERVAL ${text} AS DECIMAL(20,6))`,
    ...["DAY", "HOUR", "MINUTE", "SECOND", "DAY TO HOUR", "DAY TO MINUTE"].map(
      (to) => `CAST(INTERVAL ${text} AS INTERVAL ${to})`,
    ),
  ]),
  ...[
    "CAST(date'2024-01-05' - date'2024-01-01' AS INT)",
    "TRY_CAST(INTERVAL '300' DAY AS TINYINT)",
    "INTERVAL '3' DAY :: INT",
  ],
  ...[
    "CAST(INTERVAL '30' HOUR AS INTERVAL DAY)",
    "CAST(INTERVAL '1' DAY AS INTERVAL HOUR)",
    "CAST(INTERVAL '-1-2' YEAR TO MONTH AS INTERVAL YEAR)",
  ],
  ...[
    "CAST(INTERVAL '1-2' YEAR TO MONTH AS INTERVAL MONTH)",
    "CAST(INTERVAL '1' YEAR AS INTERVAL MONTH)",
    "CAST(array('1', '2') AS ARRAY<INTERVAL DAY>)",
  ],
  ...["CAST(array(INTERVAL '1' DAY) AS ARRAY<INTERVAL DAY TO SECOND>)", "CAST(map('a', INTERVAL '1' MONTH) AS STRING)"],
  ...[
    "abs(CAST(INTERVAL '-3.5' SECOND AS INT))",
    "CAST(CAST(INTERVAL '1 02:03:04.5' DAY TO SECOND AS STRING) AS INTERVAL DAY TO SECOND)",
  ],
];

const PARTS: readonly string[] = [
  ...["DAY", "HOUR", "MINUTE", "SECOND"].map((part) => `extract(${part} FROM INTERVAL '-3 02:03:04.5' DAY TO SECOND)`),
  ...["YEAR", "MONTH"].map((part) => `extract(${part} FROM INTERVAL '-3-2' YEAR TO MONTH)`),
  ...["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"].map(
    (part) => `extract(${part} FROM make_interval(1, 2, 3, 4, 25, 6, 7.5))`,
  ),
  ...[
    "extract(DAY FROM INTERVAL '3' DAY)",
    "extract(HOUR FROM INTERVAL '30' HOUR)",
    "date_part('seconds', INTERVAL '03:04.5' MINUTE TO SECOND)",
  ],
  ...["date_part('mon', INTERVAL '3-2' YEAR TO MONTH)", "datepart('day', INTERVAL '5 12' DAY TO HOUR)"],
];

const JSON_OF: readonly string[] = [
  "to_json(struct(INTERVAL '1' DAY AS d, INTERVAL '1-2' YEAR TO MONTH AS ym, INTERVAL '1 2:3:4' DAY TO SECOND AS ds))",
  "to_json(struct(make_interval(1, 2, 3) AS c))",
  `from_json('{"d":"1 02:03:04"}', 'd INTERVAL DAY TO SECOND')`,
  `from_json('{"d":"INTERVAL \\'3\\' DAY"}', 'd INTERVAL DAY')`,
  `from_json('{"d":"1-2"}', 'd INTERVAL YEAR TO MONTH')`,
  `from_json('{"d":"1 day"}', 'd INTERVAL')`,
  `from_json('{"d":"nonsense","a":1}', 'd INTERVAL DAY, a INT')`,
  `from_json('{"d":["1","2"]}', 'd ARRAY<INTERVAL HOUR>')`,
];

/** Types and texts of several expressions in one query, as each query costs Spark more than an expression. */
function told(expressions: readonly string[]): string {
  const columns = expressions.flatMap((one, i) => [`typeof(${one}) AS t${i}`, `CAST(${one} AS STRING) AS v${i}`]);
  return `SELECT ${columns.join(", ")}`;
}

function inTens(expressions: readonly string[]): readonly string[] {
  const starts = Array.from({ length: Math.ceil(expressions.length / 10) }, (_, i) => i * 10);
  return starts.map((start) => told(expressions.slice(start, start + 10)));
}

/** Queries about intervals and their fields. */
export const INTERVAL_QUERIES: readonly string[] = [
  ...[CONSTANTS, COMPUTED, ODD, MET, CAST, PARTS, JSON_OF].flatMap(inTens),
  "SELECT INTERVAL '3' DAY, -INTERVAL '3' DAY, INTERVAL '3' DAY * 2, INTERVAL '100' HOUR, INTERVAL 5 MILLISECONDS, INTERVAL '1 day 3 hours'",
  "SELECT id, CAST(id AS INTERVAL DAY) AS a, CAST(id AS INTERVAL HOUR) * 2 AS b, CAST(CAST(id AS STRING) AS INTERVAL MINUTE) AS c FROM moments",
  "SELECT id, d - date'2024-01-01' AS a, CAST(d - date'2024-01-01' AS INT) AS b, ts - lag(ts) OVER (ORDER BY id) AS c FROM moments",
  "SELECT id, CAST(ts - timestamp'2024-01-01' AS INTERVAL HOUR) AS a, d + CAST(id AS INTERVAL DAY) AS b FROM moments",
  "SELECT id, extract(DAY FROM ts - timestamp'2024-01-01') AS a, CAST(make_ym_interval(id, 1) AS STRING) AS b FROM moments",
  "SELECT sum(x), avg(x), min(x), max(x), count(x) FROM VALUES (INTERVAL '1' DAY), (INTERVAL '2' DAY) AS t(x)",
  "SELECT CAST(sum(x) AS STRING), CAST(avg(x) AS STRING), CAST(max(x) AS STRING) FROM VALUES (INTERVAL '1' YEAR), (INTERVAL '2' YEAR) AS t(x)",
  "SELECT try_sum(x), try_avg(x) FROM VALUES (INTERVAL '1' HOUR), (INTERVAL '2' HOUR), (NULL) AS t(x)",
  "SELECT try_sum(x) FROM VALUES (INTERVAL '106751991' DAY), (INTERVAL '106751991' DAY) AS t(x)",
  "SELECT x FROM VALUES (INTERVAL '1' DAY), (INTERVAL '2' HOUR), (NULL) AS t(x) ORDER BY x",
  "SELECT INTERVAL '1' DAY AS x UNION ALL SELECT INTERVAL '2' SECOND",
  "SELECT typeof(x), CAST(x AS STRING) FROM (SELECT INTERVAL '1' YEAR AS x UNION SELECT INTERVAL '12' MONTH)",
  "SELECT percentile(x, 0.5), median(x), percentile_approx(x, 0.5), first(x), collect_list(x), max_by(x, x) FROM VALUES (INTERVAL '1' DAY), (INTERVAL '2' DAY) AS t(x)",
  "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FROM VALUES (INTERVAL '1' DAY), (INTERVAL '2' DAY) AS t(x)",
  "SELECT mode(x), any_value(x) FROM VALUES (INTERVAL '2' DAY), (INTERVAL '2' DAY) AS t(x)",
  "SELECT x, sum(x) OVER (ORDER BY x), lag(x) OVER (ORDER BY x) FROM VALUES (INTERVAL '1' HOUR), (INTERVAL '2' HOUR) AS t(x)",
  "SELECT x, count(*) FROM VALUES (INTERVAL '1' HOUR), (INTERVAL '60' MINUTE) AS t(x) GROUP BY x",
  "SELECT CAST(x AS STRING), count(*) FROM VALUES (make_interval(0, 1)), (make_interval(0, 1)) AS t(x) GROUP BY x",
  "SELECT * FROM VALUES (INTERVAL '1' DAY) AS a(x) JOIN VALUES (INTERVAL '24' HOUR) AS b(y) ON a.x = b.y",
  "SELECT CAST(x AS INTERVAL DAY TO SECOND), CAST(y AS INTERVAL DAY) FROM VALUES ('1 02:03:04', 1), ('-0 00:00:01', 2), (NULL, NULL) AS t(x, y)",
  "SELECT TRY_CAST(x AS INTERVAL DAY), TRY_CAST(x AS INTERVAL SECOND) FROM VALUES ('1'), ('x'), (''), (NULL), ('2.5') AS t(x)",
  "SELECT CAST(TRY_CAST(x AS INTERVAL YEAR TO MONTH) AS STRING), CAST(CAST(x AS INTERVAL) AS STRING) FROM VALUES ('1-2'), ('1-12'), ('3 months') AS t(x)",
  "SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) AS n FROM moments",
  "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND INTERVAL '2' YEAR FOLLOWING) AS n FROM moments",
  "SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '25' HOUR PRECEDING AND CURRENT ROW) AS n FROM moments",
  "SELECT count(*) OVER (ORDER BY x RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS n FROM VALUES (INTERVAL '1' DAY), (INTERVAL '1' DAY) AS t(x)",
  "SELECT CAST(x AS INTERVAL DAY) FROM VALUES (1.5), (-2.7), (NULL) AS t(x)",
  "SELECT x * 2, x / 2, x * 1.5, -x, abs(x) FROM VALUES (INTERVAL '1' DAY), (INTERVAL '-3.000001' SECOND) AS t(x)",
  "SELECT array(INTERVAL '1' DAY) AS x UNION ALL SELECT array(INTERVAL '2' SECOND)",
];

/** What Spark refuses, and under which condition. Where its condition is none that a program could ask for, any refusal is right. */
export const INTERVAL_REFUSALS: readonly string[] = [
  ...["'INTERVAL 3 DAY'", "\"INTERVAL '3' HOUR\"", "'1 02:03:04.5'", "'abc'", "''", "'1 day'", "'99999999999'"].map(
    (text) => `CAST(${text} AS INTERVAL DAY)`,
  ),
  ...["'1 02:03'", "'3'", "\"INTERVAL '1 02:03' DAY TO MINUTE\""].map(
    (text) => `CAST(${text} AS INTERVAL DAY TO SECOND)`,
  ),
  ...["'1-13'", "'3'", "'1-x'", "'178956971-0'", "\"INTERVAL '3' YEAR\""].map(
    (text) => `CAST(${text} AS INTERVAL YEAR TO MONTH)`,
  ),
  ...[
    "CAST('.5' AS INTERVAL SECOND)",
    "CAST('3.1234567891' AS INTERVAL SECOND)",
    "CAST('9999999999' AS INTERVAL YEAR)",
  ],
  ...[
    "CAST(2147483647 AS INTERVAL YEAR)",
    "CAST(2147483648L AS INTERVAL MONTH)",
    "CAST(9223372036854775807L AS INTERVAL SECOND)",
  ],
  ...["CAST(106751992 AS INTERVAL DAY)", "CAST(INTERVAL '300' DAY AS TINYINT)", "CAST(INTERVAL '300' YEAR AS TINYINT)"],
  ...[
    "CAST(3.7D AS INTERVAL DAY)",
    "CAST(true AS INTERVAL DAY)",
    "CAST(1 AS INTERVAL)",
    "CAST(make_interval(0, 1) AS INT)",
  ],
  ...["DOUBLE", "BOOLEAN", "BINARY", "DATE", "TIMESTAMP", "INTERVAL", "INTERVAL YEAR"].map(
    (type) => `CAST(INTERVAL '1' DAY AS ${type})`,
  ),
  ...["CAST(INTERVAL '1' YEAR AS INTERVAL DAY)", "CAST(make_interval(0, 1) AS INTERVAL MONTH)"],
  ...[
    "extract(DAY FROM INTERVAL '30' HOUR)",
    "extract(HOUR FROM INTERVAL '3' DAY)",
    "extract(MONTH FROM INTERVAL '3' YEAR)",
  ],
  ...["INTERVAL '1' DAY / 0", "INTERVAL '1' MONTH / 0", "INTERVAL '106751991' DAY + INTERVAL '106751991' DAY"],
  ...[
    "INTERVAL '178956970-7' YEAR TO MONTH + INTERVAL '1' MONTH",
    "INTERVAL '1' DAY = '1'",
    "INTERVAL '1' YEAR < INTERVAL '12' DAY",
  ],
  ...[
    "CASE WHEN true THEN INTERVAL '3' YEAR ELSE INTERVAL '2' DAY END",
    "INTERVAL '1 month 2 days'",
    "INTERVAL 1 MONTH 2 DAYS",
  ],
  ...[
    "INTERVAL 1.5 DAY",
    "INTERVAL '1-13' YEAR TO MONTH",
    "INTERVAL '1' SECOND TO DAY",
    "INTERVAL '1' YEAR TO DAY",
    "INTERVAL '1 2 3' DAY TO SECOND",
  ],
  ...[
    "INTERVAL 'foo'",
    "INTERVAL '1 dayz'",
    "INTERVAL '1day'",
    "make_interval(0, 1) = make_interval(0, 1)",
    "INTERVAL '1 quarter'",
    "INTERVAL '9999999999' DAY",
    "INTERVAL '-1 -2' DAY TO HOUR",
    "INTERVAL '1' DAY TO SECOND",
  ],
].map((expression) => `SELECT ${expression}`);
