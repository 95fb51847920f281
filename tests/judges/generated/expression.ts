import type { Dice } from "./dice.ts";
import type { Kind } from "./tables.ts";

/** A column that an expression may name. */
export interface Name {
  readonly text: string;
  readonly kind: Kind;
}

/** What expressions are made from. */
export interface Words {
  readonly dice: Dice;
  readonly names: readonly Name[];
}

type Make = (kind: Kind) => string;
type Form = (make: Make, dice: Dice) => string;

const LITERALS: Readonly<Record<Kind, readonly string[]>> = {
  int: ["0", "1", "2", "3", "-1", "7", "NULL"],
  long: ["0L", "5L", "-2L", "3000000000"],
  decimal: ["0.5", "1.00", "-2.25", "10.0", "0.001"],
  double: ["0.5D", "1e0", "-2.5D", "1e3"],
  string: ["'a'", "'abc'", "''", "'x,y'", "'É😀'", "NULL"],
  boolean: ["true", "false"],
  date: ["DATE'2024-01-31'", "DATE'2023-03-12'", "DATE'2000-02-29'"],
  timestamp: ["TIMESTAMP'2024-03-10 01:30:00'", "TIMESTAMP'2024-11-03 00:15:00'", "TIMESTAMP'2020-06-15 12:00:00.25'"],
  ints: ["array(1, 2, 3)", "array(5, NULL)", "array(0)"],
};

const COMPARABLE: readonly Kind[] = ["int", "long", "decimal", "double", "string", "date", "timestamp"];
const COMPARISONS = ["=", "<>", "<", "<=", ">", ">=", "<=>"];

/** The forms that make a value of each kind. */
const FORMS: Readonly<Record<Kind, readonly Form[]>> = {
  int: [
    (make, dice) => `(${make("int")} ${dice.pick(["+", "-", "*"])} ${make("int")})`,
    (make, dice) => `(${make("int")} % ${dice.pick(["3", "7", "-2"])})`,
    (make) => `abs(${make("int")})`,
    (make) => `(- ${make("int")})`,
    (make) => `length(${make("string")})`,
    (make, dice) =>
      `${dice.pick(["year", "month", "day", "quarter", "dayofweek", "dayofyear", "weekofyear", "weekday"])}(${make("date")})`,
    (make, dice) => `${dice.pick(["hour", "minute", "second", "year"])}(${make("timestamp")})`,
    (make) => `datediff(${make("date")}, ${make("date")})`,
    (make) => `size(${make("ints")})`,
    (make) => `instr(${make("string")}, ${make("string")})`,
    (make, dice) => `extract(${dice.pick(["YEAR", "MONTH", "DAY", "DOW"])} FROM ${make("date")})`,
    (make) => `aggregate(${make("ints")}, 0, (total, one) -> total + coalesce(one, 0))`,
    (make) => `(${make("int")} & ${make("int")})`,
    (make) => `try_cast(${make("string")} AS INT)`,
    (make) => `int(${make("decimal")})`,
    (make) => `nvl2(${make("string")}, ${make("int")}, ${make("int")})`,
    (make) => `decode(${make("string")}, "a", 1, "abc", 2, NULL, 3, ${make("int")})`,
    (make) => `position("a" IN ${make("string")})`,
    (make) => `size(split(${make("string")}, ","))`,
    (make) => `named_struct('a', struct(${make("int")} AS b)).a.b`,
    (make) => `levenshtein(${make("string")}, ${make("string")})`,
    (make) => `ascii(${make("string")})`,
    (make) => `pmod(${make("int")}, 5)`,
    (make) => `array_position(${make("ints")}, 5)::INT`,
  ],
  long: [
    (make, dice) => `(${make("long")} ${dice.pick(["+", "-"])} ${make("int")})`,
    (make, dice) => `(${make("int")} div ${dice.pick(["2", "3", "-4"])})`,
    (make) => `CAST(${make("int")} AS BIGINT)`,
    (make) => `bigint(${make("double")} / 1e3)`,
    (make) => `try_cast(${make("string")} AS BIGINT)`,
    (make) => `try_add(${make("long")}, ${make("long")})`,
    (make) => `try_multiply(${make("long")}, ${make("int")})`,
    (make) => `unix_timestamp(${make("timestamp")})`,
    (make) => `ceil(${make("decimal")})::BIGINT`,
  ],
  decimal: [
    (make, dice) => `(${make("decimal")} ${dice.pick(["+", "-", "*", "/", "%"])} ${make("decimal")})`,
    (make, dice) => `(${make("decimal")} ${dice.pick(["+", "-", "*"])} ${make("int")})`,
    (make, dice) => `round(${make("decimal")}, ${dice.pick(["0", "1", "2", "-1"])})`,
    (make) => `CAST(${make("int")} AS DECIMAL(12,3))`,
    (make) => `abs(${make("decimal")})`,
    (make) => `try_cast(${make("string")} AS DECIMAL(10,2))`,
    (make) => `try_divide(${make("decimal")}, ${make("decimal")})`,
    (make) => `CAST(${make("double")} AS DECIMAL(15,4))`,
    (make) => `bround(${make("decimal")}, 1)`,
    (make, dice) => `${dice.pick(["floor", "ceil"])}(${make("decimal")})`,
  ],
  double: [
    (make, dice) => `(${make("double")} ${dice.pick(["+", "-", "*", "/"])} ${make("double")})`,
    (make) => `(${make("int")} / ${make("int")})`,
    (make) => `sqrt(${make("double")})`,
    (make, dice) => `round(${make("double")}, ${dice.pick(["0", "1", "2"])})`,
    (make) => `CAST(${make("decimal")} AS DOUBLE)`,
    (make) => `try_cast(${make("string")} AS DOUBLE)`,
    (make) => `double(${make("long")})`,
    (make, dice) => `${dice.pick(["ln", "exp", "sin", "signum", "cbrt"])}(${make("double")})`,
    (make) => `nanvl(${make("double")}, ${make("double")})`,
    (make) => `abs(${make("double")})`,
  ],
  string: [
    (make, dice) => `${dice.pick(["upper", "lower", "trim", "ltrim", "reverse"])}(${make("string")})`,
    (make) => `concat(${make("string")}, ${make("string")})`,
    (make) => `concat_ws('-', ${make("string")}, ${make("string")})`,
    (make) => `(${make("string")} || ${make("string")})`,
    (make, dice) => `substring(${make("string")}, ${dice.pick(["1", "2", "-2", "0"])}, ${dice.pick(["1", "2", "5"])})`,
    (make, dice) => `${dice.pick(["lpad", "rpad"])}(${make("string")}, ${dice.pick(["3", "6"])}, '*')`,
    (make) => `replace(${make("string")}, 'a', 'Z')`,
    (make) => `initcap(left(${make("string")}, 3))`,
    (make, dice) => `regexp_extract(${make("string")}, '([a-zA-Z]+)(.?)', ${dice.pick(["0", "1", "2"])})`,
    (make) => `sha1(${make("string")})`,
    (make) => `base64(CAST(${make("string")} AS BINARY))`,
    (make) => `split(${make("string")}, ',')[0]`,
    (make) => `nvl(${make("string")}, ${make("string")})`,
    (make) => `decode(${make("int")}, 1, ${make("string")}, 2, 'two')`,
    (make, dice) => `string(${make(dice.pick(["int", "double", "ints", "date"]))})`,
    (make) => `substr(${make("string")}, 2)`,
    (make) => `regexp_substr(${make("string")}, '[0-9]+')`,
    (make) => `format_number(${make("decimal")}, 2)`,
    (make) => `substring_index(${make("string")}, ',', -1)`,
    (make, dice) => `repeat(${make("string")}, ${dice.pick(["0", "2"])})`,
    (make) => `hex(${make("long")})`,
    (make) => `overlay(${make("string")} PLACING 'Q' FROM 2)`,
    (make, dice) => `CAST(${make(dice.pick(["int", "long", "decimal", "boolean", "date", "timestamp"]))} AS STRING)`,
    (make, dice) =>
      `date_format(${make("timestamp")}, ${dice.pick(["'yyyy-MM-dd HH:mm'", "'dd/MM/yy'", "'E, d MMM'", "'HH:mm:ss.SSS'"])})`,
    (make) => `regexp_replace(${make("string")}, '[aeiou]+', '_')`,
    (make) => `array_join(${make("ints")}, ',', '?')`,
    (make) => `split_part(${make("string")}, ',', 1)`,
    (make, dice) => `${dice.pick(["left", "right"])}(${make("string")}, 2)`,
    (make) => `translate(${make("string")}, 'abc', 'xy')`,
  ],
  boolean: [
    (make, dice) => comparison(make, dice),
    (make, dice) => comparison(make, dice),
    (make, dice) => `(${make("boolean")} ${dice.pick(["AND", "OR"])} ${make("boolean")})`,
    (make) => `(NOT ${make("boolean")})`,
    (make, dice) => `(${make(dice.pick(COMPARABLE))} IS ${dice.pick(["NULL", "NOT NULL"])})`,
    (make) => `(${make("int")} IN (1, 2, ${make("int")}))`,
    (make) => `(${make("int")} BETWEEN ${make("int")} AND ${make("int")})`,
    (make, dice) => `(${make("string")} LIKE ${dice.pick(["'a%'", "'%b%'", "'_'", "'100\\\\%%'"])})`,
    (make) => `(${make("string")} RLIKE '^[a-c]')`,
    (make) => `isnan(${make("double")})`,
    (make) => `isnull(${make("int")})`,
    (make) => `isnotnull(${make("string")})`,
    (make) => `boolean(${make("int")})`,
    (make) => `(${make("string")} IN ("a", "abc", ${make("string")}))`,
    (make) => `(${make("string")} ILIKE 'A%')`,
    (make) => `(${make("string")} LIKE ANY ('a%', '%c'))`,
    (make) => `(${make("int")} NOT BETWEEN 0 AND ${make("int")})`,
    (make) => `equal_null(${make("int")}, ${make("int")})`,
    (make) => `array_contains(${make("ints")}, 5)`,
    (make, dice) => `${dice.pick(["exists", "forall"])}(${make("ints")}, one -> one > 1)`,
    (make, dice) => `${dice.pick(["startswith", "endswith", "contains"])}(${make("string")}, 'a')`,
  ],
  date: [
    (make, dice) => `${dice.pick(["date_add", "date_sub"])}(${make("date")}, ${dice.pick(["1", "30", "-5"])})`,
    (make, dice) => `add_months(${make("date")}, ${dice.pick(["1", "-1", "12"])})`,
    (make) => `last_day(${make("date")})`,
    (make, dice) => `trunc(${make("date")}, ${dice.pick(["'MM'", "'YEAR'", "'WEEK'", "'QUARTER'"])})`,
    (make) => `CAST(${make("timestamp")} AS DATE)`,
    (make, dice) => `(${make("date")} + ${dice.pick(["INTERVAL '1' DAY", "INTERVAL '2' MONTH", "3"])})`,
    (make) => `next_day(${make("date")}, 'MON')`,
    (make) => `date(${make("timestamp")})`,
    (make) => `try_cast(${make("string")} AS DATE)`,
    (make) => `(${make("date")} - INTERVAL '1' YEAR)`,
    (make) => `make_date(year(${make("date")}), month(${make("date")}), 1)`,
    (make) => `date_trunc('MONTH', ${make("date")})::DATE`,
    (make) => `date_from_unix_date(${make("int")} % 10000)`,
  ],
  timestamp: [
    (make, dice) =>
      `date_trunc(${dice.pick(["'HOUR'", "'DAY'", "'MONTH'", "'MINUTE'", "'WEEK'"])}, ${make("timestamp")})`,
    (make, dice) =>
      `(${make("timestamp")} ${dice.pick(["+", "-"])} ${dice.pick(["INTERVAL '1' DAY", "INTERVAL '90' MINUTE", "INTERVAL '1' MONTH", "INTERVAL 1 HOUR"])})`,
    (make) => `CAST(${make("date")} AS TIMESTAMP)`,
    (make) => `timestamp(${make("date")})`,
    (make) => `try_to_timestamp(${make("string")})`,
    (make) => `(${make("timestamp")} + INTERVAL '1 02:03:04' DAY TO SECOND)`,
    (make) => `(${make("date")} + INTERVAL 3 HOURS)`,
    (make) => `dateadd(MINUTE, ${make("int")} % 1000, ${make("timestamp")})`,
    (make, dice) =>
      `timestampadd(${dice.pick(["HOUR", "DAY", "MONTH"])}, ${dice.pick(["1", "-3"])}, ${make("timestamp")})`,
    (make) => `to_timestamp(date_format(${make("timestamp")}, 'yyyy-MM-dd HH:mm:ss'))`,
  ],
  ints: [
    (make) => `transform(${make("ints")}, one -> one + 1)`,
    (make) => `filter(${make("ints")}, one -> one > 1)`,
    (make) => `array_distinct(${make("ints")})`,
    (make) => `sort_array(${make("ints")})`,
    (make) => `array(${make("int")}, ${make("int")})`,
    (make) => `concat(${make("ints")}, ${make("ints")})`,
    (make) => `zip_with(${make("ints")}, ${make("ints")}, (x, y) -> coalesce(x, 0) - coalesce(y, 0))`,
    (make) => `transform(${make("ints")}, (one, place) -> one * place)`,
    (make) => `slice(${make("ints")}, 1, 2)`,
    (make) => `reverse(${make("ints")})`,
    (make) => `array_append(${make("ints")}, ${make("int")})`,
    (make) => `array_remove(${make("ints")}, 1)`,
    (make) => `sequence(1, ${make("int")} % 5)`,
    (make) => `array_compact(${make("ints")})`,
    (make) => `array_repeat(${make("int")}, 2)`,
    (make) => `transform(split(${make("string")}, ''), one -> length(one))`,
    (make, dice) =>
      `${dice.pick(["array_union", "array_except", "array_intersect"])}(${make("ints")}, ${make("ints")})`,
  ],
};

/** Forms of any kind. */
const GENERAL: readonly ((make: Make, kind: Kind) => string)[] = [
  (make, kind) => `coalesce(${make(kind)}, ${make(kind)})`,
  (make, kind) => `CASE WHEN ${make("boolean")} THEN ${make(kind)} ELSE ${make(kind)} END`,
  (make, kind) => `CASE WHEN ${make("boolean")} THEN ${make(kind)} WHEN ${make("boolean")} THEN ${make(kind)} END`,
  (make, kind) => `if(${make("boolean")}, ${make(kind)}, ${make(kind)})`,
  (make, kind) => `nullif(${make(kind)}, ${make(kind)})`,
];

const ORDERED: readonly ((make: Make, kind: Kind) => string)[] = [
  (make, kind) => `greatest(${make(kind)}, ${make(kind)})`,
  (make, kind) => `least(${make(kind)}, ${make(kind)})`,
];

function comparison(make: Make, dice: Dice): string {
  const kind = dice.pick(COMPARABLE);
  return `(${make(kind)} ${dice.pick(COMPARISONS)} ${make(kind)})`;
}

/** An expression of a kind, at most so many calls deep. */
export function expressionOf(kind: Kind, words: Words, depth: number): string {
  const { dice, names } = words;
  const make: Make = (inner) => expressionOf(inner, words, depth - 1);
  if (depth <= 0 || dice.chance(0.2)) {
    const own = names.filter((one) => one.kind === kind);
    return own.length > 0 && dice.chance(0.8) ? dice.pick(own).text : dice.pick(LITERALS[kind]);
  }
  if (dice.chance(0.15)) return dice.pick(GENERAL)(make, kind);
  if (COMPARABLE.includes(kind) && dice.chance(0.05)) return dice.pick(ORDERED)(make, kind);
  return dice.pick(FORMS[kind])(make, dice);
}
