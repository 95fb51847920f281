import type { Relation, SubqueryAlias } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { NOT_A_TABLE_ALIAS } from "./keyword.ts";

/** Reads the alias of a relation that begins at `start`, if it has one: `t`, `AS t`, `AS t(a, b)`. */
export function parseAlias(parser: Parser, input: Relation, start: number): Relation {
  const marked = parser.accept("AS");
  if (!marked && !parser.atName(NOT_A_TABLE_ALIAS)) return input;
  const alias = parser.name("an alias");
  const columns = parseColumnNames(parser);
  const named: SubqueryAlias = {
    ...{ kind: "SubqueryAlias", input, alias, ...(columns && { columns }), span: parser.span(start) },
  };
  return named;
}

/** Reads `(a, b)`, if it comes. */
export function parseColumnNames(parser: Parser): readonly string[] | undefined {
  if (!parser.accept("(")) return undefined;
  const columns = parser.list(() => parser.name("a column"));
  parser.expect(")");
  return columns;
}
