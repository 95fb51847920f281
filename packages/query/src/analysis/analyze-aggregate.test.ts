import { describe, expect, test } from "vitest";
import { casesOf, schemaText } from "../../test/warehouse.ts";

/** Each query and the schema that Spark gives it; `!` marks columns that are never NULL. */
const CASES = `
SELECT count(*), count(1), count(qty), count(DISTINCT status), count(DISTINCT status, qty) FROM orders
=> count(1) bigint!, count(1) bigint!, count(qty) bigint!, count(DISTINCT status) bigint!, count(DISTINCT status, qty) bigint!
SELECT sum(qty), sum(amount), avg(qty), avg(amount), min(d), max(ts), sum(price) FROM orders, items
=> sum(qty) bigint, sum(amount) decimal(20,2), avg(qty) double, avg(amount) decimal(14,6), min(d) date, max(ts) timestamp, sum(price) double
SELECT status, count(*) AS n FROM orders GROUP BY status
=> status string, n bigint!
SELECT status, sum(amount) AS total FROM orders GROUP BY 1
=> status string, total decimal(20,2)
SELECT upper(status) AS s, count(*) FROM orders GROUP BY s
=> s string, count(1) bigint!
SELECT upper(status), count(*) FROM orders GROUP BY upper(status)
=> upper(status) string, count(1) bigint!
SELECT status, year(d), count(*) FROM orders GROUP BY ALL
=> status string, year(d) int, count(1) bigint!
SELECT status AS s, d, sum(qty) + 1 FROM orders GROUP BY ROLLUP (status, d)
=> s string, d date, (sum(qty) + 1) bigint
SELECT status, d, grouping(status), grouping_id() FROM orders GROUP BY CUBE (status, d)
=> status string, d date, grouping(status) tinyint!, grouping_id() bigint!
SELECT status, d, count(*) FROM orders GROUP BY GROUPING SETS ((status, d), (status), ())
=> status string, d date, count(1) bigint!
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING count(*) > 1
=> status string, n bigint!
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING n > 1 AND max(qty) < 5
=> status string, n bigint!
SELECT status FROM orders GROUP BY status HAVING max(status) AND NOT max(status)
=> status string
SELECT status FROM orders GROUP BY status HAVING count(*)
=> status string
SELECT status FROM orders GROUP BY status HAVING sum(amount) > 100 ORDER BY count(*) DESC, status
=> status string
SELECT status, count(*) AS n, n * 2 AS twice FROM orders GROUP BY status ORDER BY n
=> status string, n bigint!, twice bigint!
SELECT max(qty) FILTER (WHERE status = 'a'), count_if(qty > 1), bool_and(qty > 0), first(status), last(status, true), any_value(qty) FROM orders
=> max(qty) FILTER (WHERE (status = a)) int, count_if((qty > 1)) bigint!, bool_and((qty > 0)) boolean, first(status) string, last(status) string, any_value(qty) int
SELECT collect_list(status), collect_set(qty), max_by(status, qty), min_by(id, ts), approx_count_distinct(id), median(qty), mode(status) FROM orders
=> collect_list(status) array<string>!, collect_set(qty) array<int>!, max_by(status, qty) string, min_by(id, ts) bigint, approx_count_distinct(id) bigint!, median(qty) double, mode(status) string
SELECT percentile(qty, 0.5), percentile_approx(amount, 0.5), stddev(qty), var_pop(qty), corr(qty, id), listagg(status, ',') FROM orders
=> percentile(qty, 0.5, 1) double, percentile_approx(amount, 0.5, 10000) decimal(10,2), stddev(qty) double, var_pop(qty) double, corr(qty, id) double, listagg(status, ,) string
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY qty) FROM orders
=> percentile_cont(0.5) WITHIN GROUP (ORDER BY qty) double
SELECT sum(amount * (1 - 0.1)) AS net, sum(qty) / count(*) AS ratio FROM orders
=> net decimal(24,3), ratio double
SELECT count(*) FROM orders WHERE status = "open" AND amount > 0 AND amount < 100000
=> count(1) bigint!
SELECT window.start, window.end, count(*) AS n FROM orders GROUP BY window(ts, '10 minutes')
=> start timestamp, end timestamp, n bigint!
SELECT window, status, sum(amount) FROM orders GROUP BY window(ts, '1 hour'), status
=> window struct<start:timestamp,end:timestamp>!, status string, sum(amount) decimal(20,2)
SELECT window(ts, '1 day').start AS s, count(*) FROM orders GROUP BY window(ts, '1 day') HAVING window(ts, '1 day').start > '2024-01-01' ORDER BY window.start
=> s timestamp, count(1) bigint!
SELECT window.start, count(*) AS n FROM orders GROUP BY window(ts, '10 minutes', '5 minutes')
=> start timestamp, n bigint!
SELECT id, row_number() OVER (PARTITION BY status ORDER BY ts) AS rn FROM orders
=> id bigint!, rn int!
SELECT row_number() OVER (PARTITION BY status ORDER BY ts DESC) FROM orders
=> row_number() OVER (PARTITION BY status ORDER BY ts DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) int!
SELECT rank() OVER (ORDER BY qty), sum(amount) OVER (PARTITION BY status), lag(qty) OVER (ORDER BY ts) FROM orders
=> RANK() OVER (ORDER BY qty ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) int!, sum(amount) OVER (PARTITION BY status ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) decimal(20,2), lag(qty, 1, NULL) OVER (ORDER BY ts ASC NULLS FIRST ROWS BETWEEN -1 FOLLOWING AND -1 FOLLOWING) int
SELECT lead(status, 1, 'x') OVER (ORDER BY ts) AS l, ntile(4) OVER (ORDER BY id) AS n, first_value(qty) OVER (ORDER BY ts) AS f FROM orders
=> l string, n int!, f int
SELECT id, sum(qty) OVER (ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM orders
=> id bigint!, s bigint
SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY ts DESC) = 1
=> id bigint!
SELECT id, rank() OVER (ORDER BY qty) AS r FROM orders QUALIFY r <= 3
=> id bigint!, r int!
SELECT status, sum(amount) AS total, rank() OVER (ORDER BY sum(amount) DESC) AS r FROM orders GROUP BY status
=> status string, total decimal(20,2), r int!
SELECT status, sum(sum(qty)) OVER () AS grand FROM orders GROUP BY status QUALIFY rank() OVER (ORDER BY sum(qty)) < 3
=> status string, grand bigint
SELECT * FROM (SELECT status, qty, d FROM orders) PIVOT (sum(qty) FOR status IN ('a', 'b' AS bee))
=> d date, a bigint, bee bigint
SELECT * FROM (SELECT status, qty, d FROM orders) PIVOT (sum(qty) AS s, count(*) AS n FOR status IN ('a', 'b'))
=> d date, a_s bigint, a_n bigint, b_s bigint, b_n bigint
SELECT * FROM (SELECT id, qty, customer_id FROM orders) UNPIVOT (v FOR k IN (qty, customer_id))
=> id bigint!, k string, v int
`;

describe("aggregation and windows have the names, types and nullability that Spark gives them", () => {
  test.each(casesOf(CASES))("%s", (sql, schema) => {
    expect(schemaText(sql)).toBe(schema);
  });
});
