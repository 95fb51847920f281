import type { DataType, StructType } from "../data-type/data-type.ts";
import type { Expression, TextOrigin } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { type Grammar, type ParseOptions, Parser } from "./cursor.ts";
import { parseNamedExpression } from "./parse-named.ts";
import { parseOperand, parseOperators } from "./parse-operator.ts";
import { parseWholeQuery } from "./parse-query.ts";
import { parseColumns, parseType } from "./parse-type.ts";

/** Spark SQL's rules for expressions and queries. */
export const SPARK_GRAMMAR: Grammar = { expression: parseOperators, operand: parseOperand, query: parseWholeQuery };

/**
 * A parser at the beginning of Spark SQL text, for rules of one's own; `origin` is where the text begins in the user's file.
 *
 * @throws QueryError when the text cannot be cut into tokens.
 */
export function openParser(text: string, origin?: TextOrigin, options: ParseOptions = {}): Parser {
  return new Parser(SPARK_GRAMMAR, text, origin, options);
}

/**
 * Reads one expression, with an alias if it has one. `origin` is where the text begins in the user's file.
 *
 * @throws QueryError with the place of what cannot be read.
 */
export function parseExpression(text: string, origin?: TextOrigin, options: ParseOptions = {}): Expression {
  return readAll(openParser(text, origin, options), (parser) => {
    const expression = parseNamedExpression(parser);
    parser.windows.resolve();
    return expression;
  });
}

/**
 * Reads one query: SELECT, WITH, VALUES, TABLE, set operations; `;` may close it. `origin` is where the text begins in the user's file.
 *
 * @throws QueryError with the place of what cannot be read.
 */
export function parseQuery(text: string, origin?: TextOrigin, options: ParseOptions = {}): Relation {
  return readAll(openParser(text, origin, options), (parser) => parser.query());
}

/**
 * Reads a data type in any of Spark's spellings: `decimal(10,2)`, `struct<a: int not null comment 'x', b array<string>>`, `bigint`.
 *
 * @throws QueryError with the place of what is no type.
 */
export function parseDataType(text: string): DataType {
  return readAll(openParser(text), parseType);
}

/**
 * Reads the columns of a schema: `id BIGINT NOT NULL COMMENT 'k', s STRUCT<..>`, or `struct<..>`. Comments are the key `comment` of the metadata.
 *
 * @throws QueryError with the place of what cannot be read.
 */
export function parseSchema(text: string): StructType {
  return readAll(openParser(text), parseColumns);
}

function readAll<T>(parser: Parser, rule: (parser: Parser) => T): T {
  const result = rule(parser);
  parser.expectEnd();
  return result;
}
