import type { Expression } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { NOT_AN_ALIAS } from "./keyword.ts";

/** Reads an expression with an alias, if it has one: `e`, `e AS a`, `e a`, `e AS (k, v)`. */
export function parseNamedExpression(parser: Parser): Expression {
  const { start } = parser.peek();
  const expression = parser.expression();
  const names = parseNames(parser);
  return names === undefined ? expression : { kind: "Alias", expression, names, span: parser.span(start) };
}

function parseNames(parser: Parser): readonly string[] | undefined {
  const marked = parser.accept("AS");
  if (parser.at("(")) {
    parser.expect("(");
    const names = parser.list(() => parser.name("an alias"));
    parser.expect(")");
    return names;
  }
  return marked || parser.atName(NOT_AN_ALIAS) ? [parser.name("an alias")] : undefined;
}
