import type { Dice } from "./dice.ts";
import { expressionOf, type Words } from "./expression.ts";
import { COLUMN_KINDS, type Kind } from "./tables.ts";

type Form = (dice: Dice) => string;

function wordsOf(dice: Dice): Words {
  return { dice, names: Object.entries(COLUMN_KINDS).map(([text, kind]) => ({ text, kind })) };
}

function maker(dice: Dice, depth: number): (kind: Kind) => string {
  const words = wordsOf(dice);
  return (kind) => expressionOf(kind, words, depth);
}

/** Stars, and what is left out of them. */
export const stars: Form = (dice) => {
  const make = maker(dice, 2);
  return dice.pick([
    () => `SELECT * EXCEPT (i, x), ${make("string")} AS c FROM t WHERE ${make("boolean")}`,
    () => "SELECT a.* EXCEPT (a, x), b.k AS bk, b.s AS bs FROM u a LEFT JOIN v b ON a.g = b.g",
    () => `SELECT q.* FROM (SELECT k, ${make("int")} AS c1, ${make("date")} AS c2 FROM t) q WHERE c1 IS NOT NULL`,
    () => "SELECT a.k, b.* FROM u a FULL JOIN (SELECT g, i, d FROM v) b ON a.g = b.g AND a.i = b.i",
    () => `SELECT s.*, k FROM (SELECT k, struct(i, ${make("string")} AS txt, m) AS s FROM t)`,
  ])();
};

/** Fields in fields, in arrays and in JSON. */
export const nested: Form = (dice) => {
  const make = maker(dice, 2);
  const rows = `(SELECT k, named_struct('a', named_struct('b', ${make("int")}, 'c', ${make("string")}), 'l', a) AS s FROM t)`;
  return dice.pick([
    () => `SELECT k, s.a.b, s.a.c AS c, s.l[0] AS l FROM ${rows}`,
    () => `SELECT q.s.a.*, q.s.l FROM ${rows} q WHERE q.s.a.b IS NOT NULL`,
    () => `SELECT s.a.c, count(*) AS n, max(s.a) AS most FROM ${rows} GROUP BY s.a.c`,
    () =>
      `SELECT k, list.n AS ns, list[0].t AS t FROM (SELECT k, array(struct(i AS n, s AS t), struct(k, g)) AS list FROM t)`,
    () =>
      `SELECT k, from_json(to_json(struct(i, s, ${make("decimal")} AS m)), 'i INT, s STRING, m DECIMAL(20,4)') AS v FROM t`,
    () =>
      `SELECT k, get_json_object(to_json(struct(i, s AS txt, a)), ${dice.pick(["'$.i'", "'$.txt'", "'$.a[0]'", "'$.none'"])}) AS v FROM t`,
    () => `SELECT k, to_json(named_struct('n', ${make("int")}, 'd', d, 'b', b, 'l', ${make("ints")})) AS v FROM t`,
    () =>
      `SELECT k, element_at(map('x', ${make("int")}, 'y', ie), ${dice.pick(["'x'", "'y'"])}) AS v, map_keys(map('x', 1)) AS w FROM t`,
  ])();
};

/** Lengths of time: made, compared, added up and added to. Whole ones only, for types do not keep other fields. */
export const intervals: Form = (dice) => {
  const make = maker(dice, 1);
  const ts = () => make("timestamp");
  const length = () => `(${ts()} - ${ts()})`;
  return dice.pick([
    () => `SELECT k, ${length()} > INTERVAL '${dice.whole(0, 400)}' DAY AS v FROM t`,
    () => `SELECT k, extract(${dice.pick(["DAY", "HOUR", "MINUTE", "SECOND"])} FROM ${length()}) AS v FROM t`,
    () => `SELECT g, ${dice.pick(["min", "max", "sum"])}(ts - TIMESTAMP'2020-01-01 00:00:00') AS v FROM t GROUP BY g`,
    () => `SELECT k, ${ts()} + INTERVAL '1 02:03:04.5' DAY TO SECOND * (${make("int")} % 5) AS v FROM t`,
    () => `SELECT k, ${make("date")} + INTERVAL '1-2' YEAR TO MONTH AS v, ${ts()} - INTERVAL '11' MONTH AS w FROM t`,
    () => `SELECT k, ${ts()} + make_dt_interval(${dice.whole(0, 3)}, k, 0, ${make("decimal")} % 7) AS v FROM t`,
    () => `SELECT k, ${ts()} + make_interval(0, ${dice.whole(0, 14)}, 0, k, 1, 0, 0) AS v FROM t`,
    () =>
      `SELECT k, ${ts()} + INTERVAL ${dice.pick(["2 DAYS 3 HOURS", "90 MINUTES 5 SECONDS", "1 WEEK 1 DAY", "1 YEAR 2 MONTHS"])} AS v FROM t`,
    () => `SELECT k, ${make("date")} ${dice.pick(["+", "-"])} INTERVAL '3' HOUR AS v FROM t`,
    () => `SELECT k, make_ym_interval(${dice.whole(0, 3)}, k % 12) > INTERVAL '1-3' YEAR TO MONTH AS v FROM t`,
    () =>
      `SELECT k, sum(i) OVER (ORDER BY d RANGE BETWEEN INTERVAL '${dice.whole(1, 400)}' DAY PRECEDING AND CURRENT ROW) AS v FROM t WHERE d IS NOT NULL`,
    () => `SELECT k, CAST(${length()} AS STRING) AS v FROM t`,
  ])();
};

const DATE_PATTERNS = ["yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd", "MM-dd-yy", "d MMM yyyy", "yyyy.D", "MMMM d, yyyy"];
const TIME_PATTERNS = [
  ...[
    "yyyy-MM-dd'T'HH:mm:ss",
    "dd.MM.yyyy HH:mm",
    "yyyy-MM-dd hh:mm a",
    "yyyyMMddHHmmss",
    "yyyy-MM-dd HH:mm:ss.SSSSSS",
  ],
  ...["EEEE, d MMMM yyyy", "Q/yyyy", "h:m:s a", "yyyy-MM-dd HH:mm:ss XXX"],
];

/** Texts of moments, written and read by patterns. */
export const formats: Form = (dice) => {
  const make = maker(dice, 1);
  const [day, time] = [dice.pick(DATE_PATTERNS), dice.pick(TIME_PATTERNS)].map((one) => one.replaceAll("'", "\\'"));
  return dice.pick([
    () => `SELECT k, date_format(${make("timestamp")}, '${time}') AS v FROM t`,
    () => `SELECT k, date_format(${make("date")}, '${day}') AS v FROM t`,
    () => `SELECT k, to_date(date_format(${make("date")}, '${day}'), '${day}') AS v FROM t`,
    () => `SELECT k, try_to_timestamp(date_format(${make("timestamp")}, '${time}'), '${time}') AS v FROM t`,
    () =>
      `SELECT k, unix_timestamp(date_format(${make("timestamp")}, '${time}'), '${time}') AS v FROM t WHERE k < 0 OR '${time}' LIKE 'yyyy-MM-dd%'`,
    () => `SELECT k, from_unixtime(unix_timestamp(${make("timestamp")}), '${time}') AS v FROM t`,
    () => `SELECT k, try_to_timestamp(s, '${time}') AS v, try_cast(s AS DATE) AS w, try_to_timestamp(s) AS z FROM t`,
    () =>
      `SELECT k, timestamp_millis(${make("long")} % 1000000000000) AS v, timestamp_seconds(${make("int")}) AS w FROM t`,
  ])();
};

/** WITH that reads itself; few levels, for each costs Spark a job. */
export const recursive: Form = (dice) => {
  const make = maker(dice, 1);
  return dice.pick([
    () =>
      `WITH RECURSIVE r(n, v) AS (SELECT k, ${make("int")} FROM v UNION ALL SELECT n + 1000, CAST(v % 1000 + 1 AS INT) FROM r WHERE n < 2000) SELECT n, v FROM r`,
    () =>
      `WITH RECURSIVE r AS (SELECT 0 AS depth, ${make("string")} AS path FROM v WHERE k < 3 UNION ALL SELECT depth + 1, concat(path, '/', depth) FROM r WHERE depth < 2) SELECT depth, count(*) AS n, max(path) AS p FROM r GROUP BY depth`,
  ])();
};
