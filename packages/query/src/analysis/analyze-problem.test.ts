import { describe, expect, test } from "vitest";
import { casesOf, problemText } from "../../test/warehouse.ts";

/** Each query and all that is wrong with it: Spark's condition and the text at fault. */
const CASES = `
SELECT amont FROM orders
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at amont
SELECT o.amont, x.id FROM orders o
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at o.amont; UNRESOLVED_COLUMN.WITH_SUGGESTION at x.id
SELECT addr.citi FROM orders
=> FIELD_NOT_FOUND at addr.citi
SELECT id FROM customers c, scores s
=> AMBIGUOUS_REFERENCE at id
SELECT nope(id) FROM orders
=> UNRESOLVED_ROUTINE at nope(id)
SELECT upper() FROM orders
=> WRONG_NUM_ARGS.WITHOUT_SUGGESTION at upper()
SELECT upper(status, 1) FROM orders
=> WRONG_NUM_ARGS.WITHOUT_SUGGESTION at upper(status, 1)
SELECT substring(tags, 1) FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at tags
SELECT id FROM orders WHERE qty
=> DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN at qty
SELECT id FROM orders WHERE status
=> DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN at status
SELECT id FROM orders WHERE NULL
=> DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN at NULL
SELECT CASE WHEN status THEN 1 END FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at status
SELECT if('true', 1, 2) FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at 'true'
SELECT o.id FROM orders o JOIN orders p ON o.status
=> JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE at o.status
SELECT count(*) FILTER (WHERE status) FROM orders
=> INVALID_AGGREGATE_FILTER.NOT_BOOLEAN at status
SELECT id FROM orders WHERE sum(qty) > 1
=> INVALID_WHERE_CONDITION at sum(qty)
SELECT id FROM orders WHERE row_number() OVER (ORDER BY id) = 1
=> INVALID_WHERE_CONDITION at row_number() OVER (ORDER BY id)
SELECT status, count(*) FROM orders
=> MISSING_GROUP_BY at status
SELECT status, qty, count(*) FROM orders GROUP BY status
=> MISSING_AGGREGATION at qty
SELECT status FROM orders GROUP BY status HAVING qty > 1
=> MISSING_AGGREGATION at qty
SELECT status FROM orders GROUP BY status ORDER BY qty
=> MISSING_AGGREGATION at qty
SELECT sum(count(*)) FROM orders GROUP BY status
=> NESTED_AGGREGATE_FUNCTION at count(*)
SELECT count(*) FROM orders GROUP BY sum(qty)
=> GROUP_BY_AGGREGATE at sum(qty)
SELECT status FROM orders GROUP BY 5
=> GROUP_BY_POS_OUT_OF_RANGE at 5
SELECT id FROM orders ORDER BY 9
=> ORDER_BY_POS_OUT_OF_RANGE at 9
SELECT id FROM customers UNION SELECT id, name FROM customers
=> NUM_COLUMNS_MISMATCH at SELECT id FROM customers UNION SELECT id, name FROM customers
SELECT tags FROM orders UNION ALL SELECT id FROM orders
=> INCOMPATIBLE_COLUMN_TYPE at SELECT tags FROM orders UNION ALL SELECT id FROM orders
SELECT attrs FROM orders GROUP BY attrs
=> GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE at attrs
SELECT DISTINCT id FROM orders ORDER BY qty
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at qty
SELECT explode(tags), explode(tags) FROM orders
=> UNSUPPORTED_GENERATOR.MULTI_GENERATOR at explode(tags)
SELECT upper(explode(tags)) FROM orders
=> UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS at explode(tags)
SELECT id FROM orders WHERE explode(tags) = 1
=> UNSUPPORTED_GENERATOR.OUTSIDE_SELECT at explode(tags)
SELECT row_number() FROM orders
=> WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE at row_number()
SELECT row_number() OVER () FROM orders
=> WINDOW_FUNCTION_AND_FRAME_MISMATCH at row_number() OVER ()
SELECT upper(id) OVER (ORDER BY id) FROM orders
=> UNSUPPORTED_EXPR_FOR_WINDOW at upper(id)
SELECT id IN (SELECT id, name FROM customers) FROM orders
=> DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH at id IN (SELECT id, name FROM customers)
SELECT (SELECT id, name FROM customers) FROM orders
=> INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN at (SELECT id, name FROM customers)
SELECT * FROM nowhere
=> TABLE_OR_VIEW_NOT_FOUND at nowhere
SELECT a, b, nope(c) FROM orders WHERE zzz > 1 ORDER BY yyy
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at zzz; UNRESOLVED_COLUMN.WITH_SUGGESTION at a; UNRESOLVED_COLUMN.WITH_SUGGESTION at b; UNRESOLVED_ROUTINE at nope(c); UNRESOLVED_COLUMN.WITH_SUGGESTION at yyy
SELECT CAST(tags AS INT) FROM orders
=> DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION at CAST(tags AS INT)
SELECT qty + tags FROM orders
=> DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES at qty + tags
SELECT attrs = attrs FROM orders
=> DATATYPE_MISMATCH.INVALID_EQUALITY_TYPE at attrs = attrs
SELECT qty = tags FROM orders
=> DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES at qty = tags
SELECT array(1, tags) FROM orders
=> DATATYPE_MISMATCH.DATA_DIFF_TYPES at array(1, tags)
SELECT CASE WHEN qty THEN 1 END, CASE WHEN true THEN 1 ELSE tags END FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at qty; DATATYPE_MISMATCH.DATA_DIFF_TYPES at CASE WHEN true THEN 1 ELSE tags END
SELECT * FROM customers JOIN scores USING (nope)
=> UNRESOLVED_USING_COLUMN_FOR_JOIN at customers JOIN scores USING (nope)
SELECT * FROM customers JOIN scores ON customers.id
=> JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE at customers.id
SELECT * EXCEPT (zzz) FROM orders
=> EXCEPT_UNRESOLVED_COLUMNS at * EXCEPT (zzz)
SELECT nope.* FROM orders
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at nope.*
SELECT *
=> INVALID_USAGE_OF_STAR_OR_REGEX at *
SELECT from_json(js, status) FROM orders
=> DATATYPE_MISMATCH.NON_FOLDABLE_INPUT at status
SELECT from_json(js, 'a WHAT') FROM orders
=> INVALID_SCHEMA.PARSE_ERROR at 'a WHAT'
SELECT extract(foo FROM ts) FROM orders
=> INVALID_EXTRACT_FIELD at foo
SELECT id FROM orders LIMIT -1
=> INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE at -1
SELECT id FROM orders LIMIT '5'
=> INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE at '5'
SELECT id FROM orders LIMIT int(rand())
=> INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE at int(rand())
SELECT id FROM orders LIMIT qty
=> INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE at qty
SELECT transform(tags, (a, b, c) -> a) FROM orders
=> INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH at (a, b, c) -> a
SELECT aggregate(tags, 0, (acc, x) -> acc || x) FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at (acc, x) -> acc || x
SELECT x -> x FROM orders
=> INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION at x -> x
SELECT id AS a, a + nope FROM orders
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at nope
SELECT lag(qty) FROM orders
=> WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE at lag(qty)
SELECT max(DISTINCT qty), upper(DISTINCT status) FROM orders
=> INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX at upper(DISTINCT status)
SELECT sum(status), sum(tags) FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at tags
SELECT t.a FROM (SELECT nope AS a FROM orders) t
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at nope
SELECT id FROM orders o JOIN customers c ON o.id = c.id WHERE id > 1
=> AMBIGUOUS_REFERENCE at id; AMBIGUOUS_REFERENCE at id
SELECT * FROM VALUES (1, 2), (3)
=> INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH at 3
SELECT * FROM VALUES (1), (array(1))
=> INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE at 1
SELECT * FROM (SELECT id FROM orders) AS t(a, b)
=> ASSIGNMENT_ARITY_MISMATCH at (SELECT id FROM orders) AS t(a, b)
SELECT ai_query('x'), is_member('y') FROM orders
=> UNRESOLVED_ROUTINE at ai_query('x'); UNRESOLVED_ROUTINE at is_member('y')
SELECT filter(array(1), 1), transform(array(1), NULL), upper(x -> x) FROM orders
=> DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at 1; DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE at NULL; INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION at x -> x
SELECT LIVE.orders.id FROM orders
=> UNRESOLVED_COLUMN.WITH_SUGGESTION at LIVE.orders.id
SELECT * FROM orders CHANGES FROM VERSION 1 TO VERSION 5 AS o, customers VERSION AS OF 'last'
=> UNSUPPORTED_FEATURE at CHANGES FROM VERSION 1 TO VERSION 5; UNSUPPORTED_FEATURE at VERSION AS OF 'last'
SELECT TRANSFORM (id) USING 'cat' AS (a INT) FROM orders
=> UNSUPPORTED_FEATURE at TRANSFORM (id) USING 'cat' AS (a INT) FROM orders
SELECT * FROM my_tvf(TABLE (orders) PARTITION BY id ORDER BY ts)
=> UNSUPPORTED_FEATURE at PARTITION BY id ORDER BY ts
SELECT date_format(ts, 'QQQQQQ'), from_unixtime(1, 'bb'), date_format(ts, 'YYYY') FROM orders
=> INVALID_DATETIME_PATTERN.LENGTH at 'QQQQQQ'; INVALID_DATETIME_PATTERN.WITH_SUGGESTION at 'bb'; INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION at 'YYYY'
SELECT to_timestamp(status, 'QQ'), try_to_date(status, '{'), unix_timestamp(status, 'e'), to_timestamp_ntz(status, 'YYYY'), to_date(ts, 'QQ') FROM orders
=> INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER at 'QQ'; INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION at '{'; INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN at 'e'; INVALID_DATETIME_PATTERN.WITH_SUGGESTION at 'YYYY'
SELECT status RLIKE '(', regexp_extract(status, '[a'), split(status, '*'), regexp_replace(status, 'a\\\\y', ''), regexp_like(status, 'a++(?>b)') FROM orders
=> INVALID_PARAMETER_VALUE.PATTERN at '('; INVALID_PARAMETER_VALUE.PATTERN at '[a'; INVALID_PARAMETER_VALUE.PATTERN at '*'; INVALID_PARAMETER_VALUE.PATTERN at 'a\\\\y'
SELECT status LIKE 'a\\\\b', status ILIKE 'a\\\\', status LIKE 'a!b' ESCAPE '!', status LIKE '!!!%\\\\' ESCAPE '!' FROM orders
=> INVALID_FORMAT.ESC_IN_THE_MIDDLE at 'a\\\\b'; INVALID_FORMAT.ESC_AT_THE_END at 'a\\\\'; INVALID_FORMAT.ESC_IN_THE_MIDDLE at 'a!b'
SELECT variant_get(parse_json(status), 'a', 'int'), variant_get(parse_json(status), '$.a[0]["b"]', 'int') FROM orders
=> INVALID_VARIANT_GET_PATH at 'a'
`;

describe("a wrong query is refused with every mistake in it, each at its place", () => {
  test.each(casesOf(CASES))("%s", (sql, problems) => {
    expect(problemText(sql)).toBe(problems);
  });
});
