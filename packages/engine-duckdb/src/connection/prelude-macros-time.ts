const ISO = "strftime(CAST(t AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g')";
const AHEAD = "(epoch_us(CAST(t AS TIMESTAMP)) - epoch_us(t)) // 60000000";

/** Dates and times. `a` and `b` are local TIMESTAMPs unless said; those of `sp_months_between_days` are instants. */
export const TIME_MACROS: readonly string[] = [
  "sp_instant(x) AS CASE WHEN current_setting('TimeZone') <> 'UTC' AND CAST(CAST(x AS TIMESTAMPTZ) - to_seconds(3600) AS TIMESTAMP) = x THEN CAST(x AS TIMESTAMPTZ) - to_seconds(3600) ELSE CAST(x AS TIMESTAMPTZ) END",
  "sp_instant_in(z, x) AS CASE WHEN timezone(z, timezone(z, x) - to_seconds(3600)) = x THEN timezone(z, x) - to_seconds(3600) ELSE timezone(z, x) END",
  "sp_instant_text(s) AS CASE WHEN length(s) = 26 THEN sp_instant(TRY_CAST(s AS TIMESTAMP)) ELSE TRY_CAST(s AS TIMESTAMPTZ) END",
  "sp_move_days(t, us) AS t + to_days(CAST(us // 86400000000 AS INTEGER)) + to_microseconds(us % 86400000000)",
  "sp_trunc_hour(t) AS make_timestamptz(epoch_us(t) - ((epoch_us(CAST(t AS TIMESTAMP)) % 3600000000 + 3600000000) % 3600000000))",
  "sp_month_number(t) AS year(t) * 12 + month(t)",
  "sp_in_month(t) AS epoch_us(t) - epoch_us(date_trunc('month', t))",
  "sp_months_between(a, b) AS sp_month_number(b) - sp_month_number(a) - CASE WHEN a <= b AND sp_in_month(b) < sp_in_month(a) THEN 1 WHEN a > b AND sp_in_month(b) > sp_in_month(a) THEN -1 ELSE 0 END",
  "sp_second_of_month(t) AS (day(t) - 1) * 86400 + (epoch_us(t) - epoch_us(CAST(CAST(t AS DATE) AS TIMESTAMPTZ))) // 1000000",
  "sp_months_between_exact(a, b) AS CASE WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(CAST(a AS DATE)) AND CAST(b AS DATE) = last_day(CAST(b AS DATE))) THEN CAST(sp_month_number(a) - sp_month_number(b) AS DOUBLE) ELSE sp_month_number(a) - sp_month_number(b) + (sp_second_of_month(a) - sp_second_of_month(b)) / 2678400.0e0 END",
  "sp_months_between_days(a, b, r) AS CASE WHEN r THEN round(sp_months_between_exact(a, b), 8) ELSE sp_months_between_exact(a, b) END",
  "sp_next_day(d, n) AS d + CAST((n - isodow(d) + 6) % 7 + 1 AS INTEGER)",
  "sp_weekday(s) AS nullif((instr('MOTUWETHFRSASU', upper(left(s, 2))) + 1) // 2, 0)",
  "sp_date_unit(u) AS CASE WHEN upper(u) IN ('YEAR', 'YYYY', 'YY', 'QUARTER', 'MONTH', 'MM', 'MON', 'WEEK') THEN u END",
  "sp_date_trunc(u, t) AS CASE upper(u) WHEN 'YEAR' THEN date_trunc('year', t) WHEN 'YYYY' THEN date_trunc('year', t) WHEN 'YY' THEN date_trunc('year', t) WHEN 'QUARTER' THEN date_trunc('quarter', t) WHEN 'MONTH' THEN date_trunc('month', t) WHEN 'MM' THEN date_trunc('month', t) WHEN 'MON' THEN date_trunc('month', t) WHEN 'WEEK' THEN date_trunc('week', t) WHEN 'DAY' THEN date_trunc('day', t) WHEN 'DD' THEN date_trunc('day', t) WHEN 'HOUR' THEN date_trunc('hour', t) WHEN 'MINUTE' THEN date_trunc('minute', t) WHEN 'SECOND' THEN date_trunc('second', t) WHEN 'MILLISECOND' THEN date_trunc('millisecond', t) WHEN 'MICROSECOND' THEN t END",
  "sp_make_timestamp(y, mo, d, h, mi, s) AS CASE WHEN s = 60 THEN make_timestamp(y, mo, d, h, mi, 0.0) + INTERVAL '1 minute' ELSE make_timestamp(y, mo, d, h, mi, CAST(s AS DOUBLE)) END",
  "sp_make_time(h, m, s) AS CASE WHEN h BETWEEN 0 AND 23 AND m BETWEEN 0 AND 59 AND s >= 0 AND s < 60 THEN make_time(CAST(h AS BIGINT), CAST(m AS BIGINT), CAST(s AS DOUBLE)) WHEN h IS NOT NULL AND m IS NOT NULL AND s IS NOT NULL THEN error('[DATETIME_FIELD_OUT_OF_BOUNDS] A field of the time is out of bounds: the hour goes from 0 to 23, minute and second from 0 to 59.') END",
  "sp_time_of(us) AS CASE WHEN us BETWEEN 0 AND 86399999999 THEN CAST(make_timestamp(CAST(us AS BIGINT)) AS TIME) WHEN us IS NOT NULL THEN error('[DATETIME_FIELD_OUT_OF_BOUNDS] A time of day lies between 00:00:00 and 23:59:59.999999.') END",
  "sp_time_floor(t, unit) AS CAST(make_timestamp(epoch_us(t) // unit * unit) AS TIME)",
  "sp_time_unit(u) AS CASE upper(u) WHEN 'HOUR' THEN 3600000000 WHEN 'MINUTE' THEN 60000000 WHEN 'SECOND' THEN 1000000 WHEN 'MILLISECOND' THEN 1000 WHEN 'MICROSECOND' THEN 1 ELSE CASE WHEN u IS NOT NULL THEN error('[INVALID_PARAMETER_VALUE.TIME_UNIT] A unit of time is HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND.') END END",
  "sp_parsed_time(s, t) AS CASE WHEN t IS NULL AND s IS NOT NULL THEN error('[CANNOT_PARSE_TIME] The text ''' || s || ''' could not be parsed as a time. Use `try_to_time` to get NULL instead.') ELSE t END",
  `sp_iso_timestamp(t) AS ${ISO} || CASE WHEN ${AHEAD} = 0 THEN 'Z' ELSE CASE WHEN ${AHEAD} < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(${AHEAD}) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(${AHEAD}) % 60 AS VARCHAR), 2, '0') END`,
];
