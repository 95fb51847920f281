import type { Dice } from "./dice.ts";
import { expressionOf, type Name, type Words } from "./expression.ts";
import { formats, intervals, nested, recursive, stars } from "./programs.ts";
import { COLUMN_KINDS, type Kind } from "./tables.ts";

type Form = (dice: Dice) => string;

const KINDS: readonly Kind[] = ["int", "long", "decimal", "double", "string", "boolean", "date", "timestamp", "ints"];
const GROUPABLE: readonly Kind[] = ["int", "string", "boolean", "date", "decimal"];
const TABLES = ["t", "u", "v"];

function namesOf(qualifier = ""): readonly Name[] {
  return Object.entries(COLUMN_KINDS).map(([name, kind]) => ({
    text: qualifier === "" ? name : `${qualifier}.${name}`,
    kind,
  }));
}

function items(words: Words, count: number, depth = 3): string {
  const { dice } = words;
  return Array.from({ length: count }, (_, i) => `${expressionOf(dice.pick(KINDS), words, depth)} AS c${i + 1}`).join(
    ", ",
  );
}

function where(words: Words, chance = 0.5): string {
  return words.dice.chance(chance) ? ` WHERE ${expressionOf("boolean", words, 2)}` : "";
}

const plain: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const distinct = dice.chance(0.15) ? "DISTINCT " : "";
  return `SELECT ${distinct}${items(words, dice.whole(1, 3))} FROM ${dice.pick(TABLES)}${where(words)}`;
};

const sorted: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const keys = ["1", "2"].map((key) => `${key} ${dice.pick(["ASC", "DESC", "ASC NULLS LAST", "DESC NULLS FIRST"])}`);
  const limit = dice.chance(0.5) ? ` LIMIT ${dice.whole(1, 9)}` : "";
  return `SELECT ${items(words, 2, 2)}, k FROM t${where(words)} ORDER BY ${keys.join(", ")}, k${limit}`;
};

const joined: Form = (dice) => {
  const how = dice.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]);
  const words = { dice, names: [...namesOf("a"), ...namesOf("b")] };
  const key = dice.pick(["a.k = b.k", "a.g = b.g", "a.i = b.i", "a.d = b.d", "a.i = b.l", "a.g <=> b.g", "a.m > b.m"]);
  const more = dice.chance(0.3) ? ` AND ${expressionOf("boolean", words, 1)}` : "";
  return `SELECT a.k AS ak, b.k AS bk, ${items(words, 2, 2)} FROM u a ${how} v b ON ${key}${more}${where(words, 0.3)}`;
};

const halfJoined: Form = (dice) => {
  const words = { dice, names: namesOf("a") };
  const how = dice.pick(["LEFT SEMI JOIN", "LEFT ANTI JOIN"]);
  return `SELECT a.k, ${items(words, 2, 2)} FROM t a ${how} u b ON a.${dice.pick(["g = b.g", "i = b.i", "k = b.k AND a.i > b.i"])}${where(words, 0.3)}`;
};

const using: Form = (dice) => {
  const how = dice.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]);
  const key = dice.pick(["k", "g, i", "d"]);
  const words = { dice, names: [...namesOf("a"), ...namesOf("b")] };
  return `SELECT ${key}, ${items(words, 2, 1)} FROM u a ${how} v b USING (${key})`;
};

/** Aggregates whose answer does not hang on the order of rows. */
function aggregate(words: Words): string {
  const { dice } = words;
  const make = (kind: Kind) => expressionOf(kind, words, 1);
  const number = () => make(dice.pick(["int", "long", "decimal"]));
  return dice.pick([
    () => "count(*)",
    () => `count(${make(dice.pick(KINDS))})`,
    () => `count(DISTINCT ${make(dice.pick(GROUPABLE))})`,
    () => `sum(${number()})`,
    () => `avg(${number()})`,
    () =>
      `${dice.pick(["min", "max"])}(${make(dice.pick(["int", "string", "date", "timestamp", "decimal", "double"]))})`,
    () => `count_if(${make("boolean")})`,
    () => `${dice.pick(["bool_and", "bool_or"])}(${make("boolean")})`,
    () => `sort_array(collect_set(${make(dice.pick(["int", "string", "date"]))}))`,
    () => `sort_array(collect_list(${make(dice.pick(["int", "string", "date"]))}))`,
    () => `sum(${number()}) FILTER (WHERE ${make("boolean")})`,
    () => `${dice.pick(["max_by", "min_by"])}(${make(dice.pick(["int", "string"]))}, k)`,
    () => `sum(CASE WHEN ${make("boolean")} THEN 1 ELSE 0 END)`,
    () => `${dice.pick(["stddev", "var_pop", "stddev_pop"])}(i)`,
    () => "percentile(i, 0.5)",
    () => `percentile_approx(i, ${dice.pick(["0.5", "0.9", "array(0.1, 0.5)"])})`,
    () => `count(DISTINCT ${make("int")}, ${make("string")})`,
    () => `max(struct(${make("int")} AS n, k))`,
    () => `listagg(${make("string")}, ',') WITHIN GROUP (ORDER BY k)`,
    () => `${dice.pick(["bit_or", "bit_and", "bit_xor"])}(${make("int")})`,
    () => `sum(DISTINCT ${make("int")})`,
    () => `try_sum(${number()})`,
    () => `sum(${number()}) / nullif(count(*), 0)`,
  ])();
}

const grouped: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const keys = Array.from({ length: dice.whole(1, 2) }, () =>
    expressionOf(dice.pick(GROUPABLE), words, dice.whole(0, 2)),
  );
  const list = keys.map((key, i) => `${key} AS g${i + 1}`);
  const by = dice.pick([
    () => keys.map((_, i) => `g${i + 1}`).join(", "),
    () => keys.map((_, i) => String(i + 1)).join(", "),
    () => "ALL",
  ])();
  const having = dice.chance(0.3) ? ` HAVING count(*) > ${dice.whole(0, 3)}` : "";
  const found = Array.from({ length: dice.whole(1, 3) }, (_, i) => `${aggregate(words)} AS a${i + 1}`);
  return `SELECT ${[...list, ...found].join(", ")} FROM t${where(words, 0.4)} GROUP BY ${by}${having}`;
};

const setsOfGroups: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const keys = dice.pick([
    ["g", "b"],
    ["g", "i"],
    ["d", "g"],
    ["floor(x)", "g"],
    ["year(d)", "b"],
  ]);
  const by = dice.pick([
    `ROLLUP (${keys.join(", ")})`,
    `CUBE (${keys.join(", ")})`,
    `GROUPING SETS ((${keys[0]}), (${keys[1]}), ())`,
  ]);
  return `SELECT ${keys.map((key, i) => `${key} AS g${i}`).join(", ")}, grouping(${keys[0]}) AS gr, ${aggregate(words)} AS a FROM t WHERE NOT isnan(x) GROUP BY ${by}`;
};

const whole: Form = (dice) => {
  const words = { dice, names: namesOf() };
  return `SELECT ${Array.from({ length: 3 }, (_, i) => `${aggregate(words)} AS a${i}`).join(", ")} FROM ${dice.pick(TABLES)}${where(words)}`;
};

function windowed(words: Words): string {
  const { dice } = words;
  const make = (kind: Kind) => expressionOf(kind, words, 1);
  const partition = dice.chance(0.7) ? `PARTITION BY ${dice.pick(["g", "b", "i % 2", "year(d)"])} ` : "";
  const order = `ORDER BY ${dice.pick(["k", "i, k", "s DESC, k", "x, k", "d NULLS LAST, k"])}`;
  const frame = dice.pick([
    "",
    "",
    " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
  ]);
  const ranged = ` ORDER BY k RANGE BETWEEN ${dice.whole(0, 3)} PRECEDING AND ${dice.whole(0, 3)} FOLLOWING`;
  return dice.pick([
    () => `row_number() OVER (${partition}${order})`,
    () => `${dice.pick(["rank", "dense_rank"])}() OVER (${partition}ORDER BY ${make(dice.pick(GROUPABLE))})`,
    () => `${dice.pick(["lag", "lead"])}(${make("int")}, ${dice.whole(1, 3)}) OVER (${partition}${order})`,
    () =>
      `${dice.pick(["sum", "avg", "min", "max", "count"])}(${make(dice.pick(["int", "decimal", "long"]))}) OVER (${partition}${order}${frame})`,
    () => `sum(i) OVER (${partition}${ranged})`,
    () => `${dice.pick(["first_value", "last_value"])}(${make("string")}) OVER (${partition}${order}${frame})`,
    () => `ntile(${dice.whole(2, 4)}) OVER (${partition}${order})`,
    () => `count(*) OVER (${partition.trim()})`,
    () => `round(percent_rank() OVER (${partition}${order}), 6)`,
    () => `first_value(i) IGNORE NULLS OVER (${partition}${order})`,
    () => `nth_value(i, 2) OVER (${partition}${order})`,
  ])();
}

const windows: Form = (dice) => {
  const words = { dice, names: namesOf() };
  return `SELECT k, ${windowed(words)} AS w1, ${windowed(words)} AS w2 FROM t${where(words, 0.3)}`;
};

const overGroups: Form = (dice) => {
  const words = { dice, names: namesOf() };
  return `SELECT g, ${aggregate(words)} AS a, sum(count(*)) OVER () AS n, rank() OVER (ORDER BY count(*) DESC, g) AS r FROM t GROUP BY g`;
};

const pivot: Form = (dice) => {
  const words = {
    dice,
    names: [
      { text: "i", kind: "int" },
      { text: "m", kind: "decimal" },
      { text: "k", kind: "int" },
    ] as const,
  };
  const found = dice.pick(["sum(i)", "sum(i) AS s, count(*) AS n", "max(m)", "avg(i) AS av, min(m) AS mi"]);
  const condition = dice.chance(0.3) ? " WHERE i > 0" : "";
  return dice.pick([
    () => `SELECT * FROM (SELECT g, b, i, m FROM t${condition}) PIVOT (${found} FOR g IN ('a', 'b' AS bee, 'c'))`,
    () =>
      `SELECT * FROM (SELECT g, year(d) AS y, i, m FROM t${condition}) PIVOT (${found} FOR y IN (2023, 2024 AS this))`,
    () =>
      `SELECT * FROM (SELECT g, b, i, m, k % 2 AS odd FROM t) PIVOT (${found} FOR (g, b) IN (('a', true), ('b', false) AS bf))`,
    () =>
      `SELECT * FROM (SELECT g, b, ${expressionOf("int", words, 1)} AS i, m FROM t) PIVOT (${found} FOR b IN (true AS yes, false AS no))`,
  ])();
};

const unpivot: Form = (dice) => {
  const nulls = dice.pick(["", "INCLUDE NULLS ", "EXCLUDE NULLS "]);
  return dice.pick([
    () => `SELECT * FROM (SELECT k, i, ie FROM t) UNPIVOT ${nulls}(value FOR name IN (i, ie))`,
    () => `SELECT * FROM (SELECT k, i, l, m FROM t) UNPIVOT ${nulls}(value FOR name IN (i AS small, l, m AS money))`,
    () => `SELECT * FROM (SELECT k, i, x FROM t) UNPIVOT ${nulls}(value FOR name IN (i, x))`,
    () =>
      `SELECT * FROM (SELECT k, g, s, i, ie FROM t) UNPIVOT ${nulls}((text, number) FOR pair IN ((g, i) AS first, (s, ie) AS second))`,
    () =>
      `SELECT name, count(*) AS n, sum(value) AS v FROM (SELECT k, i, l FROM t) UNPIVOT ${nulls}(value FOR name IN (i, l)) GROUP BY name`,
  ])();
};

const sets: Form = (dice) => {
  const operation = dice.pick(["UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"]);
  const [left, right] = dice.pick([
    ["i, g", "ie, s"],
    ["i", "l"],
    ["m", "n"],
    ["i", "m"],
    ["g, d", "s, d"],
    ["x", "i"],
    ["m, b", "l, b"],
    ["d", "ts"],
  ]);
  const words = { dice, names: namesOf() };
  return `SELECT ${left} FROM t${where(words)} ${operation} SELECT ${right} FROM u${where(words, 0.2)}`;
};

const lateral: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const outer = dice.pick(["", "OUTER "]);
  const made = expressionOf("ints", words, 2);
  return dice.pick([
    () => `SELECT k, one FROM u LATERAL VIEW ${outer}explode(${made}) e AS one`,
    () => `SELECT k, place, one FROM u LATERAL VIEW ${outer}posexplode(${made}) e AS place, one`,
    () => `SELECT k, one, count(*) AS n FROM u LATERAL VIEW ${outer}explode(a) e AS one GROUP BY k, one`,
    () => `SELECT k, explode(${made}) AS one FROM u`,
    () => `SELECT k, key, value FROM v LATERAL VIEW ${outer}explode(map('i', i, 'k', k)) e AS key, value`,
    () => `SELECT u.k, e.one FROM u, LATERAL explode(u.a) AS e(one)`,
    () => `SELECT k, n, v FROM v LATERAL VIEW ${outer}inline(array(struct(i AS n, s AS v), struct(ie, g))) e AS n, v`,
  ])();
};

const subqueries: Form = (dice) => {
  const words = { dice, names: namesOf("a") };
  const list = items(words, 1, 2);
  return dice.pick([
    () => `SELECT a.k, ${list}, (SELECT max(i) FROM u) AS most FROM t a`,
    () =>
      `SELECT a.k, (SELECT ${dice.pick(["count(*)", "sum(b.i)", "max(b.s)"])} FROM u b WHERE b.g = a.g) AS found FROM t a`,
    () => `SELECT a.k, ${list} FROM t a WHERE a.i IN (SELECT i FROM u)`,
    () => `SELECT a.k, ${list} FROM t a WHERE a.i NOT IN (SELECT i FROM u WHERE i IS NOT NULL)`,
    () => `SELECT a.k FROM t a WHERE a.i NOT IN (SELECT ie FROM u)`,
    () =>
      `SELECT a.k, ${list} FROM t a WHERE ${dice.pick(["", "NOT "])}EXISTS (SELECT 1 FROM u b WHERE b.g = a.g AND b.i > 0)`,
    () => `SELECT a.k FROM t a WHERE a.m > (SELECT avg(m) FROM u) OR a.b`,
    () =>
      `SELECT q.g1, q.n FROM (SELECT g AS g1, count(*) AS n FROM t GROUP BY g) q JOIN u a ON q.g1 = a.g WHERE q.n > 1`,
  ])();
};

const common: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const made = items(words, 2, 2);
  return dice.pick([
    () =>
      `WITH q AS (SELECT k, g, ${made} FROM t${where(words)}) SELECT g, count(c1) AS n1, count(DISTINCT c2) AS n2 FROM q GROUP BY g`,
    () => `WITH q AS (SELECT k, g, ${made} FROM u) SELECT x.k, y.c1, x.c2 FROM q x JOIN q y ON x.k = y.k + 1`,
    () =>
      `WITH q AS (SELECT g, ${aggregate(words)} AS a FROM t GROUP BY g), r AS (SELECT * FROM q WHERE g IS NOT NULL) SELECT r.*, t.k FROM r JOIN t USING (g)`,
    () =>
      `WITH q(key, value) AS (SELECT k, ${expressionOf(dice.pick(KINDS), words, 2)} FROM v) SELECT * FROM q UNION ALL SELECT key + 1, value FROM q`,
  ])();
};

const higherOrder: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const made = () => expressionOf("ints", words, 2);
  return dice.pick([
    () =>
      `SELECT k, aggregate(${made()}, 0L, (total, one) -> total + coalesce(one, 0), total -> total * 2) AS v FROM t`,
    () => `SELECT k, map_filter(map('a', i, 'b', k), (key, value) -> value > 1) AS v FROM t`,
    () => `SELECT k, transform_values(map('a', i, 'b', ie), (key, value) -> concat(key, value)) AS v FROM t`,
    () =>
      `SELECT k, array_sort(${made()}, (l, r) -> CASE WHEN l IS NULL THEN 1 WHEN r IS NULL THEN -1 WHEN l < r THEN 1 WHEN l > r THEN -1 ELSE 0 END) AS v FROM t`,
    () => `SELECT k, transform(${made()}, one -> struct(one AS n, one > i AS more)) AS v FROM t`,
    () => `SELECT k, arrays_zip(${made()}, array(1, 2)) AS v FROM t`,
    () => `SELECT k, flatten(transform(${made()}, one -> array(one, k))) AS v FROM t`,
    () => `SELECT k, map_from_arrays(array('x', 'y'), array(i, ie)) AS v, array_max(${made()}) AS w FROM t`,
  ])();
};

const dates: Form = (dice) => {
  const words = { dice, names: namesOf() };
  const [date, ts] = [() => expressionOf("date", words, 2), () => expressionOf("timestamp", words, 2)];
  return dice.pick([
    () => `SELECT k, months_between(${ts()}, ${date()}) AS v FROM t`,
    () => `SELECT k, timestampdiff(${dice.pick(["HOUR", "DAY", "MONTH", "MINUTE"])}, ${ts()}, ${ts()}) AS v FROM t`,
    () => `SELECT k, ${ts()} - ${ts()} AS v FROM t`,
    () => `SELECT k, ${date()} - ${date()} AS v FROM t`,
    () =>
      `SELECT k, to_utc_timestamp(${ts()}, 'America/New_York') AS v, from_utc_timestamp(${ts()}, 'Asia/Kolkata') AS w FROM t`,
    () => `SELECT k, sequence(DATE'2024-01-30', DATE'2024-03-01', INTERVAL '1' MONTH) AS v, ${date()} AS w FROM v`,
    () => `SELECT k, to_date(date_format(${date()}, 'dd.MM.yyyy'), 'dd.MM.yyyy') AS v FROM t`,
    () => `SELECT k, unix_timestamp(${ts()}) AS v, from_unixtime(unix_timestamp(${ts()})) AS w FROM t`,
    () => `SELECT k, make_date(year(${date()}), month(${date()}), 1) AS v, date_part('WEEK', ${date()}) AS w FROM t`,
  ])();
};

const values: Form = (dice) => {
  const words = { dice, names: [] };
  const [left, right] = [dice.pick(KINDS), dice.pick(KINDS)];
  const rows = Array.from(
    { length: dice.whole(1, 3) },
    () => `(${expressionOf(left, words, 0)}, ${expressionOf(right, words, 0)})`,
  );
  return `SELECT one, two, typeof(one) AS t1, typeof(two) AS t2 FROM VALUES ${rows.join(", ")} AS q(one, two)`;
};

const FORMS: Readonly<Record<string, Form>> = {
  ...{
    plain,
    sorted,
    joined,
    halfJoined,
    using,
    grouped,
    setsOfGroups,
    whole,
    windows,
    overGroups,
    pivot,
    unpivot,
    sets,
  },
  ...{ lateral, subqueries, common, higherOrder, dates, values, stars, nested, intervals, formats },
};

/** A query in Spark SQL over the random tables. */
export function randomQuery(dice: Dice): string {
  if (dice.chance(0.01)) return recursive(dice);
  const form = dice.chance(0.25) ? plain : dice.pick(Object.values(FORMS));
  return form(dice);
}
