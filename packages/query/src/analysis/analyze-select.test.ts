import { describe, expect, test } from "vitest";
import { casesOf, schemaText } from "../../test/warehouse.ts";

/** Each query and the schema that Spark gives it; `!` marks columns that are never NULL. */
const CASES = `
SELECT * FROM orders
=> id bigint!, customer_id int, amount decimal(10,2), qty int, status string, ts timestamp, d date, tags array<string>, attrs map<string,int>, addr struct<city:string,zip:int>, js string
SELECT o.* FROM orders o
=> id bigint!, customer_id int, amount decimal(10,2), qty int, status string, ts timestamp, d date, tags array<string>, attrs map<string,int>, addr struct<city:string,zip:int>, js string
SELECT * EXCEPT (js, attrs, tags, addr) FROM orders
=> id bigint!, customer_id int, amount decimal(10,2), qty int, status string, ts timestamp, d date
SELECT o.* EXCEPT (o.js, o.tags, o.attrs), c.name FROM orders o JOIN customers c ON o.customer_id = c.id
=> id bigint!, customer_id int, amount decimal(10,2), qty int, status string, ts timestamp, d date, addr struct<city:string,zip:int>, name string
SELECT addr.* FROM orders
=> city string, zip int
SELECT struct(c.*, o.qty) AS s, struct(o.addr.* EXCEPT (zip)), array(c.* EXCEPT (a)) FROM orders o JOIN (SELECT 1 AS a, 2 AS b) c
=> s struct<a:int,b:int,qty:int>!, struct(o.addr.city AS city) struct<city:string>!, array(b) array<int>!
SELECT o.addr.city, other.addr.zip FROM orders o, orders other
=> city string, zip int
SELECT addr.city AS c, c || '!' AS d FROM orders
=> c string, d string
SELECT ID, Status FROM Orders
=> ID bigint!, Status string
SELECT main.sales.orders.id, orders.status FROM main.sales.orders
=> id bigint!, status string
SELECT id a, id b, id FROM orders
=> a bigint!, b bigint!, id bigint!
SELECT x.id, x._metadata.file_path AS p FROM (SELECT * FROM orders) x
=> id bigint!, p string!
SELECT id, _metadata.file_path FROM orders
=> id bigint!, file_path string!
SELECT id, qty, _metadata.file_name AS f FROM orders
=> id bigint!, qty int, f string!
SELECT id FROM orders WHERE _metadata.file_modification_time > '2024-01-01'
=> id bigint!
SELECT 1, 'a', 1.5, 1e3, true, NULL, DATE'2024-01-01', TIMESTAMP'2024-01-01 10:00:00', INTERVAL 1 DAY, 5L
=> 1 int!, a string!, 1.5 decimal(2,1)!, 1000.0 double!, true boolean!, NULL void, DATE '2024-01-01' date!, TIMESTAMP '2024-01-01 10:00:00' timestamp!, INTERVAL '1' DAY interval day!, 5 bigint!
SELECT * FROM VALUES (1, 'a'), (2, NULL) AS t(n, s)
=> n int!, s string
VALUES (1, 2.5), (NULL, 3)
=> col1 int, col2 decimal(11,1)!
SELECT * FROM range(5)
=> id bigint!
SELECT id + 1 AS n FROM range(1, 10, 2) r
=> n bigint!
SELECT id FROM orders TABLESAMPLE (10 PERCENT)
=> id bigint!
SELECT id FROM orders ORDER BY amount DESC, ts
=> id bigint!
SELECT id AS x FROM orders ORDER BY x LIMIT 10
=> x bigint!
SELECT id, qty FROM orders ORDER BY 2 DESC NULLS LAST, 1
=> id bigint!, qty int
SELECT id, qty FROM orders ORDER BY ALL
=> id bigint!, qty int
SELECT DISTINCT status FROM orders ORDER BY status
=> status string
WITH a AS (SELECT id, qty FROM orders), b AS (SELECT * FROM a WHERE qty > 1) SELECT * FROM b JOIN a USING (id)
=> id bigint!, qty int, qty int
WITH t(x, y) AS (SELECT id, status FROM orders) SELECT y, x FROM t
=> y string, x bigint!
SELECT (SELECT max(qty) FROM orders) AS m, EXISTS (SELECT 1 FROM orders) AS e, 1 IN (SELECT id FROM customers) AS i
=> m int, e boolean!, i boolean!
SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
=> name string
SELECT name, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n FROM customers c
=> name string, n bigint
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
=> name string
SELECT status, amount FROM orders WHERE qty > (SELECT avg(qty) FROM orders)
=> status string, amount decimal(10,2)
SELECT c.name, x.total FROM customers c, LATERAL (SELECT sum(amount) AS total FROM orders o WHERE o.customer_id = c.id) x
=> name string, total decimal(20,2)
SELECT * FROM big_orders
=> big_id bigint!, amount decimal(10,2)
SELECT big_id FROM big_orders WHERE big_id > 1
=> big_id bigint!
`;

describe("select lists, names and sub-queries have the names, types and nullability that Spark gives them", () => {
  test.each(casesOf(CASES))("%s", (sql, schema) => {
    expect(schemaText(sql)).toBe(schema);
  });
});
