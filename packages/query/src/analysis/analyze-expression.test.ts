import { describe, expect, test } from "vitest";
import { casesOf, schemaText } from "../../test/warehouse.ts";

/** Each query and the schema that Spark gives it; `!` marks columns that are never NULL. */
const CASES = `
SELECT amount * qty, amount + qty, amount / qty, amount % qty FROM orders
=> (amount * qty) decimal(21,2), (amount + qty) decimal(13,2), (amount / qty) decimal(21,13), (amount % qty) decimal(10,2)
SELECT amount * amount, amount / amount, amount + 1, amount + 1.5, amount * 1.0E0 FROM orders
=> (amount * amount) decimal(21,4), (amount / amount) decimal(23,13), (amount + 1) decimal(11,2), (amount + 1.5) decimal(11,2), (amount * 1.0) double
SELECT qty + 1, qty / 2, qty div 2, -qty, qty + 1L, qty + '1' FROM orders
=> (qty + 1) int, (qty / 2) double, (qty div 2) bigint, (- qty) int, (qty + 1) bigint, (qty + 1) double
SELECT 0.0000001, -0.00000120, 0.000001, 0.0000000, 1e-5f, 0.1f FROM orders
=> 1E-7 decimal(7,7)!, -0.00000120 decimal(8,8)!, 0.000001 decimal(6,6)!, 0E-7 decimal(7,7)!, 1.0E-5 float!, 0.1 float!
SELECT cast(amount as int), int(amount), amount::string, try_cast(js as date) FROM orders
=> amount int, amount int, amount string, js date
SELECT id = '10', status = 5, d = '2024-01-01', ts > '2024-01-01', d < ts FROM orders
=> (id = 10) boolean, (status = 5) boolean, (d = 2024-01-01) boolean, (ts > 2024-01-01) boolean, (d < ts) boolean
SELECT upper(status), length(status), substring(status, 1, 2), concat(status, qty), status || '-' || d FROM orders
=> upper(status) string, length(status) int, substring(status, 1, 2) string, concat(status, qty) string, concat(concat(status, -), d) string
SELECT coalesce(qty, 0), nvl(status, 'x'), ifnull(qty, 1.5), nullif(qty, 0), if(qty > 1, 'a', 2), nvl2(qty, 1, 0) FROM orders
=> coalesce(qty, 0) int!, nvl(status, x) string!, ifnull(qty, 1.5) decimal(11,1)!, nullif(qty, 0) int, (IF((qty > 1), a, 2)) string!, nvl2(qty, 1, 0) int!
SELECT CASE WHEN qty > 1 THEN 'big' ELSE 'small' END AS size, CASE status WHEN 'a' THEN 1 WHEN 'b' THEN 2.5 END FROM orders
=> size string!, CASE WHEN (status = a) THEN 1 WHEN (status = b) THEN 2.5 END decimal(11,1)
SELECT qty BETWEEN 1 AND 5, qty IN (1, 2, 3), status LIKE 'a%', status IS NULL, NOT qty > 1, qty IS NOT DISTINCT FROM 1 FROM orders
=> between(qty, 1, 5) boolean, (qty IN (1, 2, 3)) boolean, status LIKE a% boolean, (status IS NULL) boolean!, (NOT (qty > 1)) boolean, (qty <=> 1) boolean!
SELECT year(ts), month(d), date_trunc('month', ts), date_format(ts, 'yyyy'), datediff(d, '2024-01-01'), d + 1, d - 1, d - d, ts - ts FROM orders
=> year(ts) int, month(d) int, date_trunc(month, ts) timestamp, date_format(ts, yyyy) string, datediff(d, 2024-01-01) int, date_add(d, 1) date, date_sub(d, 1) date, (d - d) interval day, (ts - ts) interval day to second
SELECT date_add(d, 1), dateadd(DAY, 1, ts), datediff(HOUR, ts, ts), timestampdiff(MONTH, d, d), extract(YEAR FROM ts), extract(SECOND FROM ts) FROM orders
=> date_add(d, 1) date, timestampadd(DAY, 1, ts) timestamp, timestampdiff(HOUR, ts, ts) bigint, timestampdiff(MONTH, d, d) bigint, extract(YEAR FROM ts) int, extract(SECOND FROM ts) decimal(8,6)
SELECT d + INTERVAL 1 DAY, d + INTERVAL 1 MONTH, d + INTERVAL 1 HOUR, ts - INTERVAL 7 DAYS FROM orders
=> (d + INTERVAL '1' DAY) date, (d + INTERVAL '1' MONTH) date, (d + INTERVAL '01' HOUR) timestamp, (ts - INTERVAL '7' DAY) timestamp
SELECT current_date(), current_timestamp(), now(), current_date FROM orders
=> current_date() date!, current_timestamp() timestamp!, now() timestamp!, current_date() date!
SELECT tags[0], attrs['a'], attrs.a, addr['city'], size(tags), array_contains(tags, 'x'), map_keys(attrs) FROM orders
=> tags[0] string, attrs[a] int, a int, addr[city] string, size(tags) int, array_contains(tags, x) boolean, map_keys(attrs) array<string>
SELECT transform(tags, x -> upper(x)) AS t, filter(tags, x -> x <> 'a') AS f, exists(tags, x -> x = 'b') AS e, aggregate(tags, 0, (acc, x) -> acc + length(x)) AS a FROM orders
=> t array<string>, f array<string>, e boolean, a int
SELECT transform(tags, (x, i) -> i) AS i, transform(array(addr), a -> a.zip + 1) AS z FROM orders
=> i array<int>, z array<int>!
SELECT map('a', 1, 'b', 2.5), array(1, 2L, 3), struct(id, status AS s, 1), named_struct('a', qty, 'b', status) FROM orders
=> map(a, 1, b, 2.5) map<string,decimal(11,1)>!, array(1, 2, 3) array<bigint>!, struct(id, status AS s, 1) struct<id:bigint,s:string,col3:int>!, named_struct(a, qty, b, status) struct<a:int,b:string>!
SELECT from_json(js, 'a INT, b ARRAY<STRING>') AS j, to_json(addr), get_json_object(js, '$.a') FROM orders
=> j struct<a:int,b:array<string>>, to_json(addr) string, get_json_object(js, $.a) string
SELECT from_json(js, 'a INT', map('mode', 'FAILFAST')), from_json(js, 'map<string, int>'), from_json(js, 'MAP<STRING, INT>')['a'] FROM orders
=> from_json(js) struct<a:int>, entries map<string,int>, entries[a] int
SELECT ceil(CAST(qty AS DECIMAL(10,0))) AS a, floor(ceil(CAST(qty AS DECIMAL(10,2)))) AS b, floor(CAST(qty AS DECIMAL(38,0))) AS c FROM orders
=> a decimal(10,0), b decimal(9,0), c decimal(38,0)
SELECT from_json(js, 'a INT, b STRUCT<c: DOUBLE>').b.c, js:a.b, js:a::int FROM orders
=> c double, b string, a int
SELECT j.* FROM (SELECT from_json(js, 'a INT, b STRING') AS j FROM orders)
=> a int, b string
SELECT input_file_name(), monotonically_increasing_id(), uuid(), rand() FROM orders
=> input_file_name() string!, monotonically_increasing_id() bigint!, uuid() string!, rand() double!
SELECT typeof(amount), typeof(tags) FROM orders
=> typeof(amount) string!, typeof(tags) string!
SELECT greatest(qty, amount, 1.5), least(d, ts), round(amount, 1), round(price, 2), ceil(amount), floor(price), abs(qty), power(qty, 2) FROM orders, items
=> greatest(qty, amount, 1.5) decimal(12,2)!, least(d, ts) timestamp, round(amount, 1) decimal(10,1), round(price, 2) double, CEIL(amount) decimal(9,0), FLOOR(price) bigint, abs(qty) int, POWER(qty, 2) double
SELECT sha2(status, 256), md5(status), hash(id, status), crc32(status), base64(status) FROM orders
=> sha2(status, 256) string, md5(status) string, hash(id, status) int!, crc32(status) bigint, base64(status) string
SELECT to_date(status, 'yyyy-MM-dd'), to_timestamp(status), from_unixtime(id), unix_timestamp(ts) FROM orders
=> to_date(status, yyyy-MM-dd) date, to_timestamp(status) timestamp, from_unixtime(id, yyyy-MM-dd HH:mm:ss) string, unix_timestamp(ts, yyyy-MM-dd HH:mm:ss) bigint
SELECT split(status, ',')[0], split_part(status, ',', 1), regexp_extract(status, '(a)', 1), regexp_replace(status, 'a', 'b'), trim(status), lpad(status, 5, '0') FROM orders
=> split(status, ,, -1)[0] string, split_part(status, ,, 1) string, regexp_extract(status, (a), 1) string, regexp_replace(status, a, b, 1) string, trim(status) string, lpad(status, 5, 0) string
SELECT decode(status, 'a', 1, 'b', 2, 0), decode(status, 'a', 'x') FROM orders
=> decode(status, a, 1, b, 2, 0) int!, decode(status, a, x) string
SELECT sequence(1, 3), array_sort(tags), sort_array(tags), flatten(array(tags)), array_join(tags, ','), slice(tags, 1, 2), concat(tags, tags) FROM orders
=> sequence(1, 3) array<int>!, array_sort(tags) array<string>, sort_array(tags, true) array<string>, flatten(array(tags)) array<string>, array_join(tags, ,) string, slice(tags, 1, 2) array<string>, concat(tags, tags) array<string>
SELECT map_entries(attrs), map_from_arrays(tags, tags), transform_values(attrs, (k, v) -> v + 1.5) AS t, map_filter(attrs, (k, v) -> v > 1) AS f FROM orders
=> map_entries(attrs) array<struct<key:string,value:int>>, map_from_arrays(tags, tags) map<string,string>, t map<string,decimal(12,1)>, f map<string,int>
SELECT element_at(tags, 1), element_at(attrs, 'a'), tags[qty], array(addr).city FROM orders
=> element_at(tags, 1) string, element_at(attrs, a) int, tags[qty] string, city array<string>!
SELECT bigint(concat('1', id)), boolean(coalesce(qty, 0)), timestamp(from_unixtime(id)), date(ts) FROM orders
=> concat(1, id) bigint, coalesce(qty, 0) boolean!, from_unixtime(id, yyyy-MM-dd HH:mm:ss) timestamp, ts date
SELECT explode(tags) FROM orders
=> col string
SELECT id, explode(tags) AS tag FROM orders
=> id bigint!, tag string
SELECT id, explode(attrs) FROM orders
=> id bigint!, key string!, value int
SELECT id, explode(attrs) AS (k, v) FROM orders
=> id bigint!, k string!, v int
SELECT id, posexplode_outer(tags) AS (p, t) FROM orders
=> id bigint!, p int, t string
SELECT stack(2, 'q', qty, 'c', customer_id) AS (k, v) FROM orders
=> k string, v int
SELECT inline(array(struct(1 AS a, 'x' AS b))) FROM orders
=> a int!, b string!
SELECT json_tuple(js, 'a', 'b') FROM orders
=> c0 string, c1 string
SELECT id, tag FROM orders LATERAL VIEW explode(tags) x AS tag
=> id bigint!, tag string
SELECT id, x.pos, x.t FROM orders LATERAL VIEW OUTER posexplode(tags) x AS pos, t
=> id bigint!, pos int, t string
SELECT o.id, t.tag FROM orders o, LATERAL explode(o.tags) AS t(tag)
=> id bigint!, tag string
`;

describe("expressions and generators have the names, types and nullability that Spark gives them", () => {
  test.each(casesOf(CASES))("%s", (sql, schema) => {
    expect(schemaText(sql)).toBe(schema);
  });
});
