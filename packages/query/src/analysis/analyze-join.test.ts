import { describe, expect, test } from "vitest";
import { casesOf, schemaText } from "../../test/warehouse.ts";

/** Each query and the schema that Spark gives it; `!` marks columns that are never NULL. */
const CASES = `
SELECT o.id, o.status, c.* FROM orders o JOIN customers c ON o.customer_id = c.id
=> id bigint!, status string, id int!, name string, region string
SELECT id, name, status FROM customers JOIN orders USING (id)
=> id int!, name string, status string
SELECT * FROM customers JOIN scores USING (id)
=> id int!, name string, region string, score double!
SELECT * FROM customers LEFT JOIN scores USING (id)
=> id int!, name string, region string, score double
SELECT * FROM customers RIGHT JOIN scores USING (id)
=> id int, name string, region string, score double!
SELECT * FROM customers FULL JOIN scores USING (id)
=> id int, name string, region string, score double
SELECT c.id, s.id, id FROM customers c LEFT JOIN scores s USING (id)
=> id int!, id int, id int!
SELECT c.id, s.id, id FROM customers c FULL JOIN (SELECT id, named_struct('id', 'x') AS c FROM scores) s USING (id)
=> id string, id int, id int
SELECT s.*, c.* FROM customers c JOIN scores s USING (id)
=> id int, score double!, id int!, name string, region string
SELECT * EXCEPT (s.score) FROM customers c JOIN scores s USING (id)
=> id int!, name string, region string
SELECT * FROM customers NATURAL JOIN scores
=> id int!, name string, region string, score double!
SELECT * FROM customers LEFT SEMI JOIN scores ON customers.id = scores.id
=> id int!, name string, region string
SELECT * FROM customers c LEFT ANTI JOIN scores s USING (id)
=> id int!, name string, region string
SELECT c.name, s.score FROM customers c CROSS JOIN scores s
=> name string, score double!
SELECT c.name, s.score FROM customers c LEFT JOIN scores s ON c.id = s.id
=> name string, score double
SELECT id FROM customers UNION ALL SELECT id FROM scores
=> id int
SELECT id FROM customers UNION SELECT amount FROM orders
=> id decimal(12,2)
SELECT id, name FROM customers UNION ALL SELECT id, qty FROM orders
=> id bigint!, name string
SELECT name, id FROM customers UNION ALL BY NAME SELECT id, name FROM customers
=> name string, id int!
SELECT id FROM customers EXCEPT SELECT id FROM scores
=> id int!
SELECT id FROM customers INTERSECT SELECT customer_id FROM orders
=> id int
`;

describe("joins and set operations have the names, types and nullability that Spark gives them", () => {
  test.each(casesOf(CASES))("%s", (sql, schema) => {
    expect(schemaText(sql)).toBe(schema);
  });
});
