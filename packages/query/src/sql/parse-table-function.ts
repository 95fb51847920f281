import type { NamedTable, TableFunction } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { atQuery } from "./query-start.ts";
import { unsupported } from "./syntax-problem.ts";

type Argument = TableFunction["args"][number];

/** Reads the brackets of a table function behind its name. */
export function parseTableFunction(
  parser: Parser,
  name: readonly string[],
  streaming: boolean,
  start: number,
): TableFunction {
  parser.expect("(");
  const args = parser.listUntil(")", () => parseArgument(parser));
  return { kind: "TableFunction", name: name.join(".").toLowerCase(), args, streaming, span: parser.span(start) };
}

function parseArgument(parser: Parser): Argument {
  const name = parser.atName() && parser.peek(1).key === "=>" ? parser.next().value : undefined;
  if (name !== undefined) parser.expect("=>");
  const value = atTable(parser) ? parseTableArgument(parser) : parser.expression();
  return name === undefined ? { value } : { name, value };
}

function atTable(parser: Parser): boolean {
  return parser.at("TABLE") && (parser.peek(1).key === "(" || parser.atName(undefined, 1));
}

function parseTableArgument(parser: Parser): NamedTable {
  const { start } = parser.peek();
  parser.expect("TABLE");
  const bracket = parser.accept("(");
  if (bracket && atQuery(parser)) {
    throw unsupported(
      parser.span(start, parser.peek().end),
      "a query as TABLE argument",
      "Give the query a name with WITH or as a view, and pass TABLE(name).",
    );
  }
  const name = parser.qualifiedName("a table");
  if (bracket) parser.expect(")");
  const table: NamedTable = { kind: "NamedTable", name, streaming: false, options: {}, span: parser.span(start) };
  if (parser.at("PARTITION", "DISTRIBUTE", "WITH")) {
    const { start: from, end } = parser.peek();
    throw unsupported(parser.span(from, end), "partitioning of a TABLE argument", "Pass the table alone.");
  }
  return table;
}
