import type { Parser } from "@sluice/query";
import { parseNameReference } from "./parse-name.ts";
import type { Statement } from "./statement.ts";

const QUERY_WORDS = ["SELECT", "WITH", "VALUES", "FROM", "("];

/** Reads `DESCRIBE` in all its forms. */
export function parseDescribe(parser: Parser): Statement {
  parser.next();
  if (parser.at("QUERY") && parser.peek(1).key !== "" && parser.peek(1).kind !== "end") {
    parser.expect("QUERY");
    return { kind: "DescribeQuery", query: parser.query() };
  }
  if (parser.at(...QUERY_WORDS)) return { kind: "DescribeQuery", query: parser.query() };
  if (parser.atName(undefined, 1)) {
    const word = parser.acceptAny("DETAIL", "HISTORY", "SCHEMA", "DATABASE");
    if (word !== undefined) return parseDescribeKind(parser, word);
  }
  return parseDescribeTable(parser);
}

function parseDescribeKind(parser: Parser, word: string): Statement {
  if (word === "DETAIL") return { kind: "DescribeDetail", table: parseNameReference(parser, "a table") };
  if (word === "HISTORY") {
    const table = parseNameReference(parser, "a table");
    return parser.accept("LIMIT")
      ? { kind: "DescribeHistory", table, limit: parseCount(parser) }
      : { kind: "DescribeHistory", table };
  }
  parser.accept("EXTENDED");
  return { kind: "DescribeSchema", schema: parseNameReference(parser, "a schema") };
}

function parseCount(parser: Parser): number {
  const { kind, value } = parser.peek();
  if (kind !== "number" || !/^\d+$/.test(value)) throw parser.fail("expected a whole number");
  parser.next();
  return Number(value);
}

function parseDescribeTable(parser: Parser): Statement {
  if (parser.atName(undefined, 1)) parser.accept("TABLE");
  const extended = parser.atName(undefined, 1) && parser.acceptAny("EXTENDED", "FORMATTED") !== undefined;
  const table = parseNameReference(parser, "a table");
  return parser.atName()
    ? { kind: "DescribeTable", table, extended, column: parser.qualifiedName("a column").join(".") }
    : { kind: "DescribeTable", table, extended };
}
