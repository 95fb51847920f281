const ISO = "strftime(CAST(t AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g')";
const AHEAD = "(epoch_us(CAST(t AS TIMESTAMP)) - epoch_us(t)) // 60000000";

/** Dates and times. `a` and `b` are local TIMESTAMPs unless said. */
export const TIME_MACROS: readonly string[] = [
  "sp_instant(x) AS CASE WHEN current_setting('TimeZone') <> 'UTC' AND CAST(CAST(x AS TIMESTAMPTZ) - to_seconds(3600) AS TIMESTAMP) = x THEN CAST(x AS TIMESTAMPTZ) - to_seconds(3600) ELSE CAST(x AS TIMESTAMPTZ) END",
  "sp_instant_in(z, x) AS CASE WHEN timezone(z, timezone(z, x) - to_seconds(3600)) = x THEN timezone(z, x) - to_seconds(3600) ELSE timezone(z, x) END",
  "sp_instant_text(s) AS CASE WHEN length(s) = 26 THEN sp_instant(TRY_CAST(s AS TIMESTAMP)) ELSE TRY_CAST(s AS TIMESTAMPTZ) END",
  "sp_move_days(t, us) AS t + to_days(CAST(us // 86400000000 AS INTEGER)) + to_microseconds(us % 86400000000)",
  "sp_trunc_hour(t) AS make_timestamptz(epoch_us(t) - ((epoch_us(CAST(t AS TIMESTAMP)) % 3600000000 + 3600000000) % 3600000000))",
  "sp_month_number(t) AS year(t) * 12 + month(t)",
  "sp_in_month(t) AS epoch_us(t) - epoch_us(date_trunc('month', t))",
  "sp_months_between(a, b) AS sp_month_number(b) - sp_month_number(a) - CASE WHEN a <= b AND sp_in_month(b) < sp_in_month(a) THEN 1 WHEN a > b AND sp_in_month(b) > sp_in_month(a) THEN -1 ELSE 0 END",
  "sp_months_between_exact(a, b) AS CASE WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b)) THEN CAST(sp_month_number(a) - sp_month_number(b) AS DOUBLE) ELSE sp_month_number(a) - sp_month_number(b) + (sp_in_month(a) // 1000000 - sp_in_month(b) // 1000000) / 2678400.0e0 END",
  "sp_months_between_days(a, b, r) AS CASE WHEN r THEN round(sp_months_between_exact(a, b), 8) ELSE sp_months_between_exact(a, b) END",
  "sp_next_day(d, n) AS d + CAST((n - isodow(d) + 6) % 7 + 1 AS INTEGER)",
  "sp_weekday(s) AS nullif((instr('MOTUWETHFRSASU', upper(left(s, 2))) + 1) // 2, 0)",
  "sp_date_unit(u) AS CASE WHEN upper(u) IN ('YEAR', 'YYYY', 'YY', 'QUARTER', 'MONTH', 'MM', 'MON', 'WEEK') THEN u END",
  "sp_date_trunc(u, t) AS CASE upper(u) WHEN 'YEAR' THEN date_trunc('year', t) WHEN 'YYYY' THEN date_trunc('year', t) WHEN 'YY' THEN date_trunc('year', t) WHEN 'QUARTER' THEN date_trunc('quarter', t) WHEN 'MONTH' THEN date_trunc('month', t) WHEN 'MM' THEN date_trunc('month', t) WHEN 'MON' THEN date_trunc('month', t) WHEN 'WEEK' THEN date_trunc('week', t) WHEN 'DAY' THEN date_trunc('day', t) WHEN 'DD' THEN date_trunc('day', t) WHEN 'HOUR' THEN date_trunc('hour', t) WHEN 'MINUTE' THEN date_trunc('minute', t) WHEN 'SECOND' THEN date_trunc('second', t) WHEN 'MILLISECOND' THEN date_trunc('millisecond', t) WHEN 'MICROSECOND' THEN t END",
  "sp_make_timestamp(y, mo, d, h, mi, s) AS CASE WHEN s = 60 THEN make_timestamp(y, mo, d, h, mi, 0.0) + INTERVAL '1 minute' ELSE make_timestamp(y, mo, d, h, mi, CAST(s AS DOUBLE)) END",
  `sp_iso_timestamp(t) AS ${ISO} || CASE WHEN ${AHEAD} = 0 THEN 'Z' ELSE CASE WHEN ${AHEAD} < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(${AHEAD}) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(${AHEAD}) % 60 AS VARCHAR), 2, '0') END`,
];
