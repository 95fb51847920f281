import { CSV_REFUSED } from "./language-csv.ts";
import { XML_DIFFERING, XML_REFUSED } from "./language-xml.ts";

/** Queries that we refuse though Spark answers them, with the reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  ...CSV_REFUSED,
  ...XML_REFUSED,
  "SELECT id, floor(d, 1) AS v FROM numbers":
    "a double too large for the decimal of the result is an error here, NULL in Spark",
  "SELECT id, struct(id, 1) < struct(3, 0) AS v FROM events":
    "structs are compared only when their fields have the same names",
  "SELECT to_date(true)": "Spark makes NULL of a BOOLEAN; an error says more",
  "SELECT id, bitmap_bit_position(l) AS v FROM numbers": "the least BIGINT overflows",
  "SELECT id, to_timestamp(nullif('a', 'a'), 'Q') AS v FROM moments":
    "a constant pattern that Spark refuses at any text is refused before the first, which here never comes",
  "SELECT 1 FROM": "Spark takes the last word for an alias; it is a forgotten table",
};

const TITLE_CASE = "there is no title case for letters that have one of their own, as in ǆ and ß";
const FOLDED_CASES = "Spark makes lower(x) of lower(upper(x)), and so on, which is something else for ß and İ";

/** Queries that we answer otherwise than Spark, with the reason. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  ...XML_DIFFERING,
  "SELECT id, initcap(t) AS v FROM texts": TITLE_CASE,
  "SELECT id, lpad(initcap(lower(left(t, 5))), 8, '*') AS v FROM texts": TITLE_CASE,
  "SELECT id, concat_ws('-', upper(t), NULL, lower(u), initcap(t)) AS v FROM texts": TITLE_CASE,
  "SELECT id, reverse(upper(lower(t))) AS v FROM texts": FOLDED_CASES,
  "SELECT id, regexp_extract(lower(upper(t)), '([a-z]+)', 1) AS v FROM texts": FOLDED_CASES,
  "SELECT id, try_to_binary(t, 'base64') AS v FROM texts":
    "characters that Base64 has not are passed over, as Java's MIME decoder does; here Spark gives NULL",
  "SELECT id, levenshtein(t, u, nullif(length(u), 1)) AS v FROM texts": "Spark takes a NULL threshold for 0",
  "SELECT id, split(t, u, nullif(length(u), 1)) AS v FROM texts": "an empty text by an empty pattern has no part here",
  "SELECT id, regexp_replace(regexp_replace(t, 'a', 'b'), 'b+', upper(u)) AS v FROM texts":
    "a replacement that ends in a lone backslash is an error in Spark, and taken as it is here",
  "SELECT region, array_sort(collect_set(product)) FROM sales GROUP BY region":
    "the name of the column lacks Spark's default comparator",
  "SELECT try_avg(x) FROM VALUES (INTERVAL '2147483647' MONTH), (INTERVAL '1' MONTH) AS t(x)":
    "PySpark cannot hand such intervals over",
  "SELECT count(*) FROM range(1000) WHERE rand(7) < 0.5":
    "Spark's chance depends on how rows are spread over partitions",
  "SELECT cast(try_to_time('nope') AS STRING), typeof(try_to_time('nope'))":
    "the name of the column lacks the inner call",
  "SELECT id, regexp_replace(t, '', '-') AS v FROM texts": "Spark breaks surrogate pairs apart and loses them",
  "SELECT id, pmod(-7, i) AS v FROM numbers": "Spark's overflows for the least INT as divisor",
  "SELECT id, asinh(d) AS v FROM numbers": "Spark's is wrong in the eighth digit for small numbers",
  "SELECT cast('١' AS DECIMAL(5,0))": "only ASCII digits are read",
  "SELECT assert_true(true)": "the name of the column lacks the message",
};
