/** Queries that we refuse though Spark answers them, with the reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  "SELECT id, floor(d, 1) AS v FROM numbers":
    "a double too large for the decimal of the result is an error here, NULL in Spark",
  "SELECT id, struct(id, 1) < struct(3, 0) AS v FROM events":
    "structs are compared only when their fields have the same names",
  "SELECT to_date(true)": "Spark makes NULL of a BOOLEAN; an error says more",
  "SELECT 1 FROM": "Spark takes the last word for an alias; it is a forgotten table",
};

const INTERVAL_FIELDS =
  "interval types do not keep which fields they were written with: all are DAY TO SECOND or YEAR TO MONTH";

/** Queries that we answer otherwise than Spark, with the reason. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  "SELECT id, initcap(t) AS v FROM texts":
    "there is no title case for letters that have one of their own, as in ǆ and ß",
  "SELECT id, regexp_replace(t, '', '-') AS v FROM texts": "Spark breaks surrogate pairs apart and loses them",
  "SELECT id, pmod(-7, i) AS v FROM numbers": "Spark's overflows for the least INT as divisor",
  "SELECT id, asinh(d) AS v FROM numbers": "Spark's is wrong in the eighth digit for small numbers",
  "SELECT id, d - date'2024-01-01' AS v FROM moments": INTERVAL_FIELDS,
  "SELECT id, interval '1 day 3 hours' AS v FROM moments": INTERVAL_FIELDS,
  "SELECT id, cast(interval '13' month as string) AS v FROM moments": INTERVAL_FIELDS,
  [`SELECT id, from_json('{"a":1,"a":2}', 'a INT') AS v FROM events`]:
    "the first of two equal keys counts, in Spark the last",
  "SELECT cast('١' AS DECIMAL(5,0))": "only ASCII digits are read",
  "SELECT assert_true(true)": "the name of the column lacks the message",
  "SELECT count(DISTINCT *) FROM orders": "the name of the column has the star, in Spark all columns",
  "SELECT id, ts + INTERVAL 1 MONTH 2 DAYS AS v FROM moments":
    "months and days in one interval are added in that order; Spark refuses them unless they are in one text",
};
