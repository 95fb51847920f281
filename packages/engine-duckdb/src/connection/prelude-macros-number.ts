interface Width {
  readonly kind: string;
  readonly type: string;
  readonly wide: string;
  readonly least: string;
  readonly most: string;
  readonly size: string;
}

const WIDTHS: readonly Width[] = [
  { kind: "byte", type: "TINYINT", wide: "INTEGER", least: "-128", most: "127", size: "256" },
  { kind: "short", type: "SMALLINT", wide: "INTEGER", least: "-32768", most: "32767", size: "65536" },
  { kind: "integer", type: "INTEGER", wide: "BIGINT", least: "-2147483648", most: "2147483647", size: "4294967296" },
];

const OPERATORS: readonly (readonly [string, string])[] = [
  ["add", "+"],
  ["subtract", "-"],
  ["multiply", "*"],
];

/** Arithmetic that wraps around, as Java's does: computed in the next wider type; only results that do not fit are folded back. */
function wrapping({ kind, type, wide, least, most, size }: Width): readonly string[] {
  const fold = `sp_wrap_${kind}(x) AS CASE WHEN x BETWEEN ${least} AND ${most} THEN CAST(x AS ${type}) ELSE CAST(((CAST(x AS HUGEINT) - (${least})) % ${size} + ${size}) % ${size} + (${least}) AS ${type}) END`;
  const operators = OPERATORS.map(
    ([name, operator]) =>
      `sp_${name}_${kind}(a, b) AS sp_wrap_${kind}(CAST(a AS ${wide}) ${operator} CAST(b AS ${wide}))`,
  );
  const narrow = `sp_narrow_${kind}(x) AS CASE WHEN x BETWEEN ${least} AND ${most} THEN CAST(x AS ${type}) END`;
  return [fold, narrow, ...operators];
}

const HALF = "4611686018427387904";
const SMALL = "2147483648";

/** BIGINT arithmetic: DuckDB's own where neither side is large enough to overflow, else in HUGEINT. */
function wrappingLong(name: string, operator: string): string {
  const limit = operator === "*" ? SMALL : HALF;
  const inside = `a BETWEEN -${limit} AND ${limit} - 1 AND b BETWEEN -${limit} AND ${limit} - 1`;
  return `sp_${name}_long(a, b) AS CASE WHEN ${inside} THEN a ${operator} b ELSE sp_wrap_long(CAST(a AS HUGEINT) ${operator} CAST(b AS HUGEINT)) END`;
}

const INTERVAL_OVERFLOW =
  "error('[INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION] The interval is too long. Use `try_add` and its kin to get NULL instead.')";

/** Integers, shifts, roundings and decimals. */
export const NUMBER_MACROS: readonly string[] = [
  ...WIDTHS.flatMap(wrapping),
  ...OPERATORS.map(([name, operator]) => wrappingLong(name, operator)),
  "sp_wrap_long(x) AS CASE WHEN x BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(x AS BIGINT) ELSE CAST(((x + 9223372036854775808) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616 - 9223372036854775808 AS BIGINT) END",
  "sp_divisor(x) AS CASE WHEN x = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.') ELSE x END",
  "sp_java_digits(d, s) AS CASE WHEN length(d) < 2 THEN coalesce(nullif(d, ''), '0') ELSE left(d, 1) || '.' || substr(d, 2) END || 'E-' || CAST(s + 1 - greatest(length(d), 1) AS VARCHAR)",
  "sp_java_decimal(t, s) AS CASE WHEN starts_with(ltrim(t, '-'), '0.000000') THEN CASE WHEN starts_with(t, '-') THEN '-' ELSE '' END || sp_java_digits(ltrim(replace(t, '.', ''), '-0'), s) ELSE t END",
  "sp_try_divisor(x) AS nullif(x, 0)",
  "sp_divisor_interval(x, i) AS CASE WHEN x = 0 AND i IS NOT NULL THEN error('[INTERVAL_DIVIDED_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.') ELSE x END",
  "sp_try_divisor_interval(x, i) AS nullif(x, 0)",
  "sp_divisor_of(x, a) AS CASE WHEN x = 0 AND a IS NOT NULL THEN error('[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.') ELSE x END",
  "sp_try_divisor_of(x, a) AS nullif(x, 0)",
  "sp_divide_half_up(n, d) AS n // d + CASE WHEN abs(n % d) >= abs(d) - abs(n % d) THEN CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END ELSE 0 END",
  "sp_pmod(a, b) AS CASE WHEN a % b < 0 AND b < 0 THEN a % b WHEN a % b < 0 THEN a % b + b ELSE a % b END",
  "sp_floor_divide(a, b) AS a // b - CASE WHEN a % b < 0 THEN 1 ELSE 0 END",
  "sp_interval_months(i) AS datepart('year', i) * 12 + datepart('month', i)",
  "sp_clock_micros(i) AS datepart('hour', i) * 3600000000 + datepart('minute', i) * 60000000 + datepart('microsecond', i)",
  `sp_interval_of_months(x) AS to_months(CASE WHEN x BETWEEN -2147483648 AND 2147483647 THEN CAST(x AS INTEGER) WHEN x IS NOT NULL THEN ${INTERVAL_OVERFLOW} END)`,
  `sp_interval_of_micros(x) AS to_microseconds(CASE WHEN x BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(x AS BIGINT) WHEN x IS NOT NULL THEN ${INTERVAL_OVERFLOW} END)`,
  "sp_try_interval_of_months(x) AS to_months(sp_narrow_integer(x))",
  "sp_try_interval_of_micros(x) AS to_microseconds(TRY_CAST(x AS BIGINT))",
  "sp_whole_days(i) AS CASE WHEN sp_clock_micros(i) <> 0 THEN error('[INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION] Cannot add an interval to a date because its microseconds part is not 0. Cast the date to a timestamp first.') ELSE i END",
  "sp_scaled_calendar(i, f) AS to_months(CAST(trunc(sp_interval_months(i) * f) AS INTEGER)) + to_days(CAST(trunc(datepart('day', i) * f) AS INTEGER)) + to_microseconds(CAST(round(sp_clock_micros(i) * f + (datepart('day', i) * f - trunc(datepart('day', i) * f)) * 86400000000) AS BIGINT))",
  "sp_shiftleft_integer(x, n) AS sp_wrap_integer(CAST(x & 4294967295 AS BIGINT) << (n & 31))",
  "sp_shiftleft_long(x, n) AS sp_wrap_long(CAST(x AS HUGEINT) * (CAST(1 AS HUGEINT) << (n & 63)))",
  "sp_shiftright_integer(x, n) AS x >> (n & 31)",
  "sp_shiftright_long(x, n) AS x >> (n & 63)",
  "sp_shiftunsigned_integer(x, n) AS sp_wrap_integer((CAST(x AS BIGINT) & 4294967295) >> (n & 31))",
  "sp_shiftunsigned_long(x, n) AS sp_wrap_long((CASE WHEN x < 0 THEN CAST(x AS HUGEINT) + 18446744073709551616 ELSE CAST(x AS HUGEINT) END) // (CAST(1 AS HUGEINT) << (n & 63)))",
  "sp_cbrt(x) AS CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END",
  "sp_log(x) AS CASE WHEN x > 0 THEN ln(x) WHEN isnan(x) THEN x END",
  "sp_log_base(b, x) AS CASE WHEN b > 0 AND x > 0 THEN ln(x) / ln(b) END",
  "sp_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END",
  "sp_bin(x) AS CASE WHEN x = 0 THEN '0' ELSE ltrim(bin(x), '0') END",
  "sp_hex_text(x) AS hex(x)",
  "sp_hex_long(x) AS CASE WHEN x >= 0 THEN hex(x) ELSE ltrim(hex(CAST(CAST(x AS HUGEINT) + 18446744073709551616 AS UBIGINT)), '0') END",
  "sp_unhex(x) AS TRY(unhex(CASE WHEN length(x) % 2 = 1 THEN '0' || x ELSE x END))",
  "sp_width_bucket(v, lo, hi, n) AS CASE WHEN n <= 0 OR lo = hi THEN NULL WHEN lo < hi THEN CASE WHEN v < lo THEN 0 WHEN isnan(v) THEN NULL WHEN v >= hi THEN n + 1 ELSE CAST(floor((v - lo) / (hi - lo) * n) AS BIGINT) + 1 END ELSE CASE WHEN v > lo THEN 0 WHEN v <= hi THEN n + 1 ELSE CAST(floor((lo - v) / (lo - hi) * n) AS BIGINT) + 1 END END",
  `sp_scientific(t) AS left(t, 1) || '.' || coalesce(nullif(rtrim(replace(substring(t, 2), '.', ''), '0'), ''), '0') || 'E' || (length(split_part(t, '.', 1)) - 1)`,
  "sp_double_string(x) AS CASE WHEN abs(x) >= 0.001 AND abs(x) < 10000000 OR x = 0 THEN CAST(x AS VARCHAR) WHEN abs(x) >= 10000000 AND abs(x) < 1000000000000000 THEN CASE WHEN x < 0 THEN '-' ELSE '' END || sp_scientific(CAST(abs(x) AS VARCHAR)) ELSE js_double_string(x) END",
  "sp_float_string(x) AS CASE WHEN abs(x) >= 0.001 AND abs(x) < 10000000 OR x = 0 THEN CAST(x AS VARCHAR) ELSE js_float_string(x) END",
  "sp_away_from_tie(y) AS abs(y) < 1000000000000 AND abs(abs(y) - floor(abs(y)) - 0.5) > 0.000001 + abs(y) * 1e-14",
  "sp_round(x, s) AS CASE WHEN sp_away_from_tie(x * pow(10, s)) THEN round(x, s) ELSE js_round(x, s) END",
  "sp_round_integer(x, s) AS CASE WHEN s >= 0 THEN CAST(x AS HUGEINT) WHEN s < -38 THEN 0 ELSE sp_divide_half_up(CAST(x AS HUGEINT), CAST(pow(10, -s) AS HUGEINT)) * CAST(pow(10, -s) AS HUGEINT) END",
  "sp_bround_integer(x, s) AS CASE WHEN s >= 0 THEN CAST(x AS HUGEINT) ELSE CAST(round_even(x / pow(10, -s), 0) AS HUGEINT) * CAST(pow(10, -s) AS HUGEINT) END",
  "sp_divide_long(a, b) AS CASE WHEN b = -1 THEN sp_subtract_long(CAST(0 AS BIGINT), a) ELSE a // b END",
  "sp_circular(x) AS CASE WHEN isinf(x) THEN CAST('NaN' AS DOUBLE) ELSE x END",
  "sp_float(x) AS CASE WHEN isnan(x) THEN CAST('NaN' AS FLOAT) WHEN x >= 3.4028235677973366e38 THEN CAST('Infinity' AS FLOAT) WHEN x <= -3.4028235677973366e38 THEN CAST('-Infinity' AS FLOAT) ELSE CAST(x AS FLOAT) END",
  "sp_saturate_long(x) AS CASE WHEN isnan(x) THEN 0 WHEN x >= 9223372036854775807 THEN 9223372036854775807 WHEN x <= -9223372036854775808 THEN -9223372036854775808 ELSE CAST(trunc(x) AS BIGINT) END",
  "sp_saturate_integer(x) AS CASE WHEN isnan(x) THEN 0 WHEN x >= 2147483647 THEN 2147483647 WHEN x <= -2147483648 THEN -2147483648 ELSE CAST(trunc(x) AS INTEGER) END",
];
